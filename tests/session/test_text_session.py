"""A typed conversation with the example agent: each line comes back with all that it led to."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from simulations import virtual_time
from tests.agent.core_script import CIVIL_START, example_pack, of_kind, words
from tests.session.small_world import FunctionTools, MemoryJournal, small_world, understanding
from tests.testkit import HEADER
from voice_agent.agent.core import build_core
from voice_agent.agent.replay import replay
from voice_agent.config import TurnsConfig
from voice_agent.conversation import actions as act
from voice_agent.conversation import events as ev
from voice_agent.conversation.actions import AnyAction
from voice_agent.conversation.log import ConversationLog
from voice_agent.conversation.records import encode_log
from voice_agent.session.text import SETTLE_S, TextSession
from voice_agent.session.world import Progress, World

STARTED = ev.CallStarted("text", "", "", CIVIL_START)


class HangingTools:
    """Never answers."""

    async def run(self, asked: act.CallTool, /, *, deadline_us: int, progress: Progress) -> dict[str, Any]:
        await asyncio.sleep(100 * SETTLE_S)
        return {}


def chat(talk: Callable[[TextSession], Awaitable[None]], world: Callable[[], World] = small_world) -> ConversationLog:
    """Plays in virtual time; ended by the caller unless the agent did."""
    understanding()

    async def scene() -> ConversationLog:
        log = ConversationLog(HEADER)
        core = build_core(example_pack(), TurnsConfig(), HEADER.conversation, recorded=False)
        session = TextSession(core, log, world())
        async with asyncio.TaskGroup() as group:
            session.open(group)
            await talk(session)
            session.end("caller", "closed the conversation")
        return log

    return virtual_time.run(scene())


def tags(log: ConversationLog) -> list[str]:
    return [record.tag for record in log.read()]


def test_a_line_comes_back_with_all_it_led_to() -> None:
    async def talk(session: TextSession) -> None:
        assert words(await session.start(STARTED)).startswith("Hello, this is Riverside Broadband.")
        assert words(await session.send("where is my order")) == "What's your eight-digit account number?"
        readback = await session.send("5501 2479")
        assert of_kind(readback, act.CallTool)[0].tool == "find_customer"
        answer = await session.send("yes")
        assert [type(action) for action in of_told(answer)] == [act.CallTool, act.Say, act.RecordOutcome]
        assert not session.ended
        farewell = await session.send("no thanks, bye")
        assert of_kind(farewell, act.HangUp) == [act.HangUp("goodbye")]
        assert session.ended

    log = chat(talk)
    assert tags(log)[-1] == "call_ended"
    assert tags(log).count("call_ended") == 1


def test_a_message_that_is_no_text_is_answered_and_the_question_stands() -> None:
    async def talk(session: TextSession) -> None:
        await session.start(STARTED)
        await session.send("where is my order")
        assert "I can only read text here" in words(await session.unread("image", ("m2",)))
        readback = await session.send("5501 2479")
        assert "Is that right?" in words(readback)

    log = chat(talk)
    assert ev.MessageUnread("image", ("m2",)) in [record.entry for record in log.read()]
    core = build_core(example_pack(), TurnsConfig(), HEADER.conversation, recorded=False)
    assert replay(list(log.read()), core).verdict == "same"


def test_what_is_said_counts_as_heard_at_once() -> None:
    async def talk(session: TextSession) -> None:
        await session.start(STARTED)

    assert tags(chat(talk)) == ["call_started", "say", "playback_started", "playback_finished", "call_ended"]


def test_nobody_is_reprompted_for_thinking() -> None:
    async def talk(session: TextSession) -> None:
        await session.start(STARTED)
        await asyncio.sleep(3_600)
        await session.send("where is my order")

    log = chat(talk)
    assert "woken" not in tags(log)
    assert [record.t_us for record in log.read()][-1] == 3_600_000_000


def test_keys_are_one_entry_that_ends_by_its_length() -> None:
    async def talk(session: TextSession) -> None:
        await session.start(STARTED)
        await session.send("where is my order")
        assert "55012479" in words(await session.press("55012479"))

    log = chat(talk)
    assert "woken" not in tags(log)


def test_keys_without_an_end_are_taken_after_a_while() -> None:
    async def talk(session: TextSession) -> None:
        await session.start(STARTED)
        await session.send("where is my order")
        answer = await session.press("5501")
        assert of_kind(answer, act.Understand)[0].keys == "5501"

    assert "woken" in tags(chat(talk))


def test_a_turn_that_never_settles_is_given_back_as_it_is(caplog: pytest.LogCaptureFixture) -> None:
    async def talk(session: TextSession) -> None:
        await session.start(STARTED)
        await session.send("where is my order")
        before_us = virtual_time.running_loop().now_us()
        answer = await session.send("5501 2479")
        assert "Is that right?" in words(answer)
        assert virtual_time.running_loop().now_us() - before_us == SETTLE_S * 1_000_000
        session.end("caller", "left")

    world = small_world

    def hanging() -> World:
        usual = world()
        return World(usual.clock, usual.understanding, HangingTools(), usual.handover, usual.journal)

    chat(talk, hanging)
    assert "a turn has not settled" in caplog.text


def test_the_end_comes_once_and_effects_end_after_it() -> None:
    async def talk(session: TextSession) -> None:
        await session.start(STARTED)
        await session.send("where is my order")
        sending = asyncio.ensure_future(session.send("5501 2479"))
        await asyncio.sleep(0.5)
        session.end("operator", "stopped")
        session.end("caller", "too late")
        await sending

    log = chat(talk, lambda: small_world(tools=FunctionTools({"find_customer": lambda account: {"found": False}}, 2.0)))
    assert tags(log).count("call_ended") == 1
    assert tags(log)[-2:] == ["tool_returned", "drop_late"]


def test_a_transfer_and_its_outcome_belong_to_the_line() -> None:
    async def talk(session: TextSession) -> None:
        await session.start(STARTED)
        actions = await session.send("I want to talk to a person")
        assert [type(action) for action in of_told(actions)] == [act.Say, act.Transfer, act.RecordOutcome]

    log = chat(talk)
    assert "transferred" in tags(log)


def test_a_store_that_fails_is_in_the_log() -> None:
    def broken() -> World:
        journal = MemoryJournal()
        journal.broken = True
        return small_world(journal=journal)

    async def talk(session: TextSession) -> None:
        await session.start(STARTED)
        actions = await session.send("I want to talk to a person")
        assert "couldn't" in words(actions)

    assert "transfer_failed" in tags(chat(talk, broken))


def of_told(actions: list[AnyAction]) -> list[AnyAction]:
    """Without what only the drivers act on."""
    return [action for action in actions if not isinstance(action, act.TakeTurn | act.Understand | act.CloseSegment)]


def test_a_card_number_that_is_typed_unasked_reaches_neither_core_nor_log() -> None:
    async def talk(session: TextSession) -> None:
        await session.start(STARTED)
        await session.send("my card is 4111 1111 1111 1111, where is my order")

    log = chat(talk)
    assert [entry.text for entry in log_entries(log, ev.TextReceived)] == ["my card is ****, where is my order"]
    assert b"1111" not in encode_log(log.header, list(log.read()))


def log_entries(log: ConversationLog, kind: type[ev.TextReceived]) -> list[ev.TextReceived]:
    return [record.entry for record in log.read() if isinstance(record.entry, kind)]
