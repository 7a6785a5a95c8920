"""The example's scenarios in virtual time with scripted engines: the same log each time, and much faster than life."""

from __future__ import annotations

import contextlib
import time
from pathlib import Path

import msgspec
import pytest

from models.scripted import ScriptedRecogniser, ScriptedSynthesiser, ScriptedVoiceActivity
from simulations import virtual_time
from simulations.agent_call import AgentCall, Speech, Stage, agent_call
from simulations.held_world import Latencies, held_world
from simulations.scenario import Scenario
from simulations.scenario_file import read_scenarios
from tests.agent.core_script import EXAMPLE, example_pack
from tests.transcripts.player import embeddings
from voice_agent.agent.core import build_core
from voice_agent.agent.replay import replay
from voice_agent.app.office import open_agent
from voice_agent.clock import LoopClock
from voice_agent.config import Config
from voice_agent.conversation.records import encode_log

LEAST_SPEED = 20.0
SCENARIOS = {scenario.scenario: scenario for scenario in read_scenarios(EXAMPLE / "simulations")}


class Played(msgspec.Struct, frozen=True):
    """Calls by scenario; `speed` is virtual over real time, without opening and closing the agent."""

    calls: dict[str, AgentCall]
    speed: float

    def log(self, name: str) -> bytes:
        log = self.calls[name].log
        return encode_log(log.header, list(log.read()))


async def play(scenarios: dict[str, Scenario], data_dir: Path) -> Played:
    loop, latencies = virtual_time.running_loop(), Latencies()
    config = Config().with_data_dir(str(data_dir))
    async with contextlib.AsyncExitStack() as stack:
        with loop.hold():
            opened = await stack.enter_async_context(open_agent(EXAMPLE, config, embeddings(), LoopClock()))
        world = held_world(opened.world, latencies)
        began_s, began_us = time.perf_counter(), loop.now_us()
        calls: dict[str, AgentCall] = {}
        for name, scenario in scenarios.items():
            speech = Speech(
                ScriptedRecogniser(latencies.recognition_us, seed=scenario.seed),
                ScriptedSynthesiser(latencies.synthesis_us, seed=scenario.seed),
                ScriptedVoiceActivity,
                ScriptedSynthesiser(),
                ScriptedRecogniser(),
            )
            calls[name] = await agent_call(name, scenario, Stage(opened.pack, world, config, speech))
        seconds = time.perf_counter() - began_s
        speed = (loop.now_us() - began_us) / 1_000_000 / seconds
        with loop.hold():
            await stack.aclose()
    return Played(calls, speed)


@pytest.fixture(scope="module")
def twice(tmp_path_factory: pytest.TempPathFactory) -> tuple[Played, Played]:
    first, second = (virtual_time.run(play(SCENARIOS, tmp_path_factory.mktemp("played"))) for _ in range(2))
    return first, second


def test_every_journey_is_called_by_somebody() -> None:
    called = {scenario.expect.journey for scenario in SCENARIOS.values()}
    assert {journey.name for journey in example_pack().journeys} - {"identify_customer"} <= called
    assert len(SCENARIOS) >= 20


def test_the_demo_has_its_three_scenarios() -> None:
    assert {"track_order_found", "wrong_digits_corrected", "caller_interrupts"} <= set(SCENARIOS)


@pytest.mark.parametrize("name", list(SCENARIOS))
def test_a_scenario_holds_what_it_expects(twice: tuple[Played, Played], name: str) -> None:
    call = twice[0].calls[name]
    assert call.result.failures == ()
    assert call.result.ok


@pytest.mark.parametrize("name", list(SCENARIOS))
def test_a_scenario_gives_the_same_log_to_the_byte(twice: tuple[Played, Played], name: str) -> None:
    assert twice[0].log(name) == twice[1].log(name)
    assert twice[0].calls[name].result == twice[1].calls[name].result


@pytest.mark.parametrize("name", list(SCENARIOS))
def test_a_scenario_replays(twice: tuple[Played, Played], name: str) -> None:
    core = build_core(example_pack(), Config().turns, name, recorded=False)
    assert replay(list(twice[0].calls[name].log.read()), core).verdict == "same"


def test_simulated_calls_are_much_faster_than_life(twice: tuple[Played, Played]) -> None:
    fastest = max(played.speed for played in twice)
    print(f"simulated calls ran at {fastest:.0f} times real time")  # noqa: T201 - the figure is what this is about
    assert fastest >= LEAST_SPEED
