"""A call with real engines and two voices, played twice: what the cache knows changes its speed and nothing else."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from simulations.callers.speech_cache import SpeechCache
from simulations.held_world import Latencies
from simulations.runs.levels import Played
from simulations.runs.real_engines import real_engines
from simulations.scenario_file import read_scenario
from tests.simulations.runs.stages import key_of, played
from tests.transcripts.player import EXAMPLE
from voice_agent.config import Config
from voice_agent.conversation.records import encode_log

pytestmark = pytest.mark.slow


def call(folder: Path) -> tuple[Played, SpeechCache]:
    """Joe asks for a person; everything that was said or heard is in `folder` afterwards."""
    scenario = read_scenario(EXAMPLE / "simulations" / "person_please.yaml")
    scenario = msgspec.structs.replace(scenario, who=msgspec.structs.replace(scenario.who, voice="male_2"))
    cache = SpeechCache(folder / "speech")
    with real_engines(Config().with_data_dir(str(folder)), Latencies(), cache) as engines:
        (only,) = played(folder, [(key_of(scenario, "audio"), scenario)], engines)
    return only, cache


def test_with_a_warm_cache_the_decisions_are_those_of_a_cold_one(tmp_path: Path) -> None:
    (cold, empty), (warm, full) = call(tmp_path), call(tmp_path)
    assert cold.record.reason == warm.record.reason
    assert cold.record.status == "passed", cold.record.checks
    assert cold.record.voice == "joe, pitch -2 semitones, speed 0.95"
    assert cold.log is not None
    assert warm.log is not None
    first, second = (encode_log(log.header, list(log.read())) for log in (cold.log, warm.log))
    assert first.splitlines() == second.splitlines()
    assert msgspec.structs.replace(cold.record, wall_ms=0) == msgspec.structs.replace(warm.record, wall_ms=0)
    assert empty.use.misses > 5
    assert (full.use.misses, full.use.dropped) == (0, 0)
    assert full.use.hits == empty.use.hits + empty.use.misses
