"""What a sentence commits the agent to: figures, days, times, names of things, promises. Found by whoever can read.

Values are normalised, so that "twelve dollars fifty" and "$12.50" are the same claim.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, TypeAlias

import msgspec

from voice_agent.conversation.expectation import Setting

ClaimKind: TypeAlias = Literal[
    "number", "ordinal", "money", "percent", "date", "weekday", "time", "identifier", "quantity", "promise"
]


class Claim(msgspec.Struct, frozen=True):
    """`raw` is how it was said. `value` by kind: a decimal number (number, ordinal, percent); amount and currency, "?"
    where none was named (money); "2026-03-04" or "03-04" (date); 0 is Monday (weekday); "15:30", or "03:30 15:30" where
    either may be meant (time); letters and figures alone (identifier); a stem or a phrase (quantity, promise)."""

    kind: ClaimKind
    value: str
    raw: str


Reads: TypeAlias = Callable[[str, Setting], tuple[Claim, ...]]
"""Finds every claim in a text; what it can't normalise it reports as an identifier, never as nothing."""
