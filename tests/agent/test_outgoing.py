"""A call that the agent placed: it listens who answers, then talks, leaves its message after the beep, or hangs up."""

from __future__ import annotations

from typing import TypeVar

import msgspec
import pytest

from tests.agent.core_script import CIVIL_START, example_pack
from voice_agent.agent.core import build_core
from voice_agent.agent.outgoing import BEEP_US, FIRST_JOB, MESSAGE_US, SILENT_US
from voice_agent.agent.replay import replay
from voice_agent.config import TurnsConfig
from voice_agent.conversation import actions as act
from voice_agent.conversation import events as ev
from voice_agent.conversation.actions import AnyAction
from voice_agent.conversation.events import AnyEvent
from voice_agent.conversation.log import ConversationLog
from voice_agent.conversation.records import VERSION, Header
from voice_agent.journeys.pack import Outgoing, Pack

ActionT = TypeVar("ActionT")
S = 1_000_000
STARTED = ev.CallStarted("phone", "sip:maya@example.org", "sip:agent@example.org", CIVIL_START, direction="outbound")
HEADER = Header(VERSION, "c-1", "phone", "Riverside", "0", "0", 1, CIVIL_START)


def pack(machine: str) -> Pack:
    example = example_pack()
    outgoing = msgspec.convert({"machine": machine}, Outgoing)
    return msgspec.structs.replace(example, agent=msgspec.structs.replace(example.agent, outgoing=outgoing))


class Placed:
    """Events and wakes are logged as a driver does, so that what was decided can be decided again."""

    def __init__(self, machine: str = "leave_message", started: ev.CallStarted = STARTED) -> None:
        self.pack = pack(machine)
        self.core = build_core(self.pack, TurnsConfig(), "c-1", recorded=False)
        self.log = ConversationLog(HEADER)
        self.now_us = 0
        self.asked: list[AnyAction] = []
        self.tells(started, 0)

    def tells(self, event: AnyEvent, at_s: float) -> list[AnyAction]:
        self.waits(at_s)
        self.log.append(event, self.now_us)
        return self._take(self.core.handle(event, self.now_us))

    def waits(self, until_s: float) -> list[AnyAction]:
        out: list[AnyAction] = []
        while (due_us := self.core.next_wake()) is not None and due_us <= until_s * S:
            self.now_us = max(self.now_us, due_us)
            self.log.append(ev.Woken(), self.now_us)
            out += self._take(self.core.wake(self.now_us))
        self.now_us = max(self.now_us, round(until_s * S))
        return out

    def says(self, from_s: float, to_s: float, text: str, segment: int = 1) -> None:
        self.tells(ev.SpeechStarted(segment, round(from_s * 8_000)), from_s + 0.06)
        self.tells(ev.SpeechPaused(segment, round(to_s * 8_000)), to_s + 0.2)
        job = self.all_of(act.Transcribe)[-1].job
        self.tells(ev.Transcribed(job, 1, text, (), 0.9, "scripted", 1), to_s + 0.6)

    def all_of(self, kind: type[ActionT]) -> list[ActionT]:
        return [action for action in self.asked if isinstance(action, kind)]

    def said(self) -> str:
        return " ".join(clause for said in self.all_of(act.Say) for clause in said.clauses)

    def _take(self, actions: list[AnyAction]) -> list[AnyAction]:
        for action in actions:
            self.log.append(action, self.now_us)
        self.asked += actions
        return actions


def test_nothing_is_said_before_somebody_has_answered_and_a_person_is_greeted() -> None:
    call = Placed()
    assert call.asked == []
    call.says(0.5, 1.0, "Hello?")
    assert call.said() == ""
    call.waits(1.7)
    assert call.all_of(act.AnsweredBy) == [act.AnsweredBy("human", "a short greeting and a pause")]
    assert call.said().startswith("Hello, this is Riverside Broadband calling. I'm an automated assistant.")
    assert call.all_of(act.CloseSegment) == [act.CloseSegment(1)]


def test_the_greeting_of_whoever_answers_is_recognised_under_numbers_of_its_own() -> None:
    call = Placed()
    call.says(0.5, 1.0, "Hello?")
    assert call.all_of(act.Transcribe) == [act.Transcribe(FIRST_JOB, 1, 4_000, 8_000, "open")]


def test_the_conversation_goes_on_as_any_other_once_a_person_is_there() -> None:
    call = Placed()
    call.says(0.5, 1.0, "Hello?")
    call.waits(2)
    (greeting,) = call.all_of(act.Say)
    call.tells(ev.PlaybackStarted(greeting.utterance, 16_000), 2.1)
    call.tells(ev.PlaybackFinished(greeting.utterance), 6)
    call.tells(ev.SpeechStarted(2, 52_000), 6.6)
    call.tells(ev.SpeechPaused(2, 60_000), 7.7)
    assert call.all_of(act.Transcribe)[-1].job < FIRST_JOB


def test_a_message_is_left_after_the_beep_and_the_call_ends_when_it_was_said() -> None:
    call = Placed()
    call.says(0.5, 3.0, "Hi, you've reached Tom. Please leave a message after the tone.")
    assert call.all_of(act.AnsweredBy)[0].who == "machine"
    assert call.said() == ""
    call.tells(ev.BeepHeard(60_000, 1_000, 400_000), 7.5)
    assert call.said() == (
        "Hello, this is Riverside Broadband calling. I'm an automated assistant. I tried to reach you. Please call us "
        "back any time. Goodbye."
    )
    assert call.tells(ev.SpeechStarted(2, 64_000), 8) == []
    assert call.tells(ev.PlaybackFinished(1), 14) == [act.HangUp("left_message")]
    assert call.tells(ev.CallEnded("agent", "left_message"), 14.1) == []


