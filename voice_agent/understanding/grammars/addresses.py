"""Reads a postal address in one line: "twelve Baker Street, London, N W one six X E".

It is kept as "12 Baker Street, London, NW1 6XE".

A house number and a name are needed; whether there is such a place is for a tool to say.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import msgspec

from voice_agent.canonical.postcodes import postcode_forms
from voice_agent.conversation.expectation import Setting
from voice_agent.understanding.grammars.atoms import Atom, atoms_of
from voice_agent.understanding.grammars.patterned import read_patterned

_CARRIERS: Final = frozenset(
    "my address is its i live at im the it that's thats that would be sure yes yeah okay so well um uh er to please "
    "mi direccion es vivo en la el".split()
)
_NO_PLACE: Final = frozenset("number apartment apt flat house unit suite floor and numero piso puerta".split())
_SHORTEST_NAME: Final = 3


class AddressReading(msgspec.Struct, frozen=True):
    value: str
    raw: str


def read_address(text: str, setting: Setting) -> AddressReading | None:
    """None where there is no house number or no name."""
    postcode = read_patterned(_last_part(text), postcode_forms(setting.region), setting.language)
    head, tail = text, ""
    if postcode is not None and postcode.raw in text:
        at = text.rindex(postcode.raw)
        if not any(ch.isalnum() for ch in text[at + len(postcode.raw) :]) and at > 0:
            head, tail = text[:at], postcode.value
    line = _line(_without_lead(atoms_of(head, setting.language)), head)
    parts = line.replace(",", " ").split()
    words = [word for word in parts if word.isalpha() and len(word) >= _SHORTEST_NAME and word.lower() not in _NO_PLACE]
    if not words or not any(ch.isdecimal() for ch in line):
        return None
    return AddressReading(f"{line}, {tail}" if tail != "" else line, text)


def _last_part(text: str) -> str:
    """Where a postcode would stand: after the last comma, or the last few words."""
    words = text.split()
    return " ".join(words[-8:]) if len(words) > 8 else text


def _without_lead(atoms: Sequence[Atom]) -> list[Atom]:
    start = 0
    while (
        start < len(atoms) and atoms[start].value is None and (atoms[start].text in _CARRIERS or atoms[start].is_mark)
    ):
        start += 1
    return list(atoms[start:])


def _line(atoms: Sequence[Atom], text: str) -> str:
    """Numbers in figures, words with a capital, commas kept."""
    out = ""
    for at, atom in enumerate(atoms):
        if atom.is_mark:
            if atom.text in ",-/" and out != "":
                out += atom.text
            continue
        before = atoms[at - 1] if at else None
        glued = before is not None and (before.text in "-/" or _one_number(before, atom))
        out += ("" if out == "" or glued else " ") + _written(atom, text)
    return out.strip(" ,")


def _one_number(before: Atom, atom: Atom) -> bool:
    """ "twelve oh four" and "one two" are one house number."""
    return before.value is not None and atom.value is not None and not (before.ordinal or atom.ordinal)


def _written(atom: Atom, text: str) -> str:
    written = text[atom.start : atom.end]
    if atom.value is None:
        return written if not written.islower() else written.capitalize()
    if atom.ordinal:
        return f"{atom.value}{_ending(atom.value)}"
    return atom.figures if atom.figures is not None else str(atom.value)


def _ending(number: int) -> str:
    if 10 <= number % 100 <= 20:
        return "th"
    return {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
