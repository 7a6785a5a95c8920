"""The judgements of a conversation, as the engine keeps them."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

import msgspec

from voice_agent.conversation.actions import Judge
from voice_agent.conversation.judging import Degree, SpokenLine
from voice_agent.journeys.frame import Frame, Signature

LINES = 12
"""How much of the conversation a judge is shown."""


class OpenJudgement(msgspec.Struct):
    """One that a write waits for. `due_us` is when nobody waits any more; `bridged`: the caller has heard so."""

    asked: Judge
    frame: Frame
    signature: Signature
    asked_us: int
    due_us: int
    bridged: bool = False


@dataclass(slots=True)
class Judging:
    """`afterwards` are requests that nothing waits for. `lines` are the last of the conversation."""

    requests: int = 0
    open: OpenJudgement | None = None
    afterwards: set[int] = field(default_factory=set)
    lines: deque[SpokenLine] = field(default_factory=lambda: deque(maxlen=LINES))

    def heard(self, text: str) -> None:
        self.lines.append(SpokenLine("caller", text))

    def said(self, clauses: tuple[str, ...]) -> None:
        self.lines.append(SpokenLine("agent", " ".join(clauses)))


PASSES: dict[str, frozenset[Degree]] = {
    "low": frozenset({"kept"}),
    "medium": frozenset({"kept", "mostly"}),
    "high": frozenset({"kept", "mostly", "partly"}),
}
"""Tolerance -> what passes. What is broken never does, nor does what nobody judged."""
