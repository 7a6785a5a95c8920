"""What understanding is asked: about turns that were taken, and ahead, about the open turn as it is likely to be taken.

Asking ahead changes nothing: its answer is kept, and counts only where the turn is taken with the same words while the
same is expected. Otherwise it is dropped, and understanding is asked anew.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import msgspec

from voice_agent.agent.unasked import keys_to_read
from voice_agent.conversation.actions import (
    AnyAction,
    CallTool,
    DropLate,
    PrefetchTool,
    PrepareSpeech,
    Say,
    Understand,
    UnderstandAhead,
)
from voice_agent.conversation.disclosed import Disclosed
from voice_agent.conversation.events import UnderstandingFailed, Understood
from voice_agent.conversation.expectation import Expectation
from voice_agent.conversation.records import tag_of
from voice_agent.turns.signals import TurnTaken


class Surroundings(Protocol):
    """What the journeys let understanding know."""

    @property
    def language(self) -> str: ...

    @property
    def disclosed(self) -> tuple[Disclosed, ...]: ...

    def expected(self, now_us: int) -> Expectation: ...


class Asking:
    """Requests count from 1 and are never used twice."""

    def __init__(self, journeys: Surroundings) -> None:
        self._journeys = journeys
        self._requests = 0
        self._waiting: dict[int, TurnTaken] = {}
        self._likely: TurnTaken | None = None
        self._ahead: Understand | None = None
        self._early: Understood | None = None
        """What the request ahead was answered with."""

    def ahead(self, likely: TurnTaken, now_us: int) -> list[UnderstandAhead]:
        """The open turn will be taken like this."""
        asked = self._question(likely, now_us)
        if self._ahead is not None and _alike(asked, self._ahead):
            return []
        self._requests += 1
        self._likely = likely
        self._ahead, self._early = msgspec.structs.replace(asked, request=self._requests), None
        return [UnderstandAhead(self._ahead)]

    def taken(self, turn: TurnTaken, now_us: int) -> tuple[Understand, Understood | None]:
        """The turn was taken: what is to be asked about it, and the answer where it is there already."""
        asked, ahead, answer = self._question(turn, now_us), self._ahead, self._early
        self._likely = self._ahead = self._early = None
        if ahead is not None and _alike(asked, ahead):
            if answer is None:
                self._waiting[ahead.request] = turn
            return msgspec.structs.replace(ahead, ahead=True), answer
        self._requests += 1
        self._waiting[self._requests] = turn
        return msgspec.structs.replace(asked, request=self._requests), None

    @property
    def foreseen(self) -> tuple[TurnTaken, Understood] | None:
        """The open turn as it is likely to be taken, and what it means, where both are known."""
        return None if self._likely is None or self._early is None else (self._likely, self._early)

    def answered(self, event: Understood | UnderstandingFailed) -> TurnTaken | list[DropLate]:
        """The turn that `event` is about, or what is to be done with an answer that has none (yet)."""
        turn = self._waiting.pop(event.request, None)
        if turn is not None:
            return turn
        if self._ahead is None or self._ahead.request != event.request:
            return [DropLate(tag_of(event), event.request, "nobody waits for it")]
        if isinstance(event, Understood):
            self._early = event
        else:
            self._ahead = None
        return []

    def give_up(self, turn: int) -> TurnTaken | None:
        """Understanding has not answered about `turn` in time: nobody waits for it any more."""
        late = next((number for number, taken in self._waiting.items() if taken.turn == turn), None)
        return None if late is None else self._waiting.pop(late)

    def _question(self, turn: TurnTaken, now_us: int) -> Understand:
        expected = self._journeys.expected(now_us)
        keys = keys_to_read(turn.keys, expected)
        language, disclosed = self._journeys.language, self._journeys.disclosed
        return Understand(0, turn.turn, turn.text, turn.alternatives, keys, expected, language, disclosed)


def made_ready(turn: int, would: Sequence[AnyAction]) -> list[AnyAction]:
    """What can be done beforehand of what the journeys would do: the first words made, reads begun."""
    said = next((action for action in would if isinstance(action, Say)), None)
    out: list[AnyAction] = []
    if said is not None:
        out.append(PrepareSpeech(turn, said.clauses[0], said.language, said.pace))
    return [*out, *(PrefetchTool(turn, action) for action in would if isinstance(action, CallTool))]


def also_heard(turn: TurnTaken) -> tuple[str, ...]:
    """What the turn may be besides its text."""
    if turn.keys == "":
        return turn.alternatives
    together = (f"{text} {turn.keys}" for text in (turn.text, *turn.alternatives) if text != "")
    return (*turn.alternatives, turn.keys, *together)


def _alike(asked: Understand, ahead: Understand) -> bool:
    """Whether an answer to one is an answer to the other. A moment that has passed meanwhile is none too many."""
    moment = ahead.expectation.setting.now
    setting = msgspec.structs.replace(asked.expectation.setting, now=moment)
    expected = msgspec.structs.replace(asked.expectation, setting=setting)
    return msgspec.structs.replace(asked, request=ahead.request, expectation=expected) == ahead
