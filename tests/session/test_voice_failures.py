"""What a call makes of engines, tools and disks that fail, are late, or are not wanted any more."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from typing import Any

import pytest

from models.scripted import ScriptedRecogniser, ScriptedSynthesiser
from tests.session.phone_line import SYNTHESIS_US, Call, Parts, PhoneLine, on_the_line
from tests.session.small_world import FunctionTools, HandoverList, MemoryJournal, Reflexes, small_world
from voice_agent.audio import Pcm, silence
from voice_agent.conversation import actions as act
from voice_agent.conversation import events as ev
from voice_agent.conversation.actions import AnyAction
from voice_agent.conversation.events import AnyEvent
from voice_agent.conversation.state import fold
from voice_agent.errors import EngineUnavailable
from voice_agent.ports.speech import ENGLISH, Languages, Recognition
from voice_agent.ports.urgency import Urgency
from voice_agent.session.world import World

WRITE = act.CallTool(1, "book", {"order": "1"}, "write", "key-1")
READ = act.CallTool(1, "look_up", {}, "read", "")
TRANSFER = act.Transfer("callbacks", "the caller asked for a person", "Maya Ferrin asked about an order.")


class TiredRecogniser:
    """Fails `failures` times, then works. `cancelled` counts jobs that were given up while they ran."""

    def __init__(self, failures: int, *, latency_us: int = 220_000) -> None:
        self.cancelled = 0
        self._failures = failures
        self._engine = ScriptedRecogniser(latency_us)

    async def transcribe(
        self, pcm: Pcm, *, expects: str, deadline_us: int, urgency: Urgency = "final", languages: Languages = ENGLISH
    ) -> Recognition:
        try:
            heard = await self._engine.transcribe(pcm, expects=expects, deadline_us=deadline_us)
        except asyncio.CancelledError:
            self.cancelled += 1
            raise
        if self._failures > 0:
            self._failures -= 1
            raise EngineUnavailable("the speech process was killed")
        return heard


class HoarseSynthesiser:
    """Can't say a clause with `word` in it: raises `problem` after its first words."""

    def __init__(self, word: str, problem: Exception) -> None:
        self._word = word
        self._problem = problem
        self._engine = ScriptedSynthesiser(SYNTHESIS_US)

    async def synthesize(self, text: str, *, deadline_us: int, speed: float = 1.0) -> AsyncGenerator[Pcm, None]:
        async for chunk in self._engine.synthesize(text, deadline_us=deadline_us):
            yield chunk
            if self._word in text:
                raise self._problem


class Brittle(Reflexes):
    """Breaks at the first key."""

    def handle(self, event: AnyEvent, now_us: int) -> list[AnyAction]:
        if isinstance(event, ev.DigitPressed):
            raise ArithmeticError("a defect")
        return super().handle(event, now_us)


async def asks_once(line: PhoneLine) -> None:
    await line.agent_is_done()
    await line.says("Where is my order?")
    await line.agent_is_done()


def book(order: str) -> dict[str, Any]:
    return {"booked": order}


# Ears and voice


def test_a_recogniser_that_fails_once_is_asked_again() -> None:
    call = on_the_line(asks_once, Parts(recogniser=TiredRecogniser(1)))
    assert call.first(ev.TranscriptionFailed).code == "engine_down"
    assert [turn.text for turn in fold(call.log.read()).caller_turns] == ["Where is my order?"]
    assert call.line.heard().endswith("What's your eight-digit account number?")


def test_a_recogniser_that_fails_twice_leads_to_a_reprompt_not_to_silence() -> None:
    ahead, once, again = 1, 1, 1
    call = on_the_line(asks_once, Parts(recogniser=TiredRecogniser(ahead + once + again)))
    assert len(call.all_of(ev.TranscriptionFailed)) == 3
    assert call.last(act.Say).purpose == "reprompt"
    assert "Sorry, I didn't catch that." in call.line.heard()


