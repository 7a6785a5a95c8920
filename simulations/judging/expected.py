"""What a scenario's `expect` may hold. Data, and the rules that it keeps by itself. Pure.

Whether an agent can meet it at all is `simulations.judging.possible`'s.
"""

from __future__ import annotations

from typing import Annotated, Any, Final, TypeAlias

from msgspec import Meta, field

from simulations.scenario_parts import Milliseconds, Name, Part, Text, check_pattern

Tally: TypeAlias = Annotated[int, Meta(ge=0, le=10_000)]
Digits: TypeAlias = Annotated[str, Meta(pattern=r"^[0-9]{3,32}$")]

MAY_MEAN_NOTHING: Final = "needs at least one of"


class ToolExpected(Part, frozen=True):
    """A call of a tool with at least these arguments; `confirmed`: the caller had said yes just before it.

    `{today}`, `{today+3}` and `{today-1}` in them stand for dates, counted from the day of the call.
    """

    name: Text
    arguments: dict[str, Any] = field(default_factory=dict)
    confirmed: bool = False


class RowExpected(Part, frozen=True):
    """A row of the agent's data that the call changed: it has these values `before` and `after`, among others.

    With `after` alone a row was added or changed to it, with `before` alone it was removed or changed from it. `exact`:
    the row has no other columns that changed.
    """

    table: Text
    before: dict[str, Any] = field(default_factory=dict)
    after: dict[str, Any] = field(default_factory=dict)
    exact: bool = False

    def __post_init__(self) -> None:
        if not self.before and not self.after:
            raise ValueError(f"{MAY_MEAN_NOTHING} before and after")
        if self.exact and not (self.before and self.after):
            raise ValueError("exact compares before with after: both are needed")


class Escalation(Part, frozen=True):
    """A hand-over to a person, to this target if one is named; its summary mentions each of these."""

    to: Text | None = None
    summary: tuple[Text, ...] = ()


class Bounds(Part, frozen=True):
    """At least and at most, both included."""

    min: Tally | None = None
    max: Tally | None = None

    def __post_init__(self) -> None:
        if self.min is None and self.max is None:
            raise ValueError(f"{MAY_MEAN_NOTHING} min and max")
        if self.min is not None and self.max is not None and self.min > self.max:
            raise ValueError(f"min {self.min} is more than max {self.max}")


class Waits(Part, frozen=True):
    """At most, in milliseconds: the median, the nearest-rank 95th percentile, the longest."""

    p50: Milliseconds | None = None
    p95: Milliseconds | None = None
    max: Milliseconds | None = None

    def __post_init__(self) -> None:
        if self.p50 is None and self.p95 is None and self.max is None:
            raise ValueError(f"{MAY_MEAN_NOTHING} p50, p95 and max")


class JudgeExpected(Part, frozen=True):
    """Items of the judge's rubric that a language model must not find broken, where one judges (docs/judging.md).

    `agreement` is the share of its votes that must say so for the run to fail.
    """

    items: Annotated[tuple[Name, ...], Meta(min_length=1)]
    agreement: Annotated[float, Meta(gt=0.5, le=1.0)] = 2 / 3


class Expect(Part, frozen=True):
    """What must hold afterwards. Texts are regular expressions, searched for without regard to case.

    From `latency_ms` to `talked_over`, bounds of turn-taking; where a call was typed nobody waited for a voice, and
    they hold.
    """

    journey: str | None = None
    outcome: str | None = None
    said: tuple[Text, ...] = ()
    never_said: tuple[Text, ...] = ()
    told: tuple[Text, ...] = ()
    heard: tuple[Text, ...] = ()
    tools: tuple[ToolExpected, ...] = ()
    tools_in_order: tuple[Text, ...] = ()
    never_tools: tuple[Text | ToolExpected, ...] = ()
    rows: tuple[RowExpected, ...] = ()
    no_other_rows: bool = False
    transferred_to: str | None = None
    escalation: Escalation | None = None
    turns: Bounds | None = None
    seconds: Bounds | None = None
    secrets: tuple[Digits, ...] = ()
    latency_ms: Waits | None = None
    stop_ms: Waits | None = None
    longest_silence_ms: Milliseconds | None = None
    unanswered: Tally | None = None
    cut_offs: Tally | None = None
    talked_over: Tally | None = None
    judge: JudgeExpected | None = None

    def __post_init__(self) -> None:
        for pattern in (*self.said, *self.never_said, *self.heard):
            check_pattern(pattern)


NEED_A_LOG: Final = (
    *("journey", "outcome", "heard", "tools", "tools_in_order", "never_tools", "transferred_to", "escalation"),
    *("seconds", "secrets"),
)
"""Expectations that nothing but the agent's log can tell about."""
