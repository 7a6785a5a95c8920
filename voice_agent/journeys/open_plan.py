"""The plan that a language model was asked for, as the engine keeps it."""

from __future__ import annotations

from dataclasses import dataclass

from voice_agent.conversation.actions import Plan
from voice_agent.conversation.claims import Reads
from voice_agent.conversation.planning import PlanChoices
from voice_agent.journeys.frame import Frame

PATIENCE_US = 1_100_000
"""From the caller's turn to a plan, understanding included: then the journey goes on by rule."""
JUDGE_US = 2_000_000
"""From the question to a verdict: then what needs it is not done."""


@dataclass(slots=True)
class OpenPlan:
    """`due_us` is when nobody waits for it any more. `bridged`: the caller has heard that it takes a moment."""

    asked: Plan
    frame: Frame
    asked_us: int
    due_us: int
    bridged: bool = False

    def is_same(self, asked: Plan, frame: Frame) -> bool:
        """Whether `asked` would be the same question again."""
        return frame is self.frame and _question(asked) == _question(self.asked)


@dataclass(slots=True)
class Planner:
    """The plans of a conversation. `since_us` is when the caller began to wait, `patience_us` how long they may;
    `judge_us` is how long they wait for a verdict.

    `reads` finds what a text claims; without it no text of a model is spoken.
    """

    reads: Reads | None = None
    patience_us: int = PATIENCE_US
    judge_us: int = JUDGE_US
    since_us: int = 0
    requests: int = 0
    open: OpenPlan | None = None


def _question(asked: Plan) -> tuple[object, ...]:
    choices: PlanChoices = asked.choices
    return (asked.journey, asked.slots, asked.results, asked.done, choices, asked.refused, asked.disclosed)
