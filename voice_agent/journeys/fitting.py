"""Whether a value is one that a slot can take, and in which form it is kept; if not, what the caller is told."""

from __future__ import annotations

import datetime
from typing import Any, Final

import msgspec

from voice_agent.canonical.amounts import amount_of
from voice_agent.canonical.contacts import is_email, is_phone
from voice_agent.canonical.moments import ends_of, is_date, is_time
from voice_agent.canonical.patterns import has_form
from voice_agent.canonical.postcodes import is_postcode
from voice_agent.conversation.expectation import Value
from voice_agent.journeys.pack import Slot


class Fit(msgspec.Struct, frozen=True):
    """`value` None: it can't be one, and the text named `says` (with `gaps`) tells why."""

    value: Value | None
    says: str = "invalid"
    gaps: dict[str, Any] = {}


class Surrounded(msgspec.Struct, frozen=True):
    """What a value is held against: `today` is a date, ISO 8601, None where it isn't known."""

    today: str | None
    region: str = "US"


def fit(slot: Slot, value: Value, around: Surrounded) -> Fit:
    """References and other values out of a list are checked by the walk, which knows the list."""
    match slot.slot_type:
        case "digits":
            return _digits(slot, value)
        case "choice":
            return Fit(value if any(choice.value == value for choice in slot.choices) else None)
        case "yes_no":
            return Fit(value if isinstance(value, bool) else None)
        case "number":
            return Fit(value if isinstance(value, int) and not isinstance(value, bool) else None)
        case "text":
            return Fit(value if isinstance(value, str) and value.strip() != "" else None)
        case "reference":
            return Fit(value)
        case _:
            return _typed(slot, value, around)


def _digits(slot: Slot, value: Value) -> Fit:
    digits = str(value)
    if not (digits.isascii() and digits.isdigit()):
        return Fit(None)
    if slot.length is None or len(digits) == slot.length:
        return Fit(digits)
    return Fit(None, "wrong_length", {"count": len(digits), "length": slot.length})


NOT_ONE: Final[dict[str, str]] = {
    "date": "not_a_date",
    "time": "not_a_time",
    "period": "not_a_period",
    "money": "not_an_amount",
    "email": "not_an_email",
    "phone": "not_a_phone",
    "postcode": "not_a_postcode",
    "name": "not_a_name",
    "address": "not_an_address",
    "alphanumeric": "wrong_form",
    "order_id": "wrong_form",
    "spelled": "wrong_form",
}
"""What is said where a value is not one of its slot's type."""


def _typed(slot: Slot, value: Value, around: Surrounded) -> Fit:
    """A value out of a list has the form that it has there."""
    says = NOT_ONE.get(slot.slot_type, "invalid")
    if slot.source is not None:
        return Fit(value)
    if not isinstance(value, str):
        return Fit(None, says)
    match slot.slot_type:
        case "date":
            return _in_tense(slot, value, value, around) if is_date(value) else Fit(None, says)
        case "time":
            return Fit(value if is_time(value) else None, says)
        case "period":
            ends = ends_of(value)
            return Fit(None, says) if ends is None else _in_tense(slot, value, ends[1], around)
        case "money":
            return Fit(value if amount_of(value) is not None else None, says)
        case "email":
            return Fit(value if is_email(value) else None, says)
        case "phone":
            return Fit(value if is_phone(value) else None, says)
        case "postcode":
            return Fit(value if is_postcode(value, around.region) else None, says)
        case "alphanumeric" | "order_id" | "spelled":
            return _spelled(slot, value)
        case _:
            return Fit(value if value.strip() != "" else None, says)


def _spelled(slot: Slot, value: str) -> Fit:
    if slot.formats:
        return Fit(value if any(has_form(value, form) for form in slot.formats) else None, "wrong_form")
    if slot.length is not None and len(value) != slot.length:
        return Fit(None, "wrong_count", {"count": len(value), "length": slot.length})
    return Fit(value if value != "" else None)


PARTS: Final[dict[str, tuple[str, ...]]] = {"period": ("start", "end"), "money": ("amount", "currency")}
"""The types whose values have parts, as expressions and sentences see them."""


def parts_of(slot_type: str, value: Value) -> Any:
    """What expressions see under a slot's name: the value, or its parts."""
    if slot_type == "period":
        ends = ends_of(str(value))
        return value if ends is None else dict(zip(PARTS["period"], ends, strict=True))
    if slot_type == "money":
        money = amount_of(str(value))
        return value if money is None else {"amount": float(money[0]), "currency": money[1]}
    return value


def _in_tense(slot: Slot, value: str, last: str, around: Surrounded) -> Fit:
    """A value whose last day is on the wrong side of today is none."""
    day = last[:10]
    if around.today is None or not is_date(day) or slot.tense == "any":
        return Fit(value)
    today, said = datetime.date.fromisoformat(around.today), datetime.date.fromisoformat(day)
    if slot.tense == "future" and said < today:
        return Fit(None, "date_is_past")
    if slot.tense == "past" and said > today:
        return Fit(None, "date_is_to_come")
    return Fit(value)
