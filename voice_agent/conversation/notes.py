"""What the journeys looked at while they decided: told to whoever watches, not logged, for it can be decided again.

A note changes nothing: a core that is watched takes the same actions as one that is not.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, TypeAlias

import msgspec


class StepReached(msgspec.Struct, frozen=True, tag_field="note", tag="step"):
    """A journey stands at this step: it needs something from outside, or does something. `file` and `line` say where
    it is written."""

    journey: str
    path: str
    kind: str
    file: str
    line: int


class ConditionChecked(msgspec.Struct, frozen=True, tag_field="note", tag="condition"):
    """An expression was evaluated: a policy's (`name`), a branch's or an escalation's (by the path or target).

    `values` are those of the paths that it reads, as far as there are any.
    """

    journey: str
    what: Literal["policy", "branch", "escalation"]
    name: str
    expression: str
    values: dict[str, Any]
    held: bool


class TextJudged(msgspec.Struct, frozen=True, tag_field="note", tag="verdict"):
    """What a model wrote was held against what is known. `reasons` name what nothing supports; then it was not said."""

    journey: str
    path: str
    text: str
    supported: bool
    reasons: tuple[str, ...]


Note: TypeAlias = StepReached | ConditionChecked | TextJudged
Watch: TypeAlias = Callable[[Note], None]


class Explanation(msgspec.Struct, frozen=True):
    """`notes` are what was noted on events of the log, each with the event's number.

    `status`: "explained" where the same was decided again; else there are no notes, because they would be of something
    else ("diverged"), the log's content is gone ("erased"), or what it was made with is ("unknown").
    """

    status: Literal["explained", "diverged", "erased", "unknown"]
    notes: tuple[tuple[int, Note], ...] = ()
