"""Work that leaves the process comes back as exactly one event, whatever becomes of it."""

from __future__ import annotations

import asyncio
import dataclasses
import logging
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from simulations import virtual_time
from tests.session.small_world import FunctionTools, HandoverList, MemoryJournal, small_world, understanding
from voice_agent.clock import LoopClock
from voice_agent.conversation import actions as act
from voice_agent.conversation import events as ev
from voice_agent.conversation import knowledge as kn
from voice_agent.conversation.events import AnyEvent
from voice_agent.conversation.expectation import OPEN
from voice_agent.conversation.texting import SendText, TextFailed, TextSent
from voice_agent.errors import DeadlineExceeded, VoiceAgentError
from voice_agent.session.errands import CONSULT_US, UNDERSTAND_US, Errands
from voice_agent.session.tool_errands import TOOL_US
from voice_agent.session.world import Progress, Understanding, World

ASKED = act.Understand(4, 2, "Where is my order?", (), "", OPEN)

CONSULT = act.Consult(2, "how long", "en", "phone")


class LateUnderstanding:
    """Answers when it is too late; notes the deadline it was given."""

    def __init__(self, problem: Exception) -> None:
        self.deadline_us = 0
        self._problem = problem

    async def understand(self, asked: act.Understand, /, *, deadline_us: int) -> ev.Understood:
        self.deadline_us = deadline_us
        await asyncio.sleep((deadline_us - LoopClock().now_us()) / 1_000_000)
        raise self._problem


class DeadlineTools:
    """Notes the deadline it was given, and is later than it."""

    def __init__(self) -> None:
        self.deadline_us = 0

    async def run(self, asked: act.CallTool, /, *, deadline_us: int, progress: Progress) -> dict[str, Any]:
        self.deadline_us = deadline_us
        raise TimeoutError


class Office:
    """Errands, and what they fed."""

    def __init__(self, world: World) -> None:
        self.fed: list[AnyEvent] = []
        self.done = 0
        self.errands = Errands("c-1", world, self.fed.append, self._done)

    def _done(self) -> None:
        self.done += 1


def run(play: Callable[[Office], Awaitable[None]], world: Callable[[], World] = small_world) -> Office:
    """Plays in virtual time; all errands have come to an end when it returns."""
    understanding()

    async def scene() -> Office:
        office = Office(world())
        async with asyncio.TaskGroup() as group:
            office.errands.open(group)
            await play(office)
        return office

    return virtual_time.run(scene())


def test_understanding_is_fed_as_an_event() -> None:
    async def play(office: Office) -> None:
        office.errands.understand(ASKED)
        assert office.errands.pending == 1

    office = run(play)
    (understood,) = office.fed
    assert isinstance(understood, ev.Understood)
    assert understood.request == 4
    assert (office.errands.pending, office.done) == (0, 1)


@pytest.mark.parametrize(
    ("problem", "code", "message"),
    [
        (DeadlineExceeded("no time was left"), "deadline", "no time was left"),
        (TimeoutError("slow"), "error", "TimeoutError: slow"),
        (KeyError("x"), "error", "KeyError: 'x'"),
    ],
)
def test_understanding_that_fails_is_fed_as_an_event(
    problem: Exception, code: str, message: str, caplog: pytest.LogCaptureFixture
) -> None:
    late = LateUnderstanding(problem)

    async def play(office: Office) -> None:
        office.errands.understand(ASKED)

    office = run(play, lambda: _with_understanding(late))
    assert office.fed == [ev.UnderstandingFailed(4, code, message)]
    assert late.deadline_us == UNDERSTAND_US
    levels = {logging.getLevelName(record.levelno) for record in caplog.records}
    assert levels == ({"WARNING"} if code == "deadline" else {"ERROR"})
    assert all(record.__dict__["call"] == "c-1" for record in caplog.records)


def test_a_tool_gets_a_deadline_and_its_own_timeout_is_its_own() -> None:
    tools = DeadlineTools()

    async def play(office: Office) -> None:
        office.errands.call_tool(act.CallTool(3, "look_up", {}, "read", ""))

    office = run(play, lambda: _with_tools(tools))
    assert office.fed == [ev.ToolFailed(3, "error", "TimeoutError: ")]
    assert tools.deadline_us == TOOL_US


def test_the_deadline_of_a_write_counts_from_the_commit() -> None:
    tools, journals = DeadlineTools(), [MemoryJournal()]

    async def play(office: Office) -> None:
        journals[0].close()
        office.errands.call_tool(act.CallTool(3, "book", {}, "write", "k"))
        await asyncio.sleep(4)
        journals[0].open()

    run(play, lambda: _with_tools(tools, journals[0]))
    assert tools.deadline_us == 4_000_000 + TOOL_US


def test_articles_are_consulted_within_a_deadline() -> None:
    shelf = Shelf()

    async def play(office: Office) -> None:
        office.errands.consult(CONSULT)

    office = run(play, lambda: dataclasses.replace(small_world(), knowledge=shelf))
    assert office.fed == [kn.Consulted(2, ())]
    assert shelf.deadline_us == CONSULT_US


