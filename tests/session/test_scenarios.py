"""The example's scenarios, typed and spoken in virtual time: what they expect, the same log again, faster than life."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from simulations.runs.levels import Played, play
from simulations.runs.records import Level, RunKey
from simulations.runs.stage import RunStage
from simulations.scenario import Scenario
from simulations.scenario_file import read_scenario_files
from tests.agent.core_script import EXAMPLE, example_pack
from tests.simulations.runs.stages import staged
from voice_agent.agent.core import build_core
from voice_agent.agent.replay import replay
from voice_agent.config import Config
from voice_agent.conversation.records import encode_log
from voice_agent.conversation.state import fold

LEAST_SPEED = 20.0
FILES = read_scenario_files(EXAMPLE / "simulations")
SCENARIOS = {file.name: file.first for file in FILES}
VARIANTS: dict[str, tuple[RunKey, Scenario]] = {
    ".".join(filter(None, (file.name, variant))): (RunKey(file.name, variant, "clean", "audio", 1, one.seed), one)
    for file in FILES
    for variant, one in file.variants.items()
}
AGAIN = list(VARIANTS)[::5]
"""Played twice."""
TYPED_TOO = [name for name, (_, scenario) in VARIANTS.items() if scenario.phone_only is None]
PHONE_ONLY = [name for name in VARIANTS if name not in TYPED_TOO]


@dataclass(frozen=True)
class Suite:
    """Runs by name; `speed` is virtual over real time, without opening and closing the agent."""

    runs: dict[str, Played]
    speed: float

    def log(self, name: str) -> bytes:
        log = self.runs[name].log
        assert log is not None
        return encode_log(log.header, list(log.read()))

    def came_to(self, name: str) -> tuple[list[tuple[str, str]], set[str]]:
        """Outcomes, and tools that came back with what they were asked for."""
        log = self.runs[name].log
        assert log is not None
        state = fold(log.read())
        tools = {f"{use.tool} {sorted(use.arguments.items())}" for use in state.tools if use.result is not None}
        return [(done.journey, done.outcome) for done in state.outcomes], tools


def suite(names: list[str], level: Level, data_dir: Path) -> Suite:
    async def work(stage: RunStage) -> Suite:
        began_s = time.perf_counter()
        runs = {}
        for name in names:
            key, scenario = VARIANTS[name]
            runs[name] = await play(RunKey(key.scenario, key.variant, "clean", level, 1, key.seed), scenario, stage)
        virtual_s = sum(run.record.duration_ms for run in runs.values()) / 1_000
        return Suite(runs, virtual_s / (time.perf_counter() - began_s))

    return staged(data_dir, work)


@pytest.fixture(scope="module")
def spoken(tmp_path_factory: pytest.TempPathFactory) -> Suite:
    return suite(list(VARIANTS), "audio", tmp_path_factory.mktemp("spoken"))


@pytest.fixture(scope="module")
def again(tmp_path_factory: pytest.TempPathFactory) -> Suite:
    return suite(AGAIN, "audio", tmp_path_factory.mktemp("again"))


@pytest.fixture(scope="module")
def typed(tmp_path_factory: pytest.TempPathFactory) -> Suite:
    return suite(list(VARIANTS), "text", tmp_path_factory.mktemp("typed"))


def test_every_journey_is_called_by_somebody() -> None:
    called = {scenario.expect.journey for scenario in SCENARIOS.values()}
    assert {journey.name for journey in example_pack().journeys} - {"identify_customer"} <= called
    assert len(SCENARIOS) >= 40


def test_the_demo_has_its_three_scenarios() -> None:
    assert {"track_order_found", "wrong_digits_corrected", "caller_interrupts"} <= set(TYPED_TOO)


@pytest.mark.parametrize("name", list(VARIANTS))
def test_a_scenario_holds_what_it_expects(spoken: Suite, name: str) -> None:
    record = spoken.runs[name].record
    assert [check for check in record.checks if not check.holds] == []
    assert record.status == "passed"


@pytest.mark.parametrize("name", TYPED_TOO)
def test_typed_it_holds_too_and_comes_to_the_same(typed: Suite, spoken: Suite, name: str) -> None:
    record = typed.runs[name].record
    assert [check for check in record.checks if not check.holds] == []
    assert typed.came_to(name) == spoken.came_to(name)


@pytest.mark.parametrize("name", PHONE_ONLY)
def test_what_is_for_the_phone_alone_comes_to_something_else_typed(typed: Suite, spoken: Suite, name: str) -> None:
    """Or it would have no reason to be left out above."""
    assert typed.runs[name].record.status == "failed" or typed.came_to(name) != spoken.came_to(name)


@pytest.mark.parametrize("name", AGAIN)
def test_a_scenario_gives_the_same_log_to_the_byte(spoken: Suite, again: Suite, name: str) -> None:
    assert spoken.log(name) == again.log(name)
    assert spoken.runs[name].record.turns == again.runs[name].record.turns


@pytest.mark.parametrize("name", list(VARIANTS))
def test_a_scenario_replays(spoken: Suite, name: str) -> None:
    log = spoken.runs[name].log
    assert log is not None
    core = build_core(example_pack(), Config().turns, log.header.conversation, recorded=False)
    assert replay(list(log.read()), core).verdict == "same"


def test_simulated_calls_are_much_faster_than_life(spoken: Suite, again: Suite) -> None:
    fastest = max(spoken.speed, again.speed)
    print(f"simulated calls ran at {fastest:.0f} times real time")  # noqa: T201 - the figure is what this is about
    assert fastest >= LEAST_SPEED
