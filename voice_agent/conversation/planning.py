"""The next step of a journey that its author left open: what may be done, and what was chosen of it.

A choice names what it was offered, never a value: arguments of tools are references to what is known. `Plan` (in
`actions`) asks, `Planned` or `PlanFailed` answers; code holds either to what is allowed.
"""

from __future__ import annotations

from typing import Any, Literal, TypeAlias

import msgspec

from voice_agent.conversation.event import Event
from voice_agent.conversation.expectation import Value


class PlanSlot(msgspec.Struct, frozen=True):
    """`value` None: it is not known yet."""

    name: str
    slot_type: str
    value: Value | None = None


class PlanTool(msgspec.Struct, frozen=True):
    """`arguments` are those that have to be chosen, each as a reference; the others are fixed by the author."""

    name: str
    effect: Literal["read", "write"]
    arguments: tuple[str, ...] = ()


class PlanResult(msgspec.Struct, frozen=True):
    tool: str
    value: dict[str, Any]


class PlanChoices(msgspec.Struct, frozen=True):
    """All that may come next. `references` are paths ("order", "get_order.price"); `person` is always allowed."""

    collect: tuple[str, ...] = ()
    tools: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    outcomes: tuple[str, ...] = ()
    say: bool = False


class CollectSlot(msgspec.Struct, frozen=True, tag_field="move", tag="collect"):
    slot: str


class UseTool(msgspec.Struct, frozen=True, tag_field="move", tag="do"):
    """`arguments` are pairs of argument and reference."""

    tool: str
    arguments: tuple[tuple[str, str], ...] = ()


class SayWords(msgspec.Struct, frozen=True, tag_field="move", tag="say"):
    """`text` may hold references in braces. It is spoken only if what it says is supported."""

    text: str


class EndJourney(msgspec.Struct, frozen=True, tag_field="move", tag="end"):
    outcome: str


class CallPerson(msgspec.Struct, frozen=True, tag_field="move", tag="hand_over"):
    """A person has to take over."""


PlannedMove: TypeAlias = CollectSlot | UseTool | SayWords | EndJourney | CallPerson


class Planned(Event, frozen=True, tag="planned"):
    """What `Plan` was answered with."""

    request: int
    move: PlannedMove
    engine: str = ""
    engine_us: int = 0


class PlanFailed(Event, frozen=True, tag="plan_failed"):
    """Nobody planned; `no_model`: there is none. The journey goes on by rule."""

    request: int
    code: str
    message: str
