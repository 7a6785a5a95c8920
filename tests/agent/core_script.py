"""A call to the example agent told to its core line by line. Each step returns what the core asked for because of it.

call = CoreScript()
call.starts()
call.plays_all()
call.speaks("where is my order")                      # voice, pause, words, and the wait until the turn is taken
said = call.understood(StartJourney("track_order", 0.9))
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any, Literal, TypeVar

from voice_agent.agent.core import build_core
from voice_agent.app.agent_folder import read_folder
from voice_agent.audio import us_to_samples
from voice_agent.config import TurnsConfig
from voice_agent.conversation import actions as act
from voice_agent.conversation import events as ev
from voice_agent.conversation.actions import AnyAction
from voice_agent.conversation.commands import AnyCommand
from voice_agent.conversation.events import AnyEvent
from voice_agent.journeys.load import load
from voice_agent.journeys.pack import Pack

ActionT = TypeVar("ActionT")

EXAMPLE = Path(__file__).parents[2] / "examples" / "riverside_broadband"
CIVIL_START = "2026-03-04T10:00:00.000+00:00"
PAUSE_US = 200_000
MAYA: dict[str, Any] = {
    "found": True,
    "account": "55012479",
    "name": "Maya Ferrin",
    "orders": [{"id": "48213", "item": "fibre router"}],
}


@cache
def example_pack() -> Pack:
    return load(read_folder(EXAMPLE))


class CoreScript:
    """`asked` holds all actions so far, `told` all events with their times; `now_us` only moves by `wait`."""

    def __init__(
        self,
        *,
        channel: Literal["phone", "text"] = "phone",
        recorded: bool = False,
        turns: TurnsConfig = TurnsConfig(),  # noqa: B008 - frozen
        pack: Pack | None = None,
    ) -> None:
        self.core = build_core(example_pack() if pack is None else pack, turns, "c-1", recorded=recorded)
        self.now_us = 0
        self.asked: list[AnyAction] = []
        self.told: list[tuple[AnyEvent, int]] = []
        self._channel: Literal["phone", "text"] = channel
        self._recorded = recorded
        self._segment = 0

    def tell(self, event: AnyEvent) -> list[AnyAction]:
        self.told.append((event, self.now_us))
        woken = isinstance(event, ev.Woken)
        actions = self.core.wake(self.now_us) if woken else self.core.handle(event, self.now_us)
        self.asked += actions
        return actions

    def wait(self, seconds: float) -> list[AnyAction]:
        """Time passes, and the core is woken whenever it asked to be."""
        before, until_us = len(self.asked), self.now_us + round(seconds * 1_000_000)
        while (wake_us := self.core.next_wake()) is not None and wake_us <= until_us:
            self.now_us = max(self.now_us, wake_us)
            self.tell(ev.Woken())
        self.now_us = until_us
        return self.asked[before:]

    # The caller

    def starts(self) -> list[AnyAction]:
        started = ev.CallStarted(self._channel, "+15550100101", "+15550199", CIVIL_START, recorded=self._recorded)
        return self.tell(started)

    def voice_on(self) -> list[AnyAction]:
        """A new stretch of voice; what the floor did with the one before was heeded."""
        self._segment += 1
        return self.tell(ev.SpeechStarted(self._segment, us_to_samples(self.now_us)))

    def voice_off(self) -> list[AnyAction]:
        """The voice ends now, which is noticed 200 ms later."""
        end_sample = us_to_samples(self.now_us)
        return self.wait(PAUSE_US / 1_000_000) + self.tell(ev.SpeechPaused(self._segment, end_sample))

    def voice_again(self) -> list[AnyAction]:
        return self.tell(ev.SpeechResumed(self._segment, us_to_samples(self.now_us)))

    def heard(self, text: str) -> list[AnyAction]:
        """The recogniser answers what it was asked last."""
        asked = self.last(act.Transcribe)
        return self.tell(ev.Transcribed(asked.job, asked.generation, text, (), 0.9, "double", 150_000))

    def not_heard(self) -> list[AnyAction]:
        asked = self.last(act.Transcribe)
        return self.tell(ev.TranscriptionFailed(asked.job, asked.generation, "engine_down", "no engine"))

    def speaks(self, text: str, *, seconds: float = 1.0) -> list[AnyAction]:
        """Voice, its end, its words, and the wait until the agent takes the turn."""
        before, taken = len(self.asked), len(self.all_of(act.TakeTurn))
        self.voice_on()
        self.wait(seconds)
        self.voice_off()
        self.heard(text)
        while len(self.all_of(act.TakeTurn)) == taken and (wake_us := self.core.next_wake()) is not None:
            self.wait((wake_us - self.now_us) / 1_000_000)
        return self.asked[before:]

    def writes(self, text: str) -> list[AnyAction]:
        return self.tell(ev.TextReceived(text))

    def presses(self, keys: str) -> list[AnyAction]:
        return [action for key in keys for action in self.tell(ev.DigitPressed(key))]

    def hangs_up(self) -> list[AnyAction]:
        return self.tell(ev.CallEnded("caller", "hung up"))

    # What the core asked for comes back

    def understood(self, *commands: AnyCommand) -> list[AnyAction]:
        """The newest `Understand` is answered."""
        return self.tell(ev.Understood(self.last(act.Understand).request, commands, "double", 10_000))

    def tool_returns(self, result: dict[str, Any]) -> list[AnyAction]:
        return self.tell(ev.ToolReturned(self.last(act.CallTool).call, result, 20_000))

    def tool_fails(self) -> list[AnyAction]:
        return self.tell(ev.ToolFailed(self.last(act.CallTool).call, "tool", "it broke"))

    def begins_to_play(self) -> list[AnyAction]:
        """The newest utterance is heard from now on."""
        return self.tell(ev.PlaybackStarted(self.last(act.Say).utterance, us_to_samples(self.now_us)))

    def plays_all(self) -> list[AnyAction]:
        """Everything that was said is heard to its end."""
        before = len(self.asked)
        finished = {event.utterance for event, _ in self.told if isinstance(event, ev.PlaybackFinished)}
        for said in self.all_of(act.Say):
            if said.utterance not in finished:
                self.tell(ev.PlaybackStarted(said.utterance, us_to_samples(self.now_us)))
                self.wait(1.0)
                self.tell(ev.PlaybackFinished(said.utterance))
        return self.asked[before:]

    # Looking back

    def all_of(self, kind: type[ActionT]) -> list[ActionT]:
        return of_kind(self.asked, kind)

    def last(self, kind: type[ActionT]) -> ActionT:
        return self.all_of(kind)[-1]


def of_kind(actions: Sequence[AnyAction], kind: type[ActionT]) -> list[ActionT]:
    return [action for action in actions if isinstance(action, kind)]


def words(actions: Sequence[AnyAction]) -> str:
    """What was said in `actions`."""
    return " ".join(clause for said in of_kind(actions, act.Say) for clause in said.clauses)