def test_without_articles_nothing_is_found_out() -> None:
    async def play(office: Office) -> None:
        office.errands.consult(CONSULT)

    office = run(play)
    assert office.fed == [kn.ConsultFailed(2, "tool", "this agent has no articles to look into")]


def test_articles_that_never_answer_are_given_up_soon() -> None:
    async def play(office: Office) -> None:
        office.errands.consult(CONSULT)

    office = run(play, lambda: dataclasses.replace(small_world(), knowledge=Shelf(deaf=True)))
    assert office.fed == [kn.ConsultFailed(2, "deadline", "nothing came of it within 3 s")]


class Shelf:
    """Articles that answer nothing, at once or (`deaf`) never."""

    def __init__(self, *, deaf: bool = False) -> None:
        self.deadline_us = 0
        self._deaf = deaf

    async def consult(self, asked: act.Consult, /, *, deadline_us: int) -> kn.Consulted:
        self.deadline_us = deadline_us
        if self._deaf:
            await asyncio.get_running_loop().create_future()
        return kn.Consulted(asked.request, ())


def test_a_cancelled_errand_feeds_nothing() -> None:
    async def play(office: Office) -> None:
        office.errands.understand(ASKED)
        await asyncio.sleep(0.5)
        office.errands.cancel()

    office = run(play, lambda: _with_understanding(LateUnderstanding(DeadlineExceeded("late"))))
    assert office.fed == []
    assert office.errands.pending == 0


def test_effects_are_not_cancelled() -> None:
    lists = [HandoverList()]

    async def play(office: Office) -> None:
        office.errands.call_tool(act.CallTool(1, "book", {}, "write", "k"))
        office.errands.transfer(act.Transfer("callbacks", "asked", "Maya"))
        office.errands.cancel()

    tools = FunctionTools({"book": lambda: {"number": 1}})
    office = run(play, lambda: small_world(tools=tools, handover=lists[0]))
    assert [type(event) for event in office.fed] == [ev.Transferred, ev.ToolReturned]
    assert lists[0].callers == [("c-1", "asked")]


def test_a_commit_feeds_nothing_where_it_succeeds() -> None:
    async def play(office: Office) -> None:
        office.errands.commit()

    office = run(play)
    assert (office.fed, office.done) == ([], 1)


def test_errands_that_are_not_open_are_refused() -> None:
    async def scene() -> None:
        errands = Errands("c-1", small_world(), lambda event: None)
        with pytest.raises(RuntimeError, match="not open"):
            errands.understand(ASKED)

    understanding()
    virtual_time.run(scene())


def _with_understanding(other: Understanding) -> World:
    world = small_world()
    return World(world.clock, other, world.tools, world.handover, world.journal)


def _with_tools(tools: DeadlineTools, journal: MemoryJournal | None = None) -> World:
    world = small_world(journal=journal)
    return World(world.clock, world.understanding, tools, world.handover, world.journal)


class DeafTools:
    """Never answers, whatever deadline it was given."""

    async def run(self, asked: act.CallTool, /, *, deadline_us: int, progress: Progress) -> dict[str, Any]:
        await asyncio.get_running_loop().create_future()
        raise AssertionError("the future is never done")


def test_a_port_that_never_answers_is_given_up() -> None:
    async def play(office: Office) -> None:
        office.errands.call_tool(act.CallTool(1, "get_order", {}, "read", ""))

    world = small_world()
    office = run(play, lambda: World(world.clock, world.understanding, DeafTools(), world.handover, world.journal))
    assert office.fed == [ev.ToolFailed(1, "deadline", "nothing came of it within 25 s")]


TEXT = SendText(1, "+15550100101", "See https://shop.example/a.")


class Sender:
    """Takes a message, or raises."""

    def __init__(self, problem: VoiceAgentError | None = None) -> None:
        self.sent: list[tuple[str, SendText]] = []
        self._problem = problem

    async def send(self, conversation: str, asked: SendText, /, *, deadline_us: int) -> int:
        await asyncio.sleep(0.2)
        if self._problem is not None:
            raise self._problem
        self.sent.append((conversation, asked))
        return 2


def _texts(sender: Sender | None, journal: MemoryJournal | None = None) -> Office:
    async def play(office: Office) -> None:
        office.errands.go(TEXT)
        assert office.errands.pending == 0, "nobody waits for it"
        office.errands.cancel()

    def world() -> World:
        kept = small_world() if journal is None else small_world(journal=journal)
        return dataclasses.replace(kept, texts=sender)

    return run(play, world)


def test_a_text_message_goes_on_beside_the_conversation_and_after_its_end() -> None:
    sender = Sender()
    assert _texts(sender).fed == [TextSent(1, 2)]
    assert sender.sent == [("c-1", TEXT)]


def test_a_text_message_that_can_not_be_sent_is_fed_as_an_event() -> None:
    assert _texts(Sender(DeadlineExceeded("slow"))).fed == [TextFailed(1, "deadline", "slow")]
    assert [event.code for event in _texts(None).fed if isinstance(event, TextFailed)] == ["no_sender"]


def test_no_text_message_is_sent_before_the_log_is_kept() -> None:
    journal, sender = MemoryJournal(), Sender()
    journal.broken = True
    assert [event.code for event in _texts(sender, journal).fed if isinstance(event, TextFailed)] == ["store"]
    assert sender.sent == []