def test_a_beep_right_away_is_enough() -> None:
    call = Placed()
    call.tells(ev.BeepHeard(9_000, 850, 300_000), 1.2)
    assert call.all_of(act.AnsweredBy) == [act.AnsweredBy("machine", "a beep")]
    assert "I tried to reach you" in call.said()


def test_a_mailbox_that_falls_silent_records_without_a_beep() -> None:
    call = Placed()
    call.says(0.5, 3.0, "You've reached Tom.")
    call.tells(ev.SpeechResumed(1, 26_000), 3.7)
    call.tells(ev.SpeechPaused(1, 40_000), 5.2)
    call.waits(5.1 + SILENT_US / S)
    assert call.said() == ""
    call.waits(5.3 + SILENT_US / S)
    assert "I tried to reach you" in call.said()


def test_a_machine_that_never_stops_is_hung_up_on() -> None:
    call = Placed()
    call.tells(ev.SpeechStarted(1, 4_000), 0.56)
    call.waits(6)
    assert call.all_of(act.AnsweredBy) == [act.AnsweredBy("machine", "a long greeting")]
    call.waits(6 + BEEP_US / S)
    assert call.asked[-1] == act.HangUp("answering_machine")
    assert call.core.next_wake() is None


def test_a_message_that_can_not_be_spoken_does_not_keep_the_line() -> None:
    call = Placed()
    call.tells(ev.BeepHeard(9_000, 850, 300_000), 1.2)
    call.waits(1.3 + MESSAGE_US / S)
    assert call.asked[-1] == act.HangUp("answering_machine")


@pytest.mark.parametrize(("machine", "said", "ended"), [("hang_up", False, True), ("go_on", True, False)])
def test_the_folder_says_what_follows_from_a_machine(machine: str, said: bool, ended: bool) -> None:
    call = Placed(machine)
    call.says(0.5, 3.0, "You've reached Tom.")
    assert (call.said() != "") is said
    assert (call.asked[-1] == act.HangUp("answering_machine")) is ended


def test_a_beep_soon_after_a_person_was_greeted_shows_that_it_was_a_machine() -> None:
    call = Placed()
    call.says(0.5, 1.0, "Tom Baker.")
    call.waits(2)
    (greeting,) = call.all_of(act.Say)
    call.tells(ev.PlaybackStarted(greeting.utterance, 16_000), 2.1)
    after = call.tells(ev.BeepHeard(20_000, 900, 400_000), 2.6)
    message = call.all_of(act.Say)[-1]
    assert after == [
        act.AnsweredBy("machine", "a beep after all"),
        act.StopSpeaking(greeting.utterance, "a machine has answered"),
        message,
    ]
    assert message.utterance == greeting.utterance + 1
    assert call.tells(ev.PlaybackFinished(message.utterance), 9) == [act.HangUp("left_message")]
    again = replay(list(call.log.read()), build_core(call.pack, TurnsConfig(), "c-1", recorded=False))
    assert again.verdict == "same"


def test_who_has_said_more_since_is_a_person_whatever_beeps() -> None:
    call = Placed("hang_up")
    call.says(0.5, 1.0, "Hello?")
    call.waits(2)
    call.tells(ev.SpeechStarted(2, 24_000), 3.06)
    call.tells(ev.SpeechPaused(2, 32_000), 4.2)
    job = call.all_of(act.Transcribe)[-1].job
    call.tells(ev.Transcribed(job, 1, "Who is this?", (), 0.9, "scripted", 1), 4.5)
    call.tells(ev.BeepHeard(40_000, 900, 400_000), 5.1)
    assert [answered.who for answered in call.all_of(act.AnsweredBy)] == ["human"]


def test_a_beep_after_the_call_was_over_leaves_no_message() -> None:
    call = Placed()
    call.says(0.5, 1.0, "Hello?")
    call.waits(2)
    call.tells(ev.CallEnded("caller", "hung up"), 2.5)
    assert call.tells(ev.BeepHeard(20_000, 900, 400_000), 2.6) == []


@pytest.mark.parametrize(("machine", "after_s"), [("go_on", 3.0), ("hang_up", 12.0)])
def test_a_beep_that_comes_late_or_where_machines_are_talked_to_changes_nothing(machine: str, after_s: float) -> None:
    call = Placed(machine)
    call.says(0.5, 1.0, "Hello?")
    call.tells(ev.BeepHeard(round(after_s * 8_000), 900, 400_000), after_s)
    assert [answered.who for answered in call.all_of(act.AnsweredBy)] == ["human"]


def test_who_says_nothing_is_greeted_after_a_while() -> None:
    call = Placed("hang_up")
    call.waits(4.1)
    assert call.all_of(act.AnsweredBy) == [act.AnsweredBy("unknown", "silence")]
    assert "Riverside Broadband calling" in call.said()


def test_a_call_that_came_in_is_greeted_at_once() -> None:
    call = Placed("hang_up", msgspec.structs.replace(STARTED, direction="inbound"))
    assert "this is Riverside Broadband." in call.said()


def test_the_end_of_the_call_ends_the_listening() -> None:
    call = Placed()
    assert call.tells(ev.CallEnded("caller", "hung up"), 1) == []
    assert call.core.next_wake() is None
    assert Placed().tells(ev.StopAnnounced(), 1) == [act.HangUp("stopping")]


def test_what_was_decided_is_decided_again() -> None:
    for text in ("Hello?", "You've reached Tom."):
        call = Placed()
        call.says(0.5, 1.0, text)
        call.tells(ev.BeepHeard(60_000, 1_000, 400_000), 4)
        again = replay(list(call.log.read()), build_core(call.pack, TurnsConfig(), "c-1", recorded=False))
        assert again.verdict == "same"
