"""Whether a caller wants another value than the present one without saying which: "no, I want another day"."""

from __future__ import annotations

import re
from typing import Final

from voice_agent.conversation.expectation import SlotView
from voice_agent.understanding.words import fold_accents, normalise

_ANOTHER: Final = r"(?:another|(?:a|some) different|some other|otr[oa]|distint[oa])"
_CALLED: Final = {"date": "day|date|dia|fecha", "time": "time|hour|hora"}
"""What people call the values of a type, beside the slot's name."""


def wants_another(slot: SlotView, text: str) -> bool:
    """By the slot's name, the last word of it, or what its type is called."""
    names = [slot.name.replace("_", " "), slot.name.rsplit("_", 1)[-1]]
    called = [re.escape(name) for name in names] + [name for name in (_CALLED.get(slot.slot_type),) if name is not None]
    return re.search(rf"\b{_ANOTHER} (?:{'|'.join(called)})\b", fold_accents(normalise(text))) is not None


def without_another(text: str) -> str:
    """`text` without "another day" and the like: what is only called another names no value."""
    return re.sub(rf"\b{_ANOTHER}\s+\w+", " ", text, flags=re.IGNORECASE)
