"""Every scenario of the example agent comes to the same typed as spoken: same outcomes, on the same tool calls."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest

from models.scripted import ScriptedEmbedder
from simulations import virtual_time
from simulations.agent_call import CIVIL_START
from simulations.held_world import Latencies, held_world
from simulations.scenario_file import read_scenario
from simulations.text_call import TextCall, text_call
from tests.simulations.test_example_agent import FOLDER, play
from voice_agent.app.office import open_agent
from voice_agent.clock import LoopClock
from voice_agent.config import Config, StoreConfig
from voice_agent.conversation.log import ConversationLog
from voice_agent.conversation.state import ConversationState, fold

SCENARIOS = sorted(path.stem for path in (FOLDER / "simulations").glob("*.yaml"))


def typed(name: str, data_dir: Path) -> TextCall:
    scenario = read_scenario(FOLDER / "simulations" / f"{name}.yaml")

    async def run() -> TextCall:
        loop = virtual_time.running_loop()
        config = Config(store=StoreConfig(data_dir=str(data_dir)))
        async with contextlib.AsyncExitStack() as stack:
            with loop.hold():
                opened = await stack.enter_async_context(open_agent(FOLDER, config, ScriptedEmbedder(), LoopClock()))
            world = held_world(opened.world, Latencies())
            call = await text_call("typed-1", scenario, opened.pack, world, CIVIL_START)
            with loop.hold():
                await stack.aclose()
        return call

    return virtual_time.run(run())


def came_to(log: ConversationLog) -> tuple[list[tuple[str, str]], set[str]]:
    """Outcomes, and tools that came back with what they were asked for."""
    state: ConversationState = fold(log.read())
    tools = {f"{use.tool} {sorted(use.arguments.items())}" for use in state.tools if use.result is not None}
    return [(done.journey, done.outcome) for done in state.outcomes], tools


@pytest.mark.parametrize("name", SCENARIOS)
def test_typed_it_comes_to_the_same_as_spoken(name: str, tmp_path: Path) -> None:
    written = typed(name, tmp_path / "typed")
    assert written.unfinished is None
    assert came_to(written.log) == came_to(play(name, tmp_path / "spoken").log)


def test_the_demo_is_among_them() -> None:
    assert {"track_order_found", "wrong_digits_corrected", "caller_interrupts"} <= set(SCENARIOS)
