"""Reads a number that may have decimals and a scale: "fifteen point two million", "1,200.50", "point oh five"."""

from __future__ import annotations

import decimal
from collections.abc import Sequence
from typing import Final

import msgspec

from voice_agent.understanding.grammars.atoms import Atom

_POINT: Final = frozenset({"point", "punto", "coma", "."})
_SCALES: Final = {
    "thousand": 3,
    "k": 3,
    "grand": 3,
    "mil": 3,
    "million": 6,
    "millones": 6,
    "billion": 9,
    "trillion": 12,
}
SCALE_NAMES: Final = frozenset({"million", "billion", "trillion"})


class Number(msgspec.Struct, frozen=True):
    """`scale` is the word for a power of ten that was said, `digits` the number before it."""

    value: decimal.Decimal
    end: int
    digits: str
    scale: str | None = None


def number_at(atoms: Sequence[Atom], at: int) -> Number | None:
    """The number that begins at `at`."""
    if at >= len(atoms):
        return None
    if atoms[at].text == "point" and at + 1 < len(atoms):
        fraction, end, scale = _fraction(atoms, at + 1)
        return None if fraction == "" else _scaled(atoms, f".{fraction}", end, scale)
    atom = atoms[at]
    if atom.value is None or atom.ordinal:
        return None
    whole, end = _grouped(atoms, at)
    if end < len(atoms) and atoms[end].text in _POINT:
        fraction, after, scale = _fraction(atoms, end + 1)
        spoken = atoms[end].text != "." or (end + 1 < len(atoms) and atoms[end + 1].start == atoms[end].end)
        if fraction != "" and spoken:
            return _scaled(atoms, f"{whole}.{fraction}", after, scale)
    return _scaled(atoms, whole, end, None)


def _grouped(atoms: Sequence[Atom], at: int) -> tuple[str, int]:
    """ "1,200" in figures; else the value."""
    figures = atoms[at].figures
    out = str(atoms[at].value)
    end = at + 1
    while figures is not None and len(out) <= 12 and end + 1 < len(atoms) and atoms[end].text == ",":
        group = atoms[end + 1].figures
        touching = atoms[end].start == atoms[end - 1].end and atoms[end + 1].start == atoms[end].end
        if group is None or len(group) != 3 or not touching:
            break
        out, end = out + group, end + 2
    return out, end


def _fraction(atoms: Sequence[Atom], at: int) -> tuple[str, int, str | None]:
    """Figures after the point, one by one or together: "two two", "twenty five", "oh five", "two million"."""
    out = ""
    while at < len(atoms) and atoms[at].value is not None and not atoms[at].ordinal:
        atom = atoms[at]
        figures = atom.figures if atom.figures is not None else str(atom.value)
        scale = atom.text.rpartition(" ")[2]
        if atom.figures is None and atom.value is not None and scale in _SCALES:
            head = atom.value // 10 ** _SCALES[scale]
            return out + str(head), at + 1, scale
        if len(figures) > 3 or (len(figures) > 1 and out != "" and atom.figures is not None):
            break
        out, at = out + figures, at + 1
    return out, at, None


def _scaled(atoms: Sequence[Atom], digits: str, end: int, scale: str | None) -> Number:
    if scale is not None:
        return Number(decimal.Decimal(digits).scaleb(_SCALES[scale]), end, digits, scale)
    power = _SCALES.get(atoms[end].text) if end < len(atoms) else None
    value = decimal.Decimal(digits)
    if power is None:
        return Number(value, end, digits)
    return Number(value.scaleb(power), end + 1, digits, atoms[end].text)
