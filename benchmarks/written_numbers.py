"""Numbers as NeMo's cases write them, out of what the grammars of the product read."""

from __future__ import annotations

from typing import Final

from voice_agent.understanding.digits import read_digits
from voice_agent.understanding.grammars.atoms import Atom, atoms_of
from voice_agent.understanding.grammars.characters import units_of
from voice_agent.understanding.grammars.decimals import SCALE_NAMES, number_at

_ORDINAL_ENDS: Final = {1: "st", 2: "nd", 3: "rd"}


def cardinal(text: str) -> str:
    sign, atoms = _signed(text)
    return f"{sign}{atoms[0].value}" if len(atoms) == 1 and atoms[0].value is not None else text


def ordinal(text: str) -> str:
    atoms = atoms_of(text)
    value = atoms[0].value
    if len(atoms) != 1 or value is None or not atoms[0].ordinal:
        return text
    end = "th" if 10 <= value % 100 <= 20 else _ORDINAL_ENDS.get(value % 10, "th")
    return f"{value}{end}"


def decimals(text: str) -> str:
    sign, atoms = _signed(text)
    number = number_at(atoms, 0)
    if number is None or number.end != len(atoms):
        return text
    if number.scale is not None:
        return f"{sign}{number.digits} {number.scale}"
    scale = atoms[0].text.rpartition(" ")[2]
    if len(atoms) == 1 and scale in SCALE_NAMES and atoms[0].value is not None:
        power = {"million": 6, "billion": 9, "trillion": 12}[scale]
        return f"{sign}{atoms[0].value // 10**power} {scale}"
    return f"{sign}{number.digits}"


def _signed(text: str) -> tuple[str, list[Atom]]:
    for word in ("minus ", "negative "):
        if text.startswith(word):
            return "-", atoms_of(text.removeprefix(word))
    return "", atoms_of(text)


def telephone(text: str) -> str:
    plus = text.startswith("plus ")
    if " dot " in text:
        parts = [read_digits(part) for part in text.split(" dot ")]
        return ".".join(part.value for part in parts if part is not None) if all(parts) else text
    reading = read_digits(text)
    if reading is not None and reading.raw in (text, text.removeprefix("plus ")):
        return _grouped(reading.value, plus)
    stretches = units_of(text)
    if len(stretches) == 1 and not any(ch.isdecimal() for unit in stretches[0] for ch in unit.options[0]):
        return " ".join(unit.options[0].lower() for unit in stretches[0])
    return "".join(unit.options[0] for stretch in stretches for unit in stretch).lower()


def _grouped(digits: str, plus: bool) -> str:
    country, rest = (digits[:-10], digits[-10:]) if plus else ("", digits)
    if len(rest) != 10:
        return digits
    own = f"{rest[:3]}-{rest[3:6]}-{rest[6:]}"
    return f"+{country} {own}" if plus else own
