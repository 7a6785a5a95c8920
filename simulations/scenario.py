"""What a scenario file says: who calls, what they say on which cue, and what must have come of it. Versions 1 and 2.

Holds data and the rules that a single file must keep; reading the file is `simulations.scenario_file`'s. Pure.

    v: 2
    scenario: track_order_found
    who: {number: "+15550100001"}
    seed: 1
    lines:
      - {after: greeting, say: "Where is my order?"}
      - {when: "account number", say: "four four one two, [700 ms] nine zero three one"}
      - {after: agent, hang_up: true}
    expect: {journey: track_order, outcome: resolved}

`docs/scenarios.md` describes every key; a test fails where it doesn't.
"""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

import msgspec
from msgspec import Meta, field

from simulations.callers.behaviour import Behaviour
from simulations.callers.voices import Voice, voice_of
from simulations.judging.expected import Expect, JudgeExpected, ToolExpected
from simulations.line.conditions import condition
from simulations.line.settings import LineSettings
from simulations.scenario_line import Answer, Branch, Interrupt, Line, Silence, check_lines
from simulations.scenario_parts import Count, Decibels, Name, Part, Text, check_marks
from simulations.scenario_world import Mock, RowChange
from voice_agent.errors import ConfigurationError, UsageError

__all__ = [
    "Answer",
    "Branch",
    "Expect",
    "Interrupt",
    "JudgeExpected",
    "Limits",
    "Line",
    "Scenario",
    "Silence",
    "ToolExpected",
    "Who",
]

SINCE_2: Final = (
    *("tags", "mind", "goal", "knows", "does_not_know", "behaviour"),
    *("whenever", "line", "mocks", "data", "variables", "table"),
)
"""Keys of the file that version 1 doesn't have."""


class Who(Part, frozen=True):
    """The caller: the number shown to the agent, and optionally the customer's record, the voice to speak with and the
    language.

    `voice` is a name of `simulations.callers.voices.CATALOGUE` or made of parts; `rate` is how fast it speaks of that,
    `loudness_db` how much louder.
    """

    number: Text
    customer: str | None = None
    voice: str | Voice | None = None
    rate: Annotated[float, Meta(gt=0)] = 1.0
    loudness_db: Decibels = 0.0
    language: str | None = None

    def __post_init__(self) -> None:
        try:
            voice_of(self.voice, self.rate)
        except ConfigurationError as problem:
            raise ValueError(f"{problem.message}: {problem.hint}") from problem


class Limits(Part, frozen=True):
    """Where the caller gives up: `turns` of its own, `seconds` of call, `patience` seconds without its cue."""

    turns: Count = 40
    seconds: Count = 300
    patience: Count = 15


class Scenario(Part, frozen=True):
    """A whole file. `seed` decides what is left to chance: pauses, habits, noise.

    `phone_only` is why it comes to something else where it is typed.
    """

    v: Literal[1, 2]
    scenario: Name
    who: Who
    lines: tuple[Line, ...] = ()
    about: str = ""
    seed: Annotated[int, Meta(ge=0)] = 0
    expect: Expect = Expect()
    limits: Limits = Limits()
    phone_only: Text | None = None
    tags: tuple[Name, ...] = ()
    mind: Literal["scripted", "llm"] = "scripted"
    goal: str = ""
    knows: dict[str, str] = field(default_factory=dict)
    does_not_know: tuple[Text, ...] = ()
    behaviour: Behaviour = Behaviour()
    whenever: tuple[Answer, ...] = ()
    line: Name | LineSettings | None = None
    mocks: dict[str, tuple[Mock, ...]] = field(default_factory=dict)
    data: dict[str, tuple[RowChange, ...]] = field(default_factory=dict)
    variables: dict[Name, str | int | float | bool] = field(default_factory=dict)
    table: tuple[dict[Name, str | int | float | bool], ...] = ()

    def __post_init__(self) -> None:
        if self.v == 1:
            self._check_version_1()
        self._check_line()
        if self.mind == "llm":
            self._check_model()
            return
        if not self.lines:
            raise ValueError("has no lines: a caller that neither speaks nor hangs up is no scenario")
        if not self.lines[0].has_cue:
            raise ValueError("the first line needs a cue, such as `after: greeting`")
        check_lines(self.lines, place="lines", marked=self.v > 1, first=True)
        for number, answer in enumerate(self.whenever):
            check_marks(answer.say, f"whenever[{number}].say")

    def _check_line(self) -> None:
        if isinstance(self.line, str):
            try:
                condition(self.line)
            except UsageError as problem:
                raise ValueError(f"`line`: {problem.message}; {problem.hint}") from problem

    @property
    def patience_s(self) -> int:
        """For how long the caller waits for its cue."""
        patience = self.behaviour.patience
        return self.limits.patience if patience is None else patience

    @property
    def line_settings(self) -> LineSettings:
        """What lies between caller and agent where nothing else is asked for."""
        if self.line is None:
            return LineSettings()
        return condition(self.line) if isinstance(self.line, str) else self.line

    def _check_version_1(self) -> None:
        for key in SINCE_2:
            if getattr(self, key) != _DEFAULTS[key]:
                raise ValueError(f"`{key}` is of version 2 of the file: write `v: 2`")

    def _check_model(self) -> None:
        if not self.goal:
            raise ValueError("`mind: llm` needs a `goal`: what the caller wants to come of the call")
        if self.lines or self.whenever:
            raise ValueError("`mind: llm` thinks of its own lines: leave out `lines` and `whenever`")


_DEFAULTS: Final = {
    item.name: item.default if item.default_factory is msgspec.NODEFAULT else item.default_factory()
    for item in msgspec.structs.fields(Scenario)
}


def json_schema() -> dict[str, Any]:
    """JSON Schema (2020-12) of a scenario file, for editors."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **msgspec.json.schema(Scenario)}
