"""The types that a slot may have."""

from __future__ import annotations

from typing import Final, Literal, TypeAlias

SlotType: TypeAlias = Literal[
    "digits",
    "choice",
    "yes_no",
    "reference",
    "number",
    "text",
    "date",
    "time",
    "period",
    "money",
    "email",
    "phone",
    "postcode",
    "alphanumeric",
    "order_id",
    "spelled",
    "name",
    "address",
]
UNMISTAKABLE: Final = frozenset({"date", "time", "email"})
"""Types whose values are known for what they are in any sentence: they are taken before anybody asks."""
FILLED_ALONE: Final = frozenset({"reference", "order_id"})
"""Types that need not be asked for where there is one possible value; what proves who calls always is."""
