"""What becomes of writes that a dead server left."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from voice_agent.clock import MonotonicClock
from voice_agent.conversation.actions import CallTool
from voice_agent.effects.database import AgentDatabase
from voice_agent.effects.lost_writes import LostWrites, fate
from voice_agent.effects.tool_functions import Tool, ToolSpec
from voice_agent.effects.tools import ToolRunner
from voice_agent.effects.write_notes import Note, WriteNotes
from voice_agent.errors import ToolError, ToolUncertain
from voice_agent.journeys.tool_list import AfterLoss
from voice_agent.secure_digits import SecureDigits

NOW = datetime(2026, 3, 4, 10, 0, tzinfo=UTC)
CLOCK = MonotonicClock()
SCHEMA: dict[str, Any] = {"type": "object", "properties": {"order": {"type": "string"}}}
BOOK = CallTool(3, "book", {"order": "7"}, "write", "c1:book:7")
SECRET = msgspec.structs.replace(BOOK, secret=("order",))
SECURE = msgspec.structs.replace(BOOK, secure=(("card", "t1"),))


class Order(msgspec.Struct):
    order: str = ""


def tool(name: str = "book", *, database: bool = False, **spec: Any) -> Tool:
    return Tool(ToolSpec(name, "A tool.", SCHEMA, "write", **spec), dict, Order, database)


def note(*, begun: bool = True, minutes: float = 5, call: CallTool = BOOK) -> Note:
    return Note(call.idempotency_key, "dead", (NOW - timedelta(minutes=minutes)).isoformat(), begun, call)


@pytest.mark.parametrize(
    ("found", "left", "expected"),
    [
        (note(begun=False), tool(), "repeat"),
        (note(), tool(), "report"),
        (note(), tool(idempotent=True), "repeat"),
        (note(), tool(database=True), "repeat"),
        (note(call=msgspec.structs.replace(BOOK, idempotent=True)), tool(), "repeat"),
        (note(), tool(compensate="undo"), "compensate"),
        (note(begun=False), tool(compensate="undo"), "repeat"),
        (note(), tool(idempotent=True, compensate="undo"), "repeat"),
        (note(), tool(idempotent=True, compensate="undo", after_loss="compensate"), "compensate"),
        (note(), tool(idempotent=True, compensate="undo", after_loss="report"), "report"),
        (note(), tool(after_loss="repeat"), "report"),
        (note(begun=False, minutes=61), tool(idempotent=True), "report"),
        (note(begun=False, call=SECRET), tool(idempotent=True), "report"),
        (
            note(begun=False, call=SECURE),
            tool(database=True),
            "report",
        ),
        (note(begun=False), None, "report"),
    ],
)
def test_a_write_is_repeated_only_where_that_is_safe(found: Note, left: Tool | None, expected: AfterLoss) -> None:
    assert fate(found, left, NOW) == expected


class Scene:
    """A database with notes, tools as plain functions of their calls, and the list of people."""

    def __init__(self, folder: Path) -> None:
        self.database = AgentDatabase(folder, "demo")
        self.ran: list[CallTool] = []
        self.told: list[str] = []
        self.fails: Exception | None = None

    async def run(self, call: CallTool) -> dict[str, Any]:
        self.ran.append(call)
        if self.fails is not None:
            raise self.fails
        return {}

    async def report(self, found: Note, said: str) -> None:
        self.told.append(said)

    def see_to(self, found: Note, *tools: Tool) -> dict[AfterLoss, int]:
        known = {each.spec.name: each for each in tools}
        return asyncio.run(LostWrites(known, self.run, self.report, lambda: NOW).see_to([found]))


def test_what_is_repeated_has_its_key_and_people_know(tmp_path: Path) -> None:
    scene = Scene(tmp_path)
    assert scene.see_to(note(begun=False), tool()) == {"repeat": 1, "compensate": 0, "report": 0}
    assert scene.ran == [BOOK]
    assert scene.told == [
        "The call was cut off while book was under way. It has been done since; the caller does not know."
    ]


def test_what_is_undone_is_undone_with_what_the_other_tool_takes_and_under_another_key(tmp_path: Path) -> None:
    scene = Scene(tmp_path)
    call = msgspec.structs.replace(BOOK, arguments={"order": "7", "reason": "x"})
    scene.see_to(note(call=call), tool(compensate="undo"), tool("undo"))
    assert scene.ran == [CallTool(3, "undo", {"order": "7"}, "write", "c1:book:7:undone")]
    assert "It has been undone" in scene.told[0]


@pytest.mark.parametrize(
    ("begun", "fails", "said"),
    [
        (False, ToolError("no"), "book was agreed to and not done: it failed (tool)."),
        (False, ToolUncertain("who knows"), "It is not known whether book was done."),
        (True, ToolError("no"), "It is not known whether book was done."),
    ],
)
def test_what_fails_again_is_told_as_it_is_known(tmp_path: Path, begun: bool, fails: Exception, said: str) -> None:
    scene = Scene(tmp_path)
    scene.fails = fails
    assert scene.see_to(note(begun=begun), tool(idempotent=True))["report"] == 1
    assert scene.told[0].startswith(said)


def test_notes_of_the_dead_are_claimed_once_and_those_of_the_living_left(tmp_path: Path) -> None:
    database = AgentDatabase(tmp_path, "demo")
    WriteNotes(database, "one").miss(BOOK, NOW.isoformat())
    first, second = WriteNotes(database, "two"), WriteNotes(database, "three")
    (found,) = first.claim(lambda owner: True)
    assert (found.key, found.begun, found.call) == (BOOK.idempotency_key, False, BOOK)
    assert second.claim(lambda owner: owner != "two") == []
    assert [again.key for again in second.claim(lambda owner: True)] == [BOOK.idempotency_key]
    second.settle(BOOK.idempotency_key)
    assert second.claim(lambda owner: True) == []


def test_a_write_whose_result_is_there_is_not_missed(tmp_path: Path) -> None:
    database = AgentDatabase(tmp_path, "demo")
    runner = ToolRunner({"book": Tool(tool().spec, dict, Order, True)}, database, CLOCK)
    with pytest.raises(ToolError):
        asyncio.run(runner.run(BOOK, CLOCK.now_us() + 5_000_000))  # `dict` takes no connection: nothing is kept
    with database.writing() as connection:
        connection.execute("INSERT INTO voice_agent_idempotency VALUES (?, '{}')", (BOOK.idempotency_key,))
    notes = WriteNotes(database, "one")
    notes.miss(BOOK, NOW.isoformat())
    assert notes.claim(lambda owner: True) == []
    runner.close()


def test_a_conversation_is_told_and_people_too_when_nobody_knows_what_became_of_a_write(tmp_path: Path) -> None:
    def uncertain(order: str) -> dict[str, Any]:
        raise ToolUncertain("the line went dead")

    told: list[CallTool] = []

    async def tell(asked: CallTool) -> None:
        told.append(asked)

    tools = {"book": Tool(tool().spec, uncertain, Order, False)}
    runner = ToolRunner(tools, AgentDatabase(tmp_path, "demo"), CLOCK, uncertain=tell)
    with pytest.raises(ToolUncertain):
        asyncio.run(runner.run(BOOK, CLOCK.now_us() + 5_000_000))
    assert told == [BOOK]
    runner.close()


def test_a_note_holds_nothing_that_was_given_in_confidence(tmp_path: Path) -> None:
    def uncertain(order: str, card: str) -> dict[str, Any]:
        assert card == "4929"
        raise ToolUncertain("the line went dead")

    class Paid(Order):
        card: str = ""

    database = AgentDatabase(tmp_path, "demo")
    runner = ToolRunner({"book": Tool(tool().spec, uncertain, Paid, False)}, database, CLOCK, owner="one")
    given = msgspec.structs.replace(SECURE, arguments={"order": "7", "card": SecureDigits(bytearray(b"4929"))})
    with pytest.raises(ToolUncertain):
        asyncio.run(runner.run(given, CLOCK.now_us() + 5_000_000))
    (found,) = WriteNotes(database, "two").claim(lambda owner: True)
    assert (found.call, found.begun) == (SECURE, True)
    runner.close()
