"""Whether a value that was asked for has been begun and is not all there: then more is waited for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from voice_agent.conversation.expectation import Setting, SlotView
from voice_agent.understanding.grammars.characters import units_of
from voice_agent.understanding.grammars.phones import read_phone
from voice_agent.understanding.typed import READERS

_MONTHS: Final = frozenset(
    "january february march april may june july august september october november december jan feb mar apr jun jul aug "
    "sep sept oct nov dec".split()
)
_DAYS: Final = frozenset(
    "today tomorrow yesterday tonight monday tuesday wednesday thursday friday saturday sunday week weekend month year "
    "day days weeks months years now".split()
)
_ORDINAL: Final = re.compile(r"\d{1,2}(?:st|nd|rd|th)?|[a-z]*(?:first|second|third|th|tieth)")
_YEAR: Final = re.compile(r"(?:19|20)?\d\d|\d+/\d+/\d+|nineteen|twenty|thousand|hundred|\w+ty")
_CURRENCIES: Final = frozenset("dollar dollars pound pounds euro euros cent cents pence p quid bucks".split())
_SPELLED: Final = frozenset({"postcode", "alphanumeric", "order_id", "spelled"})
_NAMES: Final = 2
"""Names are mostly two words: the first alone is often followed by the last."""
_AT: Final = re.compile(r"@|\b(?:at|arroba|dot|punto|underscore)\b|\b\w\b \b\w\b", re.IGNORECASE)


def is_begun(slot: SlotView, text: str, setting: Setting) -> bool | None:
    """True: a part of it is there. False: all of it. None: nothing of it, or its type doesn't tell."""
    if slot.slot_type == "phone":
        reading = read_phone(text, setting)
        return None if reading is None else not reading.whole
    whole = READERS[slot.slot_type](slot, text, setting) is not None if slot.slot_type in READERS else False
    if slot.slot_type == "email":
        return False if whole else (True if _AT.search(text) is not None else None)
    if slot.slot_type not in _SPELLED:
        return None
    if whole:
        return False if slot.formats or slot.length is not None or slot.slot_type == "postcode" else None
    return True if any(unit.sure for stretch in units_of(text, setting.language) for unit in stretch) else None


def lacks_a_part(slot_type: str, words: Sequence[str]) -> bool:
    """Whether a value whose grammar would make do with it lacks a part that callers say: a date its month, or its day.

    English names only; in another language nothing is lacking.
    """
    if slot_type != "date" or set(words) & _DAYS:
        return False
    has_month = bool(set(words) & _MONTHS)
    has_day = any(_ORDINAL.fullmatch(word) for word in words)
    return has_month != has_day and words[-1:] != [] and (words[-1] in _MONTHS or bool(_ORDINAL.fullmatch(words[-1])))


def may_go_on(slot: SlotView, words: Sequence[str]) -> bool:
    """Whether a value is whole as it is, and often is said with more after it: a first name alone, a bare amount, a day
    without its year."""
    match slot.slot_type:
        case "date":
            has_year = any(_YEAR.fullmatch(word) for word in words)
            return slot.tense != "future" and not set(words) & _DAYS and not has_year
        case "name":
            since_is = len(words) - max((at + 1 for at, word in enumerate(words) if word in ("is", "its")), default=0)
            return since_is < _NAMES or (words[-1:] != [] and len(words[-1]) == 1)
        case "money":
            return len(words) == 1 and not set(words) & _CURRENCIES
        case "address":
            return True
        case _:
            return False


def is_of_unknown_length(slot: SlotView) -> bool:
    """Whether characters are asked for, and nobody knows how many: then they are never all there for sure."""
    return slot.slot_type in _SPELLED - {"postcode"} and slot.length is None and not slot.formats and not slot.choices
