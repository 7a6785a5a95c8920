"""One journey under way: what is known, done, said and agreed so far.

Nothing here says where in the steps it is: the walk finds that out from what is done, so a corrected value or a late
result needs no bookkeeping. What was done stays done only for the values that it was done with.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import msgspec

from voice_agent.conversation.expectation import Begun, SlotView, Value
from voice_agent.conversation.judging import Degree
from voice_agent.journeys.pack import Journey
from voice_agent.journeys.provenance import Source
from voice_agent.journeys.steps import SayText, Step

Signature: TypeAlias = tuple[Any, ...]
"""What a sentence or an agreement rested on: its words, the tool calls before it, for an agreement all values too."""


@dataclass(slots=True)
class Held:
    """A slot's value. `settled`: no question about it is open. `mentioned`: the caller has heard it back.

    `source` "model": it was not said in so many words. It is never settled before the caller has said yes to it.
    """

    value: Value
    settled: bool
    mentioned: bool = False
    source: Source = "customer"

    def agree(self) -> None:
        """The caller has said yes to it."""
        self.settled = self.mentioned = True
        self.source = "customer"


@dataclass(frozen=True, slots=True)
class Result:
    """A tool's answer and the arguments it was asked with: for others it is no answer."""

    tool: str
    call: int
    arguments: dict[str, Any]
    value: dict[str, Any]


class Verdict(msgspec.Struct, frozen=True):
    """What was judged of a policy, for what `signature` stands for; `degree` None: nobody judged it in time."""

    signature: Signature
    degree: Degree | None
    reason: str = ""


@dataclass(slots=True)
class PlanState:
    """What was planned of a journey without steps. `asked` counts the moves that a model was asked for; `by_rule`: none
    is asked any more. `refusals` in a row, the last for the reason `refused`. `written` are paths of a model's texts;
    `silent`: it writes no more of them."""

    steps: list[Step] = field(default_factory=list)
    asked: int = 0
    by_rule: bool = False
    refusals: int = 0
    refused: str = ""
    written: set[str] = field(default_factory=set)
    silent: bool = False

    def drop_texts(self) -> None:
        """What was written of other facts."""
        self.steps = [step for step in self.steps if not (isinstance(step, SayText) and step.path in self.written)]


@dataclass(slots=True, eq=False)
class Frame:
    """Equal only to itself. What goes by paths of steps: `results`, `said`, `agreed`, `failed_at`, `rounds` (how many
    are over), `children` (journeys that it has called) and `background` (calls under way that are not waited for, with
    their arguments). The others go by names.

    `begun` are beginnings of values that are asked for. `frozen` are slots that a write has used: they can't be
    corrected any more. `tried` are values that led nowhere. `read_back` are values that the customer was asked about.
    `caller` is the frame that called it; `over` is what that one knows of it once it is done, None before.
    `number` counts the journeys of the conversation. `tokens` are what is known of secure slots. `verdicts` are of
    policies with `observe`; `judged` counts how often one was asked for.
    """

    journey: Journey
    slots: dict[str, Held] = field(default_factory=dict)
    begun: dict[str, Begun] = field(default_factory=dict)
    views: dict[str, SlotView] = field(default_factory=dict)
    results: dict[str, Result] = field(default_factory=dict)
    said: dict[str, Signature] = field(default_factory=dict)
    agreed: dict[str, Signature] = field(default_factory=dict)
    asked: dict[str, int] = field(default_factory=dict)
    read_back: dict[str, set[Value]] = field(default_factory=dict)
    rejected: dict[str, int] = field(default_factory=dict)
    failed_at: dict[str, int] = field(default_factory=dict)
    failed_calls: list[tuple[str, int]] = field(default_factory=list)
    policies: dict[str, bool] = field(default_factory=dict)
    frozen: set[str] = field(default_factory=set)
    tried: dict[str, Value] = field(default_factory=dict)
    rounds: dict[str, int] = field(default_factory=dict)
    children: dict[str, Frame] = field(default_factory=dict)
    background: dict[str, tuple[int, dict[str, Any]]] = field(default_factory=dict)
    caller: Frame | None = None
    over: dict[str, Any] | None = None
    tokens: dict[str, str] = field(default_factory=dict)
    plan: PlanState = field(default_factory=PlanState)
    verdicts: dict[str, Verdict] = field(default_factory=dict)
    judged: int = 0
    number: int = 0

    def clear(self, slot: str) -> None:
        self.slots.pop(slot, None)
        self.begun.pop(slot, None)
        self.tokens.pop(slot, None)

    def begin_round(self, path: str, slots: Iterable[str]) -> None:
        """The steps at `path` are done again: what they ask for is open."""
        self.rounds[path] = self.rounds.get(path, 0) + 1
        for name in slots:
            self.clear(name)
            self.asked.pop(name, None)
            self.rejected.pop(name, None)
            self.frozen.discard(name)

    def family(self) -> tuple[Frame, ...]:
        """It, and whatever it has called."""
        return (self, *(frame for child in self.children.values() for frame in child.family()))

    def forget_customer(self) -> None:
        """Somebody else is calling after all: what was read about the first one is gone; what was written, is not."""
        for slot in self.journey.slots:
            if slot.source is not None and slot.source.path[0] == "customer":
                self.clear(slot.name)
                self.views.pop(slot.name, None)
        for path, result in list(self.results.items()):
            tool = self.journey.tool(result.tool)
            if tool is None or tool.effect == "read":
                del self.results[path]
        self.policies.clear()
        self.verdicts.clear()
        self.plan.drop_texts()
        for child in self.children.values():
            child.over = None
            child.forget_customer()
