"""A call that we placed, until it is known who has answered: listens, decides, and then lets the conversation begin,
leaves a message, or hangs up. What it decides by is in the log, so that replay decides it again.

Only where agent.yaml has `outgoing`. Until then the rest of the core knows of nothing; it is told of the call as if
that had begun when it was decided that a person is there.
"""

from __future__ import annotations

import datetime
from enum import Enum
from typing import Final

import msgspec

from voice_agent.agent.answering import Answering, AnsweringSettings
from voice_agent.agent.limits import CallLimits
from voice_agent.agent.orchestrator import Journeys, Orchestrator
from voice_agent.conversation import actions as act
from voice_agent.conversation import events as ev
from voice_agent.conversation.actions import AnyAction
from voice_agent.conversation.events import AnyEvent
from voice_agent.journeys.clauses import split_clauses
from voice_agent.journeys.pack import Outgoing, Pack
from voice_agent.journeys.templates import Values, render
from voice_agent.turns.floor import Floor
from voice_agent.understanding.mailbox_words import sounds_like_a_mailbox

_US_A_SAMPLE: Final = 125
FIRST_JOB: Final = 1_000_001
"""Recognitions of the greeting have numbers that the conversation never comes to."""
BEEP_US: Final = 25_000_000
"""How long a beep is waited for after it is known that a machine has answered."""
SILENT_US: Final = 3_000_000
"""A mailbox that has been silent for so long after its greeting records without a beep."""
MESSAGE_US: Final = 60_000_000
DOUBT_US: Final = 8_000_000
"""So long after somebody was taken for a person a beep shows that it was a machine, unless they have said more."""


class State(Enum):
    BEFORE = "before"
    LISTENING = "listening"
    """Who has answered is not known yet."""
    AWAITING_BEEP = "awaiting a beep"
    SPEAKING = "leaving a message"
    TALKING = "talking"
    """The core proper has the call."""
    OVER = "over"


class Happening(Enum):
    PLACED = "answered, and ours"
    TAKEN = "anything else"
    GREETED = "somebody to talk to"
    MACHINE = "a machine that is to have a message"
    RECORDS = "it records"
    HUNG_UP = "we hang up"
    ENDED = "ended"


TRANSITIONS: Final = {
    (State.BEFORE, Happening.PLACED): State.LISTENING,
    (State.BEFORE, Happening.TAKEN): State.TALKING,
    (State.LISTENING, Happening.GREETED): State.TALKING,
    (State.LISTENING, Happening.MACHINE): State.AWAITING_BEEP,
    (State.LISTENING, Happening.RECORDS): State.SPEAKING,
    (State.LISTENING, Happening.HUNG_UP): State.OVER,
    (State.LISTENING, Happening.ENDED): State.OVER,
    (State.AWAITING_BEEP, Happening.RECORDS): State.SPEAKING,
    (State.AWAITING_BEEP, Happening.HUNG_UP): State.OVER,
    (State.AWAITING_BEEP, Happening.ENDED): State.OVER,
    (State.SPEAKING, Happening.HUNG_UP): State.OVER,
    (State.SPEAKING, Happening.ENDED): State.OVER,
    (State.TALKING, Happening.RECORDS): State.SPEAKING,
    (State.TALKING, Happening.HUNG_UP): State.OVER,
}
"""The last two: somebody was greeted who turned out to be a machine. How a talk ends, the core proper knows."""


