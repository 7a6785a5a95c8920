"""Tools of a conversation: progress is told, what is given up says so, and a write that has begun is never given up."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from simulations import virtual_time
from tests.session.small_world import MemoryJournal, small_world, understanding
from voice_agent.conversation import actions as act
from voice_agent.conversation import events as ev
from voice_agent.conversation.events import AnyEvent
from voice_agent.session.errands import Errands
from voice_agent.session.world import Progress, World

READ = act.CallTool(1, "measure", {}, "read", "")
WRITE = act.CallTool(2, "book", {}, "write", "c-1:book:")


class SlowTools:
    """Takes as long as `lasts_s`, tells of three steps, and notes deadlines and what ran to its end."""

    def __init__(self, lasts_s: float = 3.0) -> None:
        self.ended: list[str] = []
        self.given_us: list[int] = []
        self._lasts_s = lasts_s

    async def run(self, asked: act.CallTool, /, *, deadline_us: int, progress: Progress) -> dict[str, Any]:
        self.given_us.append(deadline_us - round(asyncio.get_running_loop().time() * 1_000_000))
        for done in (1, 2, 3):
            progress(done, 3)
            await asyncio.sleep(self._lasts_s / 3)
        progress(float("nan"), None)
        self.ended.append(asked.tool)
        return {}


def run(tools: SlowTools, play: Callable[[Errands, list[AnyEvent]], Awaitable[None]], world: World) -> list[AnyEvent]:
    understanding()
    fed: list[AnyEvent] = []
    own = World(world.clock, world.understanding, tools, world.handover, world.journal, tool_modes={"measure": "mock"})

    async def scene() -> None:
        errands = Errands("c-1", own, fed.append)
        async with asyncio.TaskGroup() as group:
            errands.open(group)
            await play(errands, fed)

    virtual_time.run(scene())
    return fed


def test_progress_comes_before_the_result_and_says_who_answered() -> None:
    async def play(errands: Errands, fed: list[AnyEvent]) -> None:
        errands.call_tool(READ)

    fed = run(SlowTools(), play, small_world())
    assert fed[:3] == [ev.ToolProgressed(1, done, 3) for done in (1, 2, 3)]
    (returned,) = fed[3:]
    assert isinstance(returned, ev.ToolReturned)
    assert returned.mode == "mock"


def test_a_tool_has_the_time_that_was_said_for_it() -> None:
    async def play(errands: Errands, fed: list[AnyEvent]) -> None:
        errands.call_tool(act.CallTool(1, "measure", {}, "read", "", deadline_ms=120_000))

    tools = SlowTools(100.0)
    fed = run(tools, play, small_world())
    assert tools.given_us == [120_000_000]
    assert isinstance(fed[-1], ev.ToolReturned)


def test_nobody_waits_for_what_runs_in_the_background() -> None:
    pending: list[int] = []

    async def play(errands: Errands, fed: list[AnyEvent]) -> None:
        errands.call_tool(act.CallTool(1, "measure", {}, "read", "", blocking=False))
        pending.append(errands.pending)
        errands.call_tool(READ)
        pending.append(errands.pending)

    run(SlowTools(), play, small_world())
    assert pending == [0, 1]


def test_a_read_is_given_up_at_once_and_says_so() -> None:
    async def play(errands: Errands, fed: list[AnyEvent]) -> None:
        errands.call_tool(READ)
        await asyncio.sleep(0.5)
        errands.cancel_tool(1)
        errands.cancel_tool(1)

    tools = SlowTools()
    fed = run(tools, play, small_world())
    assert fed == [ev.ToolProgressed(1, 1, 3), ev.ToolFailed(1, "cancelled", "the caller wanted something else")]
    assert tools.ended == []


def test_a_write_that_has_begun_runs_to_its_end() -> None:
    async def play(errands: Errands, fed: list[AnyEvent]) -> None:
        errands.call_tool(WRITE)
        await asyncio.sleep(0.5)
        errands.cancel_tool(2)

    tools = SlowTools()
    fed = run(tools, play, small_world())
    assert tools.ended == ["book"]
    assert isinstance(fed[-1], ev.ToolReturned)


def test_a_write_that_waits_for_its_log_is_given_up() -> None:
    journal = MemoryJournal()
    journal.close()

    async def play(errands: Errands, fed: list[AnyEvent]) -> None:
        errands.call_tool(WRITE)
        await asyncio.sleep(0.5)
        errands.cancel_tool(2)

    tools = SlowTools()
    assert run(tools, play, small_world(journal=journal)) == [
        ev.ToolFailed(2, "cancelled", "the caller wanted something else")
    ]
    assert tools.ended == []


# Reads that are begun beforehand


def test_a_read_that_was_begun_beforehand_is_run_once_and_told_when_it_is_called() -> None:
    tools = SlowTools()

    async def play(errands: Errands, fed: list[AnyEvent]) -> None:
        errands.call_tool(act.PrefetchTool(1, READ))
        await asyncio.sleep(2)
        assert fed == []
        errands.call_tool(READ)

    fed = run(tools, play, small_world())
    assert tools.ended == ["measure"]
    (returned,) = [event for event in fed if isinstance(event, ev.ToolReturned)]
    assert returned.engine_us == 1_000_000


def test_a_read_that_nobody_calls_is_never_told() -> None:
    async def play(errands: Errands, fed: list[AnyEvent]) -> None:
        errands.call_tool(act.PrefetchTool(1, READ))

    assert run(SlowTools(), play, small_world()) == []


def test_a_call_with_other_arguments_is_run_itself() -> None:
    tools = SlowTools()

    async def play(errands: Errands, fed: list[AnyEvent]) -> None:
        errands.call_tool(act.PrefetchTool(1, READ))
        errands.call_tool(act.CallTool(2, "measure", {"line": "7"}, "read", ""))

    run(tools, play, small_world())
    assert tools.ended == ["measure", "measure"]


def test_a_read_that_failed_beforehand_is_tried_again_when_it_is_called() -> None:
    class Once(SlowTools):
        async def run(self, asked: act.CallTool, /, *, deadline_us: int, progress: Progress) -> dict[str, Any]:
            if not self.given_us:
                self.given_us.append(0)
                raise RuntimeError("it broke")
            return await super().run(asked, deadline_us=deadline_us, progress=progress)

    tools = Once()

    async def play(errands: Errands, fed: list[AnyEvent]) -> None:
        errands.call_tool(act.PrefetchTool(1, READ))
        await asyncio.sleep(1)
        errands.call_tool(READ)

    fed = run(tools, play, small_world())
    assert [type(event) for event in fed][-1] is ev.ToolReturned
    assert tools.ended == ["measure"]
