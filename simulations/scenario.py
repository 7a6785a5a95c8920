"""What a scenario file says: who calls, what they say on which cue, and what must have come of it. Version 1.

Holds data and the rules that a single file must keep; reading the file is `simulations.scenario_file`'s. Pure.

    v: 1
    scenario: track_order_found
    who: {number: "+15550100001"}
    seed: 1
    lines:
      - {after: greeting, say: "Where is my order?"}
      - {when: "account number", say: "four four one two, nine zero three one"}
      - {after: agent, hang_up: true}
    expect: {journey: track_order, outcome: resolved}

`docs/scenarios.md` describes every key; a test fails where it doesn't.
"""

from __future__ import annotations

import re
from typing import Annotated, Any, Final, Literal, TypeAlias

import msgspec
from msgspec import Meta, field

from simulations.callers.voices import Voice, voice_of
from voice_agent.errors import ConfigurationError

VERSION: Final = 1

Name: TypeAlias = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_]*$")]
Text: TypeAlias = Annotated[str, Meta(min_length=1)]
Keys: TypeAlias = Annotated[str, Meta(pattern=r"^[0-9*#A-D]+$")]
Milliseconds: TypeAlias = Annotated[int, Meta(ge=0, le=600_000)]
Count: TypeAlias = Annotated[int, Meta(ge=1, le=10_000)]


class _Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Unknown keys are errors: a misspelt expectation that is skipped would always hold."""


class Who(_Part, frozen=True):
    """The caller: the number shown to the agent, and optionally the customer's record and the voice to speak with.

    `voice` is a name of `simulations.callers.voices.CATALOGUE` or made of parts; `rate` is how fast it speaks of that.
    """

    number: Text
    customer: str | None = None
    voice: str | Voice | None = None
    rate: Annotated[float, Meta(gt=0)] = 1.0

    def __post_init__(self) -> None:
        try:
            voice_of(self.voice, self.rate)
        except ConfigurationError as problem:
            raise ValueError(f"{problem.message}: {problem.hint}") from problem


class Interrupt(_Part, frozen=True):
    """Speak over the agent `after_ms` after the beginning of the first utterance that lasts so long."""

    after_ms: Milliseconds


class Silence(_Part, frozen=True):
    """Nobody has spoken for `after_ms`."""

    after_ms: Milliseconds = 4_000


class Line(_Part, frozen=True):
    """One thing the caller does: at most one cue (`after`, `when`, `if`, `interrupt`, `on_silence`), then one deed.

    Without a cue the line follows the one before it: two lines with `wait_ms` between them are a hesitation.
    `if` makes the line optional: it is skipped where a later line's cue comes first.
    """

    after: Literal["greeting", "agent"] | None = None
    when: Text | None = None
    only_if: Text | None = field(default=None, name="if")
    interrupt: Interrupt | None = None
    on_silence: Silence | None = None
    wait_ms: Milliseconds | None = None
    say: Text | None = None
    keys: Keys | None = None
    hang_up: bool = False

    def __post_init__(self) -> None:
        cues = [name for name in CUES if getattr(self, name) is not None]
        if len(cues) > 1:
            raise ValueError(f"has {len(cues)} cues ({', '.join(map(_key, cues))}), at most one is allowed")
        deeds = [name for name, value in self._deeds() if value]
        if len(deeds) > 1:
            raise ValueError(f"does {len(deeds)} things ({', '.join(deeds)}), give each a line of its own")
        if not deeds and self.wait_ms is None:
            raise ValueError("does nothing: one of say, keys, hang_up or wait_ms is needed")
        _check_pattern(self.when)
        _check_pattern(self.only_if)

    @property
    def has_cue(self) -> bool:
        return any(getattr(self, name) is not None for name in CUES)

    @property
    def optional(self) -> bool:
        """Whether the call is complete without it: the agent may hang up first."""
        return self.only_if is not None or self.hang_up

    def _deeds(self) -> tuple[tuple[str, bool], ...]:
        return ("say", self.say is not None), ("keys", self.keys is not None), ("hang_up", self.hang_up)


CUES: Final = ("after", "when", "only_if", "interrupt", "on_silence")


class ToolExpected(_Part, frozen=True):
    """A tool that must have been called, with at least these arguments.

    `{today}`, `{today+3}` and `{today-1}` in them stand for dates, counted from the day of the call.
    """

    name: Text
    arguments: dict[str, Any] = {}


class Expect(_Part, frozen=True):
    """What must hold afterwards. Texts are regular expressions, searched for without regard to case."""

    journey: str | None = None
    outcome: str | None = None
    said: tuple[Text, ...] = ()
    never_said: tuple[Text, ...] = ()
    heard: tuple[Text, ...] = ()
    tools: tuple[ToolExpected, ...] = ()
    never_tools: tuple[Text, ...] = ()
    transferred_to: str | None = None

    def __post_init__(self) -> None:
        for pattern in (*self.said, *self.never_said, *self.heard):
            _check_pattern(pattern)


class Limits(_Part, frozen=True):
    """Where the caller gives up: `turns` of its own, `seconds` of call, `patience` seconds without its cue."""

    turns: Count = 40
    seconds: Count = 300
    patience: Count = 15


class Scenario(_Part, frozen=True):
    """A whole file. `seed` decides what is left to chance: the length of the caller's pauses.

    `phone_only` is why it comes to something else where it is typed.
    """

    v: Literal[1]
    scenario: Name
    who: Who
    lines: tuple[Line, ...]
    about: str = ""
    seed: Annotated[int, Meta(ge=0)] = 0
    expect: Expect = Expect()
    limits: Limits = Limits()
    phone_only: Text | None = None

    def __post_init__(self) -> None:
        if not self.lines:
            raise ValueError("has no lines: a caller that neither speaks nor hangs up is no scenario")
        if not self.lines[0].has_cue:
            raise ValueError("the first line needs a cue, such as `after: greeting`")
        for number, line in enumerate(self.lines[1:], start=2):
            if line.after == "greeting":
                raise ValueError(f"line {number} is `after: greeting`, which only the first can be; use `after: agent`")


def json_schema() -> dict[str, Any]:
    """JSON Schema (2020-12) of a scenario file, for editors."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **msgspec.json.schema(Scenario)}


def _key(attribute: str) -> str:
    return "if" if attribute == "only_if" else attribute


def _check_pattern(pattern: str | None) -> None:
    if pattern is None:
        return
    try:
        re.compile(pattern, re.IGNORECASE)
    except re.error as problem:
        raise ValueError(f"{pattern!r} is not a regular expression: {problem}") from problem
