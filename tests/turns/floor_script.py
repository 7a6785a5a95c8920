"""A call told line by line: what happened when, and what the floor made of it. The floor is woken whenever it asked."""

from __future__ import annotations

from typing import TypeVar

import msgspec

from voice_agent.audio import us_to_samples
from voice_agent.conversation.actions import ResumeSpeaking, StopSpeaking, Transcribe
from voice_agent.conversation.events import (
    AnyEvent,
    CallStarted,
    DigitPressed,
    PlaybackFinished,
    PlaybackStarted,
    SpeechDipped,
    SpeechPaused,
    SpeechResumed,
    SpeechStarted,
    Transcribed,
    TranscriptionFailed,
)
from voice_agent.conversation.expectation import Expectation, SlotView
from voice_agent.turns.evidence import Completeness
from voice_agent.turns.floor import Floor
from voice_agent.turns.settings import FloorSettings, InterruptionSettings
from voice_agent.turns.signals import AgentDecided, AgentSaid, Expecting, FloorAction, Foreseen, TurnLikely
from voice_agent.turns.transitions import State

ActionT = TypeVar("ActionT")

EIGHT_DIGITS = Expectation("digits", SlotView("account", "digits", length=8))
YES_NO = Expectation("yes_no")
DIP_MS = 60
PAUSE_MS = 200
ONE_LOOK = FloorSettings(interruption=InterruptionSettings(second_look_us=10_000_000))
"""One at a time, but for what `test_looks` tells of two."""


def completeness(text: str, expectation: Expectation) -> Completeness:
    """By the number of figures, where their number is known; a plain yes is all there."""
    if text in ("Hello.", "That is it."):
        return "complete"
    if expectation.kind == "yes_no" and text.lower().strip(".") in ("yes", "yeah", "no"):
        return "complete"
    if expectation.slot is None or expectation.slot.length is None:
        return "unknown"
    return "complete" if sum(map(str.isdigit, text)) >= expectation.slot.length else "incomplete"


def is_backchannel(text: str, expectation: Expectation) -> bool:
    return text.lower().strip(".") in ("mm-hm", "yeah") and expectation.kind != "yes_no"


def insists(text: str, expectation: Expectation) -> bool:
    return text.lower().strip(".") in ("no", "stop", "wait")


class Call:
    """Times are milliseconds of the call. `done` holds everything the floor did, in order, but for what it foretold."""

    def __init__(self, settings: FloorSettings | None = None, *, typed: bool = False) -> None:
        self.floor = Floor(ONE_LOOK if settings is None else settings, completeness, is_backchannel, insists)
        self.done: list[FloorAction] = []
        self.likely: list[TurnLikely] = []
        self._now_us = 0
        self._segment = 0
        self.tell(CallStarted("text" if typed else "phone", "+15550100", "+15550199", "2026-03-02T09:00:00+01:00"))

    def is_in(self, state: State) -> bool:
        return self.floor.state is state

    def until(self, at_ms: int) -> list[FloorAction]:
        """Lets time pass; returns what was done meanwhile."""
        before = len(self.done)
        while (wake_us := self.floor.next_wake()) is not None and wake_us <= at_ms * 1_000:
            self._now_us = max(wake_us, self._now_us)
            self._note(self.floor.wake(self._now_us))
        self._now_us = max(at_ms * 1_000, self._now_us)
        return self._since(before)

    def tell(
        self, event: AnyEvent | Expecting | AgentSaid | AgentDecided | Foreseen, at_ms: int | None = None
    ) -> list[FloorAction]:
        """An event, now or later; returns what it led to at once."""
        if at_ms is not None:
            self.until(at_ms)
        before = len(self.done)
        actions = self.floor.handle(event, self._now_us)
        for likely in [action.turn for action in actions if isinstance(action, TurnLikely)]:
            actions += self.floor.handle(Foreseen(likely.turn, likely.text), self._now_us)  # understood at once
        self._note(actions)
        return self._since(before)

    def _since(self, before: int) -> list[FloorAction]:
        """Without why the agent stopped or went on, which is looked at where it matters: `votes`."""
        return [
            msgspec.structs.replace(action, votes=()) if isinstance(action, ResumeSpeaking | StopSpeaking) else action
            for action in self.done[before:]
        ]

    def votes(self) -> tuple[str, ...]:
        """Why the agent stopped or went on, the last time."""
        return [action for action in self.done if isinstance(action, ResumeSpeaking | StopSpeaking)][-1].votes

    def _asked(self, job: int | None, generation: int | None) -> tuple[int, int]:
        asked = self.all_of(Transcribe)
        newest = asked[-1] if asked else Transcribe(1, 1, 0, 0, "open")
        return newest.job if job is None else job, newest.generation if generation is None else generation

    def _note(self, actions: list[FloorAction]) -> None:
        self.likely += [action for action in actions if isinstance(action, TurnLikely)]
        self.done += [action for action in actions if not isinstance(action, TurnLikely)]

    def voice(self, from_ms: int) -> list[FloorAction]:
        """A new segment begins."""
        self._segment += 1
        return self.tell(SpeechStarted(self._segment, us_to_samples(from_ms * 1_000)), from_ms)

    def resumes(self, from_ms: int) -> list[FloorAction]:
        """The last segment goes on."""
        return self.tell(SpeechResumed(self._segment, us_to_samples(from_ms * 1_000)), from_ms)

    def dips(self, end_ms: int) -> list[FloorAction]:
        """The last segment's voice fell silent at `end_ms`, which is noticed soon after."""
        return self.tell(SpeechDipped(self._segment, us_to_samples(end_ms * 1_000)), end_ms + DIP_MS)

    def pauses(self, end_ms: int, level_dbfs: int | None = None) -> list[FloorAction]:
        """The last segment's voice ended at `end_ms`, which is noticed a little later."""
        return self.tell(SpeechPaused(self._segment, us_to_samples(end_ms * 1_000), level_dbfs), end_ms + PAUSE_MS)

    def heard(
        self,
        text: str,
        at_ms: int,
        *,
        job: int | None = None,
        generation: int | None = None,
        level_dbfs: int | None = None,
    ) -> list[FloorAction]:
        """Words for what was asked last, unless for another job."""
        self.until(at_ms)
        job, generation = self._asked(job, generation)
        return self.tell(Transcribed(job, generation, text, (), 0.9, "double", 100_000, level_dbfs))

    def fails(self, at_ms: int, *, job: int | None = None, generation: int | None = None) -> list[FloorAction]:
        self.until(at_ms)
        job, generation = self._asked(job, generation)
        return self.tell(TranscriptionFailed(job, generation, "engine_down", "no engine"), at_ms)

    def tell_key(self, key: str, at_ms: int) -> list[FloorAction]:
        return self.tell(DigitPressed(key), at_ms)

    def says(self, utterance: int, at_ms: int, *, last: bool = True, words: int = 0) -> list[FloorAction]:
        """The agent issues an utterance and begins to be heard."""
        done = self.tell(AgentSaid(utterance, last, words=words), at_ms)
        return done + self.tell(PlaybackStarted(utterance, us_to_samples(at_ms * 1_000)))

    def played(self, utterance: int, at_ms: int) -> list[FloorAction]:
        return self.tell(PlaybackFinished(utterance), at_ms)

    def all_of(self, kind: type[ActionT]) -> list[ActionT]:
        return [action for action in self.done if isinstance(action, kind)]
