"""Whether a value that was asked for has been begun and is not all there: then more is waited for."""

from __future__ import annotations

import re
from typing import Final

from voice_agent.conversation.expectation import Setting, SlotView
from voice_agent.understanding.grammars.characters import units_of
from voice_agent.understanding.grammars.phones import read_phone
from voice_agent.understanding.typed import READERS

_SPELLED: Final = frozenset({"postcode", "alphanumeric", "order_id", "spelled"})
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
