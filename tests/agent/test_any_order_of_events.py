"""Whatever happens in whatever order, nothing breaks and every turn that was taken comes to something."""

from __future__ import annotations

from typing import Any, Final, TypeAlias

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.agent.core_script import MAYA, CoreScript
from voice_agent.audio import us_to_samples
from voice_agent.conversation import actions as act
from voice_agent.conversation import commands as c
from voice_agent.conversation import events as ev
from voice_agent.conversation.actions import AnyAction
from voice_agent.conversation.commands import AnyCommand
from voice_agent.conversation.events import AnyEvent

Step: TypeAlias = tuple[str, int]
STEPS: Final = (
    *("voice", "pause", "resume", "heard", "heard", "unheard", "stale", "key", "text"),
    *("understood", "understood", "misunderstood", "returned", "failed", "transferred", "untransferred"),
    *("started", "played", "finished", "finished", "unsynthesised", "down", "up", "wait", "wait", "end"),
)
TEXTS: Final = ("", "Mm-hm.", "Where is my order?", "5501 2479", "Yes.", "stop and", "Goodbye.")
COMMANDS: Final[tuple[tuple[AnyCommand, ...], ...]] = (
    (),
    (c.StartJourney("track_order", 0.9),),
    (c.SetSlot("account", "55012479", "5501 2479", 0.95),),
    (c.CorrectSlot("account", None, "no", 0.9),),
    (c.SetSlot("order", "48213", "router", 0.9),),
    (c.Affirm(),),
    (c.Deny(),),
    (c.WantHuman(),),
    (c.Repeat(slower=True),),
    (c.HoldOn(),),
    (c.Cancel(),),
    (c.Goodbye(),),
    (c.Greet(),),
    (c.NotUnderstood("out_of_scope"),),
    (c.AskQuestion("are you open on sundays"), c.ShowFrustration("low")),
    (c.Ambiguous(("track_order", "no_such_journey")),),
    (c.ShowFrustration("high"),),
    (c.StartJourney("no_such_journey", 0.9), c.SetSlot("no_such_slot", "x", "x", 0.9)),
)
RESULTS: Final[tuple[dict[str, Any], ...]] = (
    MAYA,
    {"found": False},
    {"item": "fibre router", "status": "shipped", "status_text": "on its way", "delivery_date": "2026-03-05"},
    {},
)


class Storm:
    """A call in random weather."""

    def __init__(self, *, typed: bool) -> None:
        self.call = CoreScript(channel="text" if typed else "phone", recorded=True)
        self.call.starts()
        self.segment = 0
        self.ended = False

    def step(self, kind: str, number: int) -> None:
        if kind == "wait":
            self.call.wait((0.02, 0.3, 1.5, 8.0, 61.0)[number % 5])
            return
        if kind == "end" and number > 0:
            return
        self.ended = self.ended or kind == "end"
        event = self._of_caller(kind, number) or self._of_world(kind, number) or self._of_playback(kind, number)
        if event is not None:
            self.call.tell(event)

    def settle(self) -> None:
        """All that is under way is answered, over and over, until the core asks for nothing new."""
        call, asked = self.call, -1
        for _ in range(60):
            if self.ended or (len(call.asked) == asked and not call.core.next_wake()):
                break
            asked = len(call.asked)
            if call.all_of(act.Transcribe):
                self.step("pause", 0)
                self.step("heard", 3)
            for kind in ("understood", "returned"):
                self.step(kind, 0)
            self.step("finished", 0)
            call.wait(11.0)

    def _of_caller(self, kind: str, number: int) -> AnyEvent | None:
        sample = us_to_samples(self.call.now_us)
        match kind:
            case "voice":
                self.segment += 1
                return ev.SpeechStarted(self.segment, sample)
            case "pause":
                return ev.SpeechPaused(max(1, self.segment - number % 2), max(0, sample - 1_600))
            case "resume":
                return ev.SpeechResumed(max(1, self.segment - number % 2), sample)
            case "key":
                return ev.DigitPressed("0123456789*#"[number % 12])
            case "text":
                return ev.TextReceived(TEXTS[number % len(TEXTS)])
            case "end":
                return ev.CallEnded("caller", "hung up")
            case _:
                return None

    def _of_world(self, kind: str, number: int) -> AnyEvent | None:
        jobs, requests = self.call.all_of(act.Transcribe), self.call.all_of(act.Understand)
        request = requests[-1 - number % min(2, len(requests))].request if requests else number
        tools = len(self.call.all_of(act.CallTool))
        match kind:
            case "heard" | "stale" if jobs:
                job = jobs[-1] if kind == "heard" else jobs[number % len(jobs)]
                return ev.Transcribed(job.job, job.generation, TEXTS[number % len(TEXTS)], (), 0.9, "double", 1)
            case "unheard" if jobs:
                return ev.TranscriptionFailed(jobs[-1].job, jobs[-1].generation, "engine_down", "gone")
            case "understood":
                return ev.Understood(request, COMMANDS[number % len(COMMANDS)], "double", 1)
            case "misunderstood":
                return ev.UnderstandingFailed(request, "deadline", "late")
            case "returned":
                return ev.ToolReturned(max(1, tools - number % 2), RESULTS[number % len(RESULTS)], 1)
            case "failed":
                return ev.ToolFailed(max(1, tools - number % 2), "tool", "broke")
            case "transferred":
                return ev.Transferred("callbacks")
            case "untransferred":
                return ev.TransferFailed("callbacks", "store", "full")
            case "down":
                return ev.EngineWentDown("speech-1", "killed")
            case "up":
                return ev.EngineCameUp("speech-1", 1_000)
            case _:
                return None

    def _of_playback(self, kind: str, number: int) -> AnyEvent | None:
        said = self.call.all_of(act.Say)
        if not said:
            return None
        utterance = said[-1 - number % min(2, len(said))].utterance
        match kind:
            case "started":
                return ev.PlaybackStarted(utterance, us_to_samples(self.call.now_us))
            case "played":
                return ev.PlayedUntil(utterance, 0, 800, "Hello,")
            case "finished":
                return ev.PlaybackFinished(utterance)
            case "unsynthesised":
                return ev.SynthesisFailed(utterance, 0, "engine_down", "gone")
            case _:
                return None


