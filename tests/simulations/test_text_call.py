"""Every scenario of the example agent comes to the same typed as spoken: same outcomes, on the same tool calls."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from pathlib import Path

import pytest

from simulations import virtual_time
from simulations.agent_call import CIVIL_START
from simulations.held_world import Latencies, held_world
from simulations.text_call import TextCall, text_call
from tests.session.test_scenarios import SCENARIOS, play
from tests.transcripts.player import EXAMPLE, embeddings
from voice_agent.app.office import open_agent
from voice_agent.clock import LoopClock
from voice_agent.config import Config
from voice_agent.conversation.log import ConversationLog
from voice_agent.conversation.state import ConversationState, fold

TYPED_TOO = [name for name, scenario in SCENARIOS.items() if scenario.phone_only is None]
PHONE_ONLY = [name for name, scenario in SCENARIOS.items() if scenario.phone_only is not None]


async def type_all(data_dir: Path) -> dict[str, TextCall]:
    """Every scenario typed to one agent, one after another."""
    config = Config().with_data_dir(str(data_dir))
    async with contextlib.AsyncExitStack() as stack:
        loop = virtual_time.running_loop()
        with loop.hold():
            opened = await stack.enter_async_context(open_agent(EXAMPLE, config, embeddings(), LoopClock()))
        world = held_world(opened.world, Latencies())
        calls = {
            name: await text_call(f"typed-{name.replace('_', '-')}", scenario, opened.pack, world, CIVIL_START)
            for name, scenario in SCENARIOS.items()
        }
        with loop.hold():
            await stack.aclose()
    return calls


@pytest.fixture(scope="module")
def typed(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, TextCall]:
    return virtual_time.run(type_all(tmp_path_factory.mktemp("typed")))


@pytest.fixture(scope="module")
def spoken(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, ConversationLog]:
    played = virtual_time.run(play(SCENARIOS, tmp_path_factory.mktemp("spoken")))
    return {name: call.log for name, call in played.calls.items()}


def came_to(log: ConversationLog) -> tuple[list[tuple[str, str]], set[str]]:
    """Outcomes, and tools that came back with what they were asked for."""
    state: ConversationState = fold(log.read())
    tools = {f"{use.tool} {sorted(use.arguments.items())}" for use in state.tools if use.result is not None}
    return [(done.journey, done.outcome) for done in state.outcomes], tools


@pytest.mark.parametrize("name", TYPED_TOO)
def test_typed_it_comes_to_the_same_as_spoken(
    name: str, typed: Mapping[str, TextCall], spoken: Mapping[str, ConversationLog]
) -> None:
    assert typed[name].unfinished is None
    assert came_to(typed[name].log) == came_to(spoken[name])


@pytest.mark.parametrize("name", PHONE_ONLY)
def test_what_is_for_the_phone_alone_comes_to_something_else_typed(
    name: str, typed: Mapping[str, TextCall], spoken: Mapping[str, ConversationLog]
) -> None:
    """Or it would have no reason to be left out above."""
    assert typed[name].unfinished is not None or came_to(typed[name].log) != came_to(spoken[name])


def test_the_demo_is_among_them() -> None:
    assert {"track_order_found", "wrong_digits_corrected", "caller_interrupts"} <= set(TYPED_TOO)