class OutgoingCall(Orchestrator):
    """The core of a call that may be one of ours; of any other it is the usual one."""

    def __init__(self, floor: Floor, journeys: Journeys, limits: CallLimits, pack: Pack, policy: Outgoing) -> None:
        super().__init__(floor, journeys, limits)
        self._pack = pack
        self._policy = policy
        self._state = State.BEFORE
        self._started: ev.CallStarted | None = None
        self._answering: Answering | None = None
        self._segment: int | None = None
        self._from_sample = 0
        self._job = FIRST_JOB - 1
        self._due_us: int | None = None
        self._silent_since_us: int | None = None
        self._doubt_until_us: int | None = None
        self._said = 0
        """The last utterance, of the core proper or the message."""
        self._playing: set[int] = set()

    def next_wake(self) -> int | None:
        match self._state:
            case State.TALKING | State.BEFORE:
                return super().next_wake()
            case State.LISTENING if self._answering is not None:
                return self._answering.next_wake()
            case State.AWAITING_BEEP:
                silent = None if self._silent_since_us is None else self._silent_since_us + SILENT_US
                return min((due for due in (self._due_us, silent) if due is not None), default=None)
            case State.SPEAKING:
                return self._due_us
            case _:
                return None

    def wake(self, now_us: int) -> list[AnyAction]:
        match self._state:
            case State.TALKING:
                return self._noted(super().wake(now_us))
            case State.OVER:
                return []
            case State.LISTENING if self._answering is not None:
                self._answering.wake(now_us)
                return self._decided(now_us)
            case State.AWAITING_BEEP if self._silent_since_us is not None:
                if now_us >= self._silent_since_us + SILENT_US:
                    return self._leave_message(now_us)
            case _:
                pass
        if self._due_us is not None and now_us >= self._due_us:
            return self._hang_up("answering_machine")
        return []

    def handle(self, event: AnyEvent, now_us: int) -> list[AnyAction]:
        match self._state:
            case State.BEFORE if isinstance(event, ev.CallStarted) and event.direction == "outbound":
                self._move(Happening.PLACED)
                self._started = event
                self._answering = Answering(AnsweringSettings(), sounds_like_a_mailbox, now_us)
                return []
            case State.TALKING if isinstance(event, ev.BeepHeard) and self._doubts(now_us):
                return self._machine_after_all(now_us)
            case State.BEFORE:
                self._move(Happening.TAKEN)
                return self._converse(event, now_us)
            case State.TALKING:
                return self._converse(event, now_us)
            case State.OVER:
                return []
            case _:
                pass
        match event:
            case ev.CallEnded():
                self._move(Happening.ENDED)
                return []
            case ev.StopAnnounced():
                return self._hang_up("stopping")
            case _:
                return self._told(event, now_us)

    def _told(self, event: AnyEvent, now_us: int) -> list[AnyAction]:
        """Before the conversation: of the one who answered, and of our message."""
        match self._state:
            case State.LISTENING if self._answering is not None:
                return [*self._listen(self._answering, event, now_us), *self._decided(now_us)]
            case State.AWAITING_BEEP:
                self._silent_since_us = now_us if isinstance(event, ev.SpeechPaused) else self._silent_since_us
                if isinstance(event, ev.SpeechStarted | ev.SpeechResumed):
                    self._silent_since_us = None
                return self._leave_message(now_us) if isinstance(event, ev.BeepHeard) else []
            case State.SPEAKING if isinstance(event, ev.PlaybackFinished) and event.utterance == self._said:
                return self._hang_up("left_message")
            case _:
                return []

    def _listen(self, answering: Answering, event: AnyEvent, now_us: int) -> list[AnyAction]:
        match event:
            case ev.SpeechStarted(segment=segment, at_sample=at_sample):
                self._from_sample = at_sample if self._segment is None else self._from_sample
                self._segment = segment
                answering.voice_began(now_us)
            case ev.SpeechResumed():
                answering.voice_began(now_us)
            case ev.SpeechPaused(end_sample=end_sample):
                answering.voice_paused(min(now_us, end_sample * _US_A_SAMPLE), now_us)
                self._job += 1
                return [act.Transcribe(self._job, 1, self._from_sample, end_sample, "open")]
            case ev.Transcribed(job=job, text=text) if job == self._job:
                answering.words(text, now_us)
            case ev.BeepHeard():
                answering.beep()
            case ev.DigitPressed():
                answering.key()
            case _:
                pass
        return []

    def _decided(self, now_us: int) -> list[AnyAction]:
        verdict = None if self._answering is None else self._answering.verdict
        if verdict is None or self._state is not State.LISTENING:
            return []
        out: list[AnyAction] = [verdict]
        if self._job >= FIRST_JOB:
            out.append(act.CancelTranscription(self._job))
        if self._segment is not None:
            out.append(act.CloseSegment(self._segment))
        if verdict.who != "machine" or self._policy.machine == "go_on":
            return [*out, *self._talk(now_us)]
        if self._policy.machine == "hang_up":
            return [*out, *self._hang_up("answering_machine")]
        if verdict.reason == "a beep":
            return [*out, *self._leave_message(now_us)]
        self._move(Happening.MACHINE)
        self._due_us = now_us + BEEP_US
        return out

    def _talk(self, now_us: int) -> list[AnyAction]:
        self._move(Happening.GREETED)
        if self._started is None:
            return []
        self._doubt_until_us = None if self._policy.machine == "go_on" else now_us + DOUBT_US
        return self._converse(_begun_later(self._started, now_us), now_us)

    def _converse(self, event: AnyEvent, now_us: int) -> list[AnyAction]:
        match event:
            case ev.PlaybackFinished(utterance=utterance):
                self._playing.discard(utterance)
            case ev.Transcribed(job=job, text=text) if job < FIRST_JOB and text.strip() != "":
                self._doubt_until_us = None  # machines don't answer
            case ev.CallEnded():
                self._doubt_until_us = None
            case _:
                pass
        return self._noted(super().handle(event, now_us))

    def _noted(self, actions: list[AnyAction]) -> list[AnyAction]:
        for action in actions:
            if isinstance(action, act.Say):
                self._said = action.utterance
                self._playing.add(action.utterance)
            elif isinstance(action, act.StopSpeaking):
                self._playing.discard(action.utterance)
        return actions

    def _doubts(self, now_us: int) -> bool:
        return self._doubt_until_us is not None and now_us <= self._doubt_until_us

    def _machine_after_all(self, now_us: int) -> list[AnyAction]:
        """It was greeted as a person, and beeps: what is being said to it stops, and the message takes its place."""
        out: list[AnyAction] = [act.AnsweredBy("machine", "a beep after all")]
        out += [act.StopSpeaking(utterance, "a machine has answered") for utterance in sorted(self._playing)]
        rest = self._hang_up("answering_machine") if self._policy.machine == "hang_up" else self._leave_message(now_us)
        return [*out, *rest]

    def _leave_message(self, now_us: int) -> list[AnyAction]:
        self._move(Happening.RECORDS)
        self._due_us = now_us + MESSAGE_US
        agent = self._pack.agent
        values = Values({"agent": {"name": agent.name}}, language=agent.language)
        texts = (self._pack.texts["outbound_greeting"][0], agent.disclosure, self._pack.texts["voicemail"][0])
        clauses = split_clauses(" ".join(render(text, values) for text in texts))
        self._said += 1
        return [act.Say(self._said, 0, clauses, "farewell", agent.language)]

    def _hang_up(self, reason: str) -> list[AnyAction]:
        self._move(Happening.HUNG_UP)
        return [act.HangUp(reason)]

    def _move(self, happening: Happening) -> None:
        self._state = TRANSITIONS[self._state, happening]


def _begun_later(started: ev.CallStarted, later_us: int) -> ev.CallStarted:
    """For whoever counts civil time from the moment that the conversation begins."""
    civil = datetime.datetime.fromisoformat(started.civil_start) + datetime.timedelta(microseconds=later_us)
    return msgspec.structs.replace(started, civil_start=civil.isoformat(timespec="milliseconds"))