def unanswered(asked: list[AnyAction]) -> list[int]:
    """Turns that were taken and came to nothing."""
    taken = [(at, action.turn) for at, action in enumerate(asked) if isinstance(action, act.TakeTurn)]
    return [turn for at, turn in taken if not any(_answers(action, turn) for action in asked[at + 1 :])]


def _answers(action: AnyAction, turn: int) -> bool:
    match action:
        case act.Say(turn=answered):
            return answered >= turn
        case act.EndTurn(turn=ended):
            return ended == turn
        case act.CallTool() | act.Transfer() | act.HangUp():
            return True
        case _:
            return False


STORMS: Final = st.lists(st.tuples(st.sampled_from(STEPS), st.integers(0, 59)), max_size=60)


@settings(max_examples=80, deadline=None)
@given(steps=STORMS, typed=st.booleans())
def test_every_turn_that_was_taken_comes_to_something(steps: list[Step], typed: bool) -> None:
    storm = Storm(typed=typed)
    for kind, number in steps:
        storm.step(kind, number)
    storm.settle()
    if not storm.ended:
        assert unanswered(storm.call.asked) == []


@settings(max_examples=40, deadline=None)
@given(steps=STORMS)
def test_the_same_storm_twice_gives_the_same_actions(steps: list[Step]) -> None:
    storms = [Storm(typed=False) for _ in range(2)]
    for storm in storms:
        for kind, number in steps:
            storm.step(kind, number)
    assert storms[0].call.asked == storms[1].call.asked


@settings(max_examples=60, deadline=None)
@given(steps=STORMS)
def test_the_agent_hangs_up_only_when_nothing_is_left_to_be_heard(steps: list[Step]) -> None:
    """By what was played, or stopped: a hang-up never cuts words off."""
    storm = Storm(typed=False)
    for kind, number in steps:
        storm.step(kind, number)
    unheard: set[int] = set()
    for entry in _in_order(storm.call):
        match entry:
            case act.Say(utterance=utterance):
                unheard.add(utterance)
            case ev.PlaybackFinished(utterance=utterance):
                unheard.discard(utterance)
            case act.StopSpeaking():
                unheard.clear()
            case act.HangUp():
                assert unheard == set()
            case _:
                pass


def _in_order(call: CoreScript) -> list[AnyEvent | AnyAction]:
    """Replays what the call was told, so that each event stands before what it led to."""
    again = CoreScript(recorded=True)
    out: list[AnyEvent | AnyAction] = []
    for event, at_us in call.told:
        again.now_us = at_us
        out.append(event)
        out += again.tell(event)
    return out
