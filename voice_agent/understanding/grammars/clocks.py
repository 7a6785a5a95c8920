"""A time of day as it was said, and the words that say which half of the day it is in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal, TypeAlias

import msgspec

from voice_agent.understanding.grammars.atoms import Atom

Half: TypeAlias = Literal["am", "pm", "night"]
"""`night` is before midnight from seven o'clock on, after it before that."""

_WORKING_DAY_FROM: Final = 7
_HALVES: Final[dict[tuple[str, ...], Half]] = {
    ("am",): "am",
    ("a", "m"): "am",
    ("pm",): "pm",
    ("p", "m"): "pm",
    ("in", "the", "morning"): "am",
    ("this", "morning"): "am",
    ("in", "the", "afternoon"): "pm",
    ("this", "afternoon"): "pm",
    ("in", "the", "evening"): "pm",
    ("this", "evening"): "pm",
    ("tonight",): "pm",
    ("at", "night"): "night",
    ("de", "la", "manana"): "am",
    ("de", "la", "madrugada"): "am",
    ("de", "la", "tarde"): "pm",
    ("de", "la", "noche"): "night",
    ("por", "la", "manana"): "am",
    ("por", "la", "tarde"): "pm",
    ("por", "la", "noche"): "night",
}


class Clock(msgspec.Struct, frozen=True):
    """`hour` is 0-23 and means what it says where `is_open()` is false; else the half of the day was not said."""

    hour: int
    minute: int
    half: Half | None = None
    whole_day: bool = False
    """The hour is one of 24 ("08:30", "midnight")."""

    def is_open(self) -> bool:
        return self.half is None and not self.whole_day and 1 <= self.hour <= 12

    def at(self, half: Half | None = None) -> tuple[int, int]:
        """Hour 0-23 and minute; `half` holds where none was said, else that of the working day, 7 to 6."""
        if self.whole_day or not 1 <= self.hour <= 12:
            return self.hour, self.minute
        chosen = self.half if self.half is not None else half
        if chosen is None:
            chosen = "am" if _WORKING_DAY_FROM <= self.hour < 12 else "pm"
        if chosen == "night":
            chosen = "pm" if _WORKING_DAY_FROM <= self.hour < 12 else "am"
        return self.hour % 12 + (12 if chosen == "pm" else 0), self.minute


def half_at(atoms: Sequence[Atom], at: int) -> tuple[Half | None, int]:
    """The half of the day that is said at `at`, and where that ends; dots ("p.m.") and commas don't count."""
    for phrase, half in _HALVES.items():
        end = _match(atoms, at, phrase)
        if end is not None:
            return half, end
    return None, at


def _match(atoms: Sequence[Atom], at: int, phrase: Sequence[str]) -> int | None:
    for word in phrase:
        while at < len(atoms) and atoms[at].text in (".", ","):
            at += 1
        if at >= len(atoms) or atoms[at].text != word:
            return None
        at += 1
    return at