def test_recognition_is_cancelled_when_the_caller_goes_on() -> None:
    async def hesitates(line: PhoneLine) -> None:
        await line.agent_is_done()
        await line.says("Where is")
        await line.waits(0.3)
        await line.says("my order?")
        await line.agent_is_done()

    recogniser = TiredRecogniser(0, latency_us=600_000)
    call = on_the_line(hesitates, Parts(recogniser=recogniser))
    assert call.first(act.CancelTranscription).job == 1
    assert recogniser.cancelled == 1
    assert [event.job for event in call.all_of(ev.Transcribed)] == [2]
    assert [turn.text for turn in fold(call.log.read()).caller_turns] == ["Where is my order?"]


@pytest.mark.parametrize("problem", [EngineUnavailable("no voice"), ValueError("a defect")])
def test_a_clause_that_cannot_be_spoken_is_skipped(problem: Exception) -> None:
    voice = HoarseSynthesiser("automated", problem)
    call = on_the_line(asks_once, Parts(synthesiser=voice))
    failed = call.first(ev.SynthesisFailed)
    assert (failed.utterance, failed.clause) == (1, 1)
    assert failed.code == ("engine_down" if isinstance(problem, EngineUnavailable) else "error")
    heard = call.line.heard()
    assert heard.startswith("Hello, this is Riverside Broadband.")
    assert "assistant" not in heard
    assert "How can I help?" in heard
    assert heard.endswith("account number?")


def test_a_voice_that_is_gone_ends_the_call_after_silence() -> None:
    async def listens(line: PhoneLine) -> None:
        while not line.session.ended:
            await line.waits(1.0)

    call = on_the_line(listens, Parts(synthesiser=HoarseSynthesiser("", EngineUnavailable("no voice"))))
    assert call.last(ev.CallEnded) == ev.CallEnded("agent", "silence")


# Effects and the disk


def test_a_write_waits_for_the_log_and_the_sound_does_not() -> None:
    journal_of: list[MemoryJournal] = []

    def world() -> World:
        journal_of.append(MemoryJournal())
        return small_world(journal=journal_of[0], tools=FunctionTools({"book": book}))

    async def keys(line: PhoneLine) -> None:
        journal_of[0].close()
        await line.presses("1")
        await line.waits(3.0)
        assert line.heard() == "One moment."
        journal_of[0].open()
        await line.waits(0.2)

    reflexes = Reflexes({ev.CallStarted: [act.Say(1, 0, ("One moment.",))], ev.DigitPressed: [WRITE]})
    call = on_the_line(keys, Parts(reflexes, world))
    returned = call.first(ev.ToolReturned)
    assert returned.result == {"booked": "1"}
    assert call.at_us(returned) > 3_200_000
    assert returned.engine_us > 3_000_000


def test_a_read_does_not_wait_for_the_log() -> None:
    journal_of: list[MemoryJournal] = []

    def world() -> World:
        journal_of.append(MemoryJournal())
        journal_of[0].close()
        return small_world(journal=journal_of[0], tools=FunctionTools({"look_up": lambda: {"found": True}}))

    async def keys(line: PhoneLine) -> None:
        await line.presses("1")

    call = on_the_line(keys, Parts(Reflexes({ev.DigitPressed: [READ]}), world))
    assert call.first(ev.ToolReturned).result == {"found": True}


def test_a_write_is_not_made_where_the_log_cannot_be_kept() -> None:
    tools: list[FunctionTools] = []

    def world() -> World:
        journal = MemoryJournal()
        journal.broken = True
        tools.append(FunctionTools({"book": book}))
        return small_world(journal=journal, tools=tools[0])

    async def keys(line: PhoneLine) -> None:
        await line.presses("1")

    call = on_the_line(keys, Parts(Reflexes({ev.DigitPressed: [WRITE]}), world))
    assert call.first(ev.ToolFailed) == ev.ToolFailed(1, "store", "the disk is full")
    assert tools[0].ran == []


def test_a_write_is_given_up_where_the_log_is_not_committed_in_time() -> None:
    def world() -> World:
        journal = MemoryJournal()
        journal.close()
        return small_world(journal=journal, tools=FunctionTools({"book": book}))

    async def keys(line: PhoneLine) -> None:
        await line.presses("1")
        await line.waits(10.5)

    call = on_the_line(keys, Parts(Reflexes({ev.DigitPressed: [WRITE]}), world))
    assert call.first(ev.ToolFailed) == ev.ToolFailed(1, "deadline", "the log could not be committed in time")


