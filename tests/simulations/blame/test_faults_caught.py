"""The shipped scenarios notice the ten planted faults, and put each down to the layer that it is in."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from simulations import virtual_time
from simulations.agent_call import Speech
from simulations.blame.blame import blamed
from simulations.held_world import Latencies
from simulations.runs.engines import Engines, ScriptedEngines
from simulations.runs.levels import Played, play
from simulations.runs.records import Blame, Level, RunKey
from simulations.runs.stage import open_stage
from simulations.scenario import Scenario
from simulations.scenario_file import read_scenario
from tests.simulations.faults.planted import (
    FAULTS,
    Fault,
    planted_config,
    planted_folder,
    planted_speech,
    planted_world,
    read_fault,
    read_faults,
)
from tests.transcripts.player import EXAMPLE, embeddings
from voice_agent.config import Config

NONE = Fault(
    "none", "nothing is wrong", "journey", ("text", "audio"), config={"turns.pause_ms": Config().turns.pause_ms}
)
CAUGHT_BY: dict[str, tuple[str, Level]] = {
    "deaf_endpointing": ("number_in_pieces", "audio"),
    "leaking_digits": ("card_keyed_twice", "audio"),
    "missing_confirmation": ("restart_declined", "text"),
    "mute_after_cough": ("coughs_and_goes_on", "audio"),
    "slow_tool": ("technician_booked", "text"),
    "stale_article": ("price_asked", "text"),
    "swapped_slot": ("address_postcode_corrected", "text"),
    "wrong_escalation": ("retention_wanted", "text"),
    "wrong_policy_limit": ("visit_of_tomorrow_moved", "text"),
    "wrong_spanish_text": ("bill_in_spanish", "text"),
}


class PlantedEngines:
    """Engines with a fault in the agent's; it is still there when every word is heard."""

    def __init__(self, inner: Engines, fault: Fault) -> None:
        self._inner = inner
        self._fault = fault

    def speech(self, scenario: Scenario, seed: int) -> Speech:
        return planted_speech(self._fault, self._inner.speech(scenario, seed))

    def voice(self, scenario: Scenario) -> str:
        return self._inner.voice(scenario)

    def exact(self) -> Engines:
        return PlantedEngines(self._inner.exact(), self._fault)


def played(fault: Fault, scenario: Scenario, level: Level, scratch: Path, data: Path) -> tuple[Played, Blame | None]:
    """One run with the fault in it, and what it is put down to. Caches are in `data`."""

    async def run() -> tuple[Played, Blame | None]:
        folder = planted_folder(fault, EXAMPLE, scratch)
        config = planted_config(fault, Config().with_data_dir(str(data)))
        engines = PlantedEngines(ScriptedEngines(Latencies()), fault)
        async with open_stage(folder, config, embeddings(), engines) as opened:
            stage = dataclasses.replace(opened, behind=lambda world: planted_world(fault, world))
            done = await play(RunKey(scenario.scenario, "", "clean", level, 1, scenario.seed), scenario, stage)
            return done, await blamed(done, scenario, stage)

    return virtual_time.run(run())


def shipped(name: str) -> Scenario:
    return read_scenario(EXAMPLE / "simulations" / f"{name}.yaml")


def test_every_planted_fault_has_its_scenario() -> None:
    assert sorted(CAUGHT_BY) == [fault.fault for fault in read_faults()]


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("data")


@pytest.mark.parametrize("name", CAUGHT_BY)
def test_a_fault_is_noticed_and_put_down_to_its_layer(name: str, tmp_path: Path, data: Path) -> None:
    scenario, level = shipped(CAUGHT_BY[name][0]), CAUGHT_BY[name][1]
    fault = read_fault(FAULTS / f"{name}.yaml")
    healthy, _ = played(NONE, scenario, level, tmp_path / "healthy", data)
    assert healthy.record.status == "passed", healthy.record.checks
    failed, blame = played(fault, scenario, level, tmp_path / "planted", data)
    assert failed.record.status == "failed"
    assert blame is not None
    assert blame.layer == fault.layer, blame.evidence
