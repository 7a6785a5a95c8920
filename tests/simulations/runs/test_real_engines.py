"""Real engines in virtual time: what was heard once is not heard again, and the decisions are the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from models.prosodic import ProsodicRecogniser
from simulations.runs.jobs import Jobs
from simulations.runs.plan import Wanted, candidates, plan
from simulations.runs.players import with_doubles
from simulations.runs.real_engines import with_prosody
from simulations.runs.records import RunRecord
from simulations.runs.worker_messages import Setting
from simulations.scenario_file import read_scenario_files
from voice_agent.app.engines import loading_of
from voice_agent.app.office import load_agent
from voice_agent.audio import Pcm
from voice_agent.config import Config, SpeechConfig
from voice_agent.ports.speech import ENGLISH, Languages, Recognition

DESK = Path(__file__).parent / "fragile_desk"


@pytest.mark.slow
def test_a_second_suite_finds_what_the_first_one_heard_and_said(tmp_path: Path) -> None:
    config = Config(speech=SpeechConfig(embedder="scripted")).with_data_dir(str(tmp_path / "data"))
    setting = Setting(str(DESK), load_agent(DESK)[0].digest, "audio", "real", config)
    keys = plan(candidates(read_scenario_files(DESK / "simulations")), Wanted(select=("booked",), level="audio")).runs
    cache = tmp_path / "data" / "cache" / "speech"

    def play(logs: Path) -> tuple[RunRecord, int]:
        with Jobs(setting, 1, logs) as jobs:
            (record,) = [each for each in jobs.played(keys) if each is not None]
        return record, len(list(cache.rglob("*")))

    first, kept = play(tmp_path / "first")
    second, kept_then = play(tmp_path / "second")
    assert first.status != "error"
    assert "parcel" in str(first.turns[0].agent_heard)
    assert kept == kept_then > 0
    assert second.log_sha256 == first.log_sha256


class Deaf:
    """`BlockingRecogniser`."""

    def transcribe(self, pcm: Pcm, *, expects: str, budget_us: int, languages: Languages = ENGLISH) -> Recognition:
        return Recognition("")


def test_the_agents_ears_have_the_vote_of_prosody_that_a_servers_have(tmp_path: Path) -> None:
    deaf, loading = Deaf(), loading_of(Config().with_data_dir(str(tmp_path)))
    assert with_prosody(deaf, "none", loading) == (deaf, "")
    listener, made_of = with_prosody(deaf, SpeechConfig().prosody, loading)
    assert isinstance(listener, ProsodicRecogniser)
    assert made_of.startswith("smart-turn pipecat-ai-")


def test_doubles_have_no_voice_that_could_sound_finished() -> None:
    assert with_doubles(Config()).speech.prosody == "none"