def test_a_tool_that_runs_when_the_call_ends_is_finished_and_logged() -> None:
    async def hangs_up(line: PhoneLine) -> None:
        await line.presses("1")

    reflexes = Reflexes({ev.DigitPressed: [WRITE]})
    call = on_the_line(hangs_up, Parts(reflexes, lambda: small_world(tools=FunctionTools({"book": book}, 2.0))))
    assert call.tags()[-2:] == ["call_ended", "tool_returned"]
    assert call.seconds == pytest.approx(2.025, abs=0.03)


def test_recognition_ends_with_the_call() -> None:
    async def hangs_up(line: PhoneLine) -> None:
        await line.presses("1")
        await line.tick()

    recogniser = TiredRecogniser(0, latency_us=4_000_000)
    reflexes = Reflexes({ev.DigitPressed: [act.Transcribe(1, 1, 0, 160, "open")]})
    call = on_the_line(hangs_up, Parts(reflexes, recogniser=recogniser))
    assert recogniser.cancelled == 1
    assert call.tags()[-1] == "call_ended"
    assert call.seconds < 1.0


@pytest.mark.parametrize("full", [False, True])
def test_a_transfer_that_is_under_way_when_the_call_ends_is_finished_and_logged(full: bool) -> None:
    lists: list[HandoverList] = []

    def world() -> World:
        lists.append(HandoverList())
        lists[0].full = full
        return small_world(handover=lists[0])

    async def hangs_up(line: PhoneLine) -> None:
        await line.tick(keys=["1"])

    call = on_the_line(hangs_up, Parts(Reflexes({ev.DigitPressed: [TRANSFER]}), world))
    assert call.tags()[-2:] == ["call_ended", "transfer_failed" if full else "transferred"]
    assert len(lists[0].callers) == (0 if full else 1)


def test_an_outcome_is_committed_and_a_store_that_fails_does_not_end_the_call() -> None:
    def world() -> World:
        journal = MemoryJournal()
        journal.broken = True
        return small_world(journal=journal)

    async def keys(line: PhoneLine) -> None:
        await line.presses("1")

    reflexes = Reflexes({ev.DigitPressed: [act.RecordOutcome("track_order", "resolved", ())]})
    call = on_the_line(keys, Parts(reflexes, world))
    assert call.first(ev.EngineWentDown) == ev.EngineWentDown("store", "store: the disk is full")
    assert call.last(ev.CallEnded).by == "caller"


# The core


def test_the_line_is_let_go_while_an_effect_still_runs() -> None:
    lines: list[PhoneLine] = []

    async def hangs_up(line: PhoneLine) -> None:
        lines.append(line)
        await line.presses("1")
        line.session.end("caller", "hung up")
        assert line.session.ended

    reflexes = Reflexes({ev.DigitPressed: [WRITE]})
    call = on_the_line(hangs_up, Parts(reflexes, lambda: small_world(tools=FunctionTools({"book": book}, 5.0))))
    assert call.told == ["caller"]
    assert call.tags()[-1] == "tool_returned"


def test_a_call_whose_core_broke_is_ended_without_asking_it() -> None:
    async def breaks(line: PhoneLine) -> None:
        with pytest.raises(ArithmeticError):
            line.session.tick(silence(160), ["1"])
        line.session.abandon("a defect of the server")
        line.session.abandon("again")

    call = on_the_line(breaks, Parts(Brittle({})))
    assert call.all_of(ev.CallEnded) == [ev.CallEnded("fault", "a defect of the server")]
    assert call.told == ["fault"]


# Keys


def test_keys_go_through_to_understanding_as_one_entry() -> None:
    async def keys(line: PhoneLine) -> None:
        await line.agent_is_done()
        await line.says("Where is my order?")
        await line.agent_is_done()
        await line.presses("55012479")
        await line.agent_is_done()

    call: Call = on_the_line(keys)
    assert call.last(act.Understand).keys == "55012479"
    assert call.first(act.CallTool).arguments == {"account": "55012479"}
    assert "5 5 0 1, 2 4 7 9" in call.line.heard()
