"""Reads a year: "2012", "twenty twelve", "nineteen oh five", "1950 6" (as recognisers write 1956), "'98"."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from voice_agent.understanding.grammars.atoms import Atom, homophone

_FIRST, _LAST = 1000, 2999
_CENTURIES: Final = range(10, 30)
_HALVES: Final = frozenset({"am", "pm", "a", "p", "o", ":"})
"""What makes a time of the figures before it."""


def year_at(atoms: Sequence[Atom], at: int, *, short: bool = False, language: str = "en") -> tuple[int, int] | None:
    """The year that begins at `at` and where it ends. With `short`, two figures are one too (returned as 0-99)."""
    numbers = _numbers(atoms, at)
    if not numbers or numbers[0].ordinal:
        return None
    first = numbers[0].value
    if first is None:
        return None
    if _FIRST <= first <= _LAST:
        return _repaired(atoms, at + 1, first, language)
    digits = [number.value for number in numbers[:4]]
    if len(digits) == 4 and all(digit is not None and digit < 10 for digit in digits) and digits[0] in (1, 2):
        return int("".join(str(digit) for digit in digits)), at + 4
    if first in _CENTURIES and len(numbers) > 1:
        return _in_halves(atoms, at, first, language)
    if short and _is_short(numbers[0]):
        return first, at + 1
    return None


def _numbers(atoms: Sequence[Atom], at: int) -> list[Atom]:
    out: list[Atom] = []
    for atom in atoms[at:]:
        if atom.value is None:
            break
        out.append(atom)
    return out


def _in_halves(atoms: Sequence[Atom], at: int, century: int, language: str) -> tuple[int, int] | None:
    rest = atoms[at + 1].value
    if rest == 0 and at + 2 < len(atoms):
        unit = atoms[at + 2].value
        return (century * 100 + unit, at + 3) if unit is not None and unit < 10 else None
    if rest is not None and 10 <= rest < 100:
        return _repaired(atoms, at + 2, century * 100 + rest, language)
    figures = atoms[at + 1].figures
    return (century * 100 + rest, at + 2) if rest is not None and figures is not None and len(figures) == 2 else None


def _repaired(atoms: Sequence[Atom], end: int, year: int, language: str) -> tuple[int, int]:
    """ "1950 6" and "1980 to" are 1956 and 1982: no year is followed by a lone figure."""
    if year % 10 != 0 or end >= len(atoms):
        return year, end
    atom = atoms[end]
    last = end + 1 == len(atoms)
    unit = atom.value if atom.value is not None else (homophone(atom.text, language) if last else None)
    if unit is None or not 0 < unit < 10 or (not last and atoms[end + 1].text in _HALVES):
        return year, end
    return year + unit, end + 1


def _is_short(atom: Atom) -> bool:
    return atom.value is not None and atom.value < 100 and (atom.figures is None or len(atom.figures) == 2)


def whole_year(short: int, this_year: int, tense: str) -> int:
    """The year that two figures mean: the latest not after this one in the past, else within twenty years ahead."""
    latest = this_year if tense == "past" else this_year + 20
    year = latest - latest % 100 + short
    return year if year <= latest else year - 100
