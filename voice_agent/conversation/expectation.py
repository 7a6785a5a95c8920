"""What the agent is waiting for: shared by whoever waits (turns), listens (understanding) and asks (journeys).

Expectation(kind="digits", slot="account", slot_type="digits", length=8)
"""

from __future__ import annotations

from typing import Literal, TypeAlias

import msgspec

Kind: TypeAlias = Literal["open", "yes_no", "digits", "choice", "value", "keypad"]
"""How an answer sounds: free speech, yes or no, figures, one of a few, or another typed value; or not at all, where
only keys are taken, by the shell and in confidence."""

Value: TypeAlias = str | int | float | bool
"""A slot's value in canonical form: digits without spaces, dates as ISO 8601, choices by their key."""

Tense: TypeAlias = Literal["past", "future", "any"]
"""On which side of today a date lies: of "the third of May", the latest or the next is meant."""


class Setting(msgspec.Struct, frozen=True):
    """What values are read against. `now` is the civil time, ISO 8601, empty where it isn't known; `region` a country.

    `language` and `region` decide how dates, amounts and telephone numbers are said (ISO 639-1 and ISO 3166-1).
    """

    now: str = ""
    language: str = "en"
    region: str = "US"


PLAIN = Setting()


class Choice(msgspec.Struct, frozen=True):
    """One possible value and the words people use for it (`labels`, lower case, never empty)."""

    value: Value
    labels: tuple[str, ...]


class SlotView(msgspec.Struct, frozen=True):
    """What understanding may know of a slot: enough to read a value, nothing of what it is for.

    `length` is the exact number of characters of a `digits` slot, where the journey states it. `value` is what the slot
    holds now, None while empty. `choices` are the only values allowed, where the journey knows them. `formats` are the
    patterns that its values have (`voice_agent.canonical.patterns`), `tense` the side of today on which a date lies.
    """

    name: str
    slot_type: str
    length: int | None = None
    choices: tuple[Choice, ...] = ()
    value: Value | None = None
    formats: tuple[str, ...] = ()
    tense: Tense = "any"


class Begun(msgspec.Struct, frozen=True, gc=False):
    """What has been said so far of a value that was asked for: `value` as far as it goes, as it is kept (figures,
    letters) where its type is read piece by piece, `raw` the words that it was read from."""

    value: str
    raw: str


class Expectation(msgspec.Struct, frozen=True, gc=False):
    """`slot` is what was asked for; `correctable` are slots filled earlier that the caller may still correct.

    `confirming` names the slot that is being read back, while `kind` is "yes_no". `setting` has a time only where it is
    part of what understanding is asked. `holding`: the caller asked for a moment, and the floor is theirs meanwhile.
    `changing`: it was asked what should be different, so that a value replaces the present one in whatever words it
    comes. `begun` is the beginning of the value that was asked for, where the turns before gave one.
    """

    kind: Kind = "open"
    slot: SlotView | None = None
    confirming: str | None = None
    correctable: tuple[SlotView, ...] = ()
    setting: Setting = PLAIN
    holding: bool = False
    changing: bool = False
    begun: Begun | None = None


OPEN = Expectation()
