"""Whatever happens in whatever order, nobody is left waiting and nothing is taken twice."""

from __future__ import annotations

from collections import Counter
from typing import Final, TypeAlias

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.turns.floor_script import EIGHT_DIGITS, YES_NO, completeness, insists, is_backchannel
from voice_agent.audio import us_to_samples
from voice_agent.conversation import events as ev
from voice_agent.conversation.actions import EndTurn, HoldSpeaking, ResumeSpeaking, StopSpeaking, Transcribe
from voice_agent.conversation.expectation import OPEN
from voice_agent.turns.floor import Floor
from voice_agent.turns.settings import FloorSettings
from voice_agent.turns.signals import AgentDecided, AgentSaid, Expecting, FloorAction, FloorEvent, TurnTaken
from voice_agent.turns.transitions import TRANSITIONS, Happening, State

Step: TypeAlias = tuple[str, int, int]
SETTINGS: Final = FloorSettings()
TEXTS: Final = ("", "Mm-hm.", "Stop.", "1234", "12345678", "I want to pay and")
KEYS: Final = "159#*"
EXPECTATIONS: Final = (OPEN, YES_NO, EIGHT_DIGITS)
STEPS: Final = (
    *("started", "dipped", "paused", "resumed", "dipped", "paused", "heard", "heard", "failed", "stale"),
    *("said", "said", "filler", "decided", "playback", "finished", "finished", "key", "text", "expecting", "end"),
)


class Storm:
    """A floor in random weather. Checks what must hold after every step."""

    def __init__(self, channel: str) -> None:
        self.floor = Floor(SETTINGS, completeness, is_backchannel, insists)
        self.typed = channel == "text"
        self.now_us = 0
        self.held_since_us: int | None = None
        self.settled: Counter[int] = Counter()
        self.done: list[FloorAction] = []
        self.job: Transcribe | None = None
        self.jobs = self.segment = self.utterance = 0
        self.handle(ev.CallStarted("text" if self.typed else "phone", "a", "b", "2026-03-02T09:00:00+01:00"))

    def handle(self, event: FloorEvent) -> None:
        self._check(self.floor.handle(event, self.now_us))

    def until(self, at_us: int) -> None:
        while (wake_us := self.floor.next_wake()) is not None and wake_us <= at_us:
            self.now_us = max(self.now_us, wake_us)
            self._check(self.floor.wake(self.now_us))
            after_us = self.floor.next_wake()
            assert after_us is None or after_us > self.now_us
        self.now_us = at_us

    def step(self, kind: str, number: int) -> None:
        if kind == "end" and number > 0:
            return
        event = self._event(kind, number)
        if event is not None:
            self.handle(event)

    def _event(self, kind: str, number: int) -> FloorEvent | None:
        sample = us_to_samples(self.now_us)
        match kind:
            case "started":
                self.segment += 1
                return ev.SpeechStarted(self.segment, sample)
            case "dipped":
                return ev.SpeechDipped(self.segment, max(0, sample - 800))
            case "paused":
                return ev.SpeechPaused(self.segment, max(0, sample - 1_600))
            case "resumed":
                return ev.SpeechResumed(self.segment, sample)
            case "heard" if self.job is not None:
                text = TEXTS[number % len(TEXTS)]
                return ev.Transcribed(self.job.job, self.job.generation, text, (), 0.5, "double", 1)
            case "failed" if self.job is not None:
                return ev.TranscriptionFailed(self.job.job, self.job.generation, "deadline", "late")
            case "stale":
                return ev.Transcribed(number, number, "Stop.", (), 0.5, "double", 1)
            case "said" | "filler":
                self.utterance += 1
                return AgentSaid(self.utterance, kind == "said", number if number % 2 else None)
            case "decided":
                return AgentDecided(number)
            case "playback":
                return ev.PlaybackStarted(self.utterance, sample)
            case "finished":
                return ev.PlaybackFinished(max(0, self.utterance - number % 2))
            case "key":
                return ev.DigitPressed(KEYS[number % len(KEYS)])
            case "text":
                return ev.TextReceived("hello")
            case "expecting":
                return Expecting(EXPECTATIONS[number % len(EXPECTATIONS)])
            case "end":
                return ev.CallEnded("caller", "bye")
            case _:
                return None

    def _check(self, actions: list[FloorAction]) -> None:
        self.done += actions
        for action in actions:
            match action:
                case HoldSpeaking():
                    assert self.held_since_us is None
                    self.held_since_us = self.now_us
                case ResumeSpeaking():
                    assert self.held_since_us is not None
                    self.held_since_us = None
                case StopSpeaking():
                    self.held_since_us = None
                case TurnTaken() | EndTurn():
                    self.settled[action.turn] += 1
                    assert self.settled[action.turn] == 1
                case Transcribe():
                    assert action.job == self.jobs + 1
                    assert 0 <= action.to_sample - action.from_sample <= us_to_samples(SETTINGS.window_us)
                    self.jobs, self.job = action.job, action
                case _:
                    pass
        state = self.floor.state
        assert (self.held_since_us is not None) == (state in (State.YIELDING, State.WEIGHING))
        if self.held_since_us is not None:
            assert self.now_us <= self.held_since_us + SETTINGS.hold_limit_us
        if self.floor.next_wake() is None:
            assert state is State.CLOSED or (state is State.IDLE and self.typed)


storms = st.lists(st.tuples(st.sampled_from(STEPS), st.integers(0, 4_000), st.integers(0, 11)), max_size=60)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(["phone", "phone", "text"]), storms)
def test_nobody_is_left_waiting_and_no_turn_is_taken_twice(channel: str, steps: list[Step]) -> None:
    storm = Storm(channel)
    for kind, gap_ms, number in steps:
        storm.until(storm.now_us + gap_ms * 1_000)
        storm.step(kind, number)
    storm.until(storm.now_us + 200_000_000)
    assert storm.floor.state in (State.IDLE, State.DECIDING, State.CLOSED)


@settings(deadline=None)
@given(storms)
def test_the_same_events_give_the_same_actions(steps: list[Step]) -> None:
    def run() -> list[FloorAction]:
        storm = Storm("phone")
        for kind, gap_ms, number in steps:
            storm.until(storm.now_us + gap_ms * 1_000)
            storm.step(kind, number)
        return storm.done

    assert run() == run()


def test_every_state_can_be_reached_and_left() -> None:
    assert set(TRANSITIONS) == set(State)
    for state in set(State) - {State.IDLE}:
        assert any(state in row.values() for row in TRANSITIONS.values())
    for state in set(State) - {State.CLOSED}:
        assert TRANSITIONS[state][Happening.ENDED] is State.CLOSED
