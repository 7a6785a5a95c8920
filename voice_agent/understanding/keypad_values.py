"""What keys of a telephone mean as a value of a slot, by its type: a date as 05032026, a time as 1430."""

from __future__ import annotations

import datetime
import decimal
from collections.abc import Sequence

from voice_agent.canonical.amounts import amount_text, currency_of
from voice_agent.canonical.contacts import phone_number
from voice_agent.canonical.moments import is_time
from voice_agent.canonical.patterns import figures_only, fill_figures
from voice_agent.canonical.postcodes import postcode_forms
from voice_agent.conversation.expectation import Setting, SlotView, Value
from voice_agent.understanding.grammars.dates import MONTH_FIRST


def keyed_value(slot: SlotView, digits: str, setting: Setting) -> Value | None:
    """`digits` are 0-9 only, at least one. None where they are no value of the slot."""
    match slot.slot_type:
        case "number":
            return int(digits)
        case "date":
            return _date(digits, setting)
        case "time":
            return _time(digits)
        case "digits" if slot.length in (None, len(digits)):
            return digits
        case "phone":
            return phone_number(digits, setting.region)
        case "money":
            return amount_text(decimal.Decimal(digits), currency_of(setting.region))
        case "postcode":
            return _patterned(digits, postcode_forms(setting.region))
        case "order_id" | "alphanumeric":
            return _patterned(digits, slot.formats)
        case _:
            return None


def _date(digits: str, setting: Setting) -> str | None:
    """DDMMYYYY, or MMDDYYYY where the month comes first."""
    if len(digits) != 8:
        return None
    first, second, year = int(digits[:2]), int(digits[2:4]), int(digits[4:])
    month, day = (first, second) if setting.region in MONTH_FIRST else (second, first)
    try:
        return datetime.date(year, month, day).isoformat()
    except ValueError:
        return None


def _patterned(digits: str, patterns: Sequence[str]) -> str | None:
    """Only where figures are all that varies."""
    keyed = (fill_figures(pattern, digits) for pattern in patterns if figures_only(pattern))
    found = {value for value in keyed if value is not None}
    return found.pop() if len(found) == 1 else None


def _time(digits: str) -> str | None:
    """HHMM or HMM, of 24 hours."""
    text = f"{digits[:-2]:0>2}:{digits[-2:]}"
    return text if len(digits) in (3, 4) and is_time(text) else None
