"""What the agent is waiting for: shared by whoever waits (turns), listens (understanding) and asks (journeys).

Expectation(kind="digits", slot="account", slot_type="digits", length=8)
"""

from __future__ import annotations

from typing import Literal, TypeAlias

import msgspec

Kind: TypeAlias = Literal["open", "yes_no", "digits", "choice", "value"]
"""How an answer sounds: free speech, yes or no, figures, one of a few, or another typed value."""

Value: TypeAlias = str | int | float | bool
"""A slot's value in canonical form: digits without spaces, dates as ISO 8601, choices by their key."""


class Choice(msgspec.Struct, frozen=True):
    """One possible value and the words people use for it (`labels`, lower case, never empty)."""

    value: Value
    labels: tuple[str, ...]


class SlotView(msgspec.Struct, frozen=True):
    """What understanding may know of a slot: enough to read a value, nothing of what it is for.

    `length` is the exact number of characters of a `digits` slot, where the journey states it. `value` is what the slot
    holds now, None while empty. `choices` are the only values allowed, where the journey knows them.
    """

    name: str
    slot_type: str
    length: int | None = None
    choices: tuple[Choice, ...] = ()
    value: Value | None = None


class Expectation(msgspec.Struct, frozen=True):
    """`slot` is what was asked for; `correctable` are slots filled earlier that the caller may still correct.

    `confirming` names the slot that is being read back, while `kind` is "yes_no".
    """

    kind: Kind = "open"
    slot: SlotView | None = None
    confirming: str | None = None
    correctable: tuple[SlotView, ...] = ()


OPEN = Expectation()
