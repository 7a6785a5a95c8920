"""Reads an e-mail address: "maya dot ortiz at gmail dot com", "j underscore smith forty five at outlook dot co dot uk".

Nothing is read until a domain with an ending is there. The value is lower case.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

import msgspec

from voice_agent.canonical.contacts import is_email
from voice_agent.conversation.expectation import Setting
from voice_agent.understanding.grammars.atoms import Atom, atoms_of
from voice_agent.understanding.grammars.character_words import CharacterWords, character_words
from voice_agent.understanding.grammars.characters import Unit, unit_at
from voice_agent.understanding.grammars.clauses import last_said

_WRITTEN: Final = re.compile(r"[\w.+%\-]+@[\w\-]+(?:\.[\w\-]+)+", re.ASCII)
_AT: Final = frozenset({"at", "@", "arroba"})
_DOT: Final = frozenset({"dot", "punto", "period", "."})
_ENDINGS: Final = frozenset(
    "com org net edu gov info biz io ai co uk us ca au nz ie de fr es it nl be ch at pt pl se no dk fi mx ar cl eu app "
    "dev me tv shop online abc".split()
)
_CARRIERS: Final = frozenset(
    "my email mail address is its it's the i'm im thats that's that would be sure yes yeah okay ok so well um uh er "
    "you can reach send to use mi correo electronico direccion es si el".split()
)
_LONGEST_LOCAL: Final = 24


class EmailReading(msgspec.Struct, frozen=True):
    value: str
    raw: str


def read_email(text: str, setting: Setting) -> EmailReading | None:
    """None where there is no whole address, or several."""
    return last_said(text, lambda clause: _read(clause, setting.language), None, setting.language)


def _read(text: str, language: str) -> EmailReading | None:
    written = {match.lower().rstrip(".") for match in _WRITTEN.findall(text)}
    if len(written) == 1 and is_email(value := written.pop()):
        return EmailReading(value, value)
    atoms = atoms_of(text, language)
    for at in reversed([at for at, atom in enumerate(atoms) if atom.text in _AT]):
        domain = _domain(atoms, at + 1, text, language)
        local = _local(atoms, at, text, language)
        if domain is None or local is None:
            continue
        value = f"{local[0]}@{domain[0]}"
        if is_email(value):
            return EmailReading(value, text[atoms[local[1]].start : atoms[domain[1] - 1].end])
    return None


def _domain(atoms: Sequence[Atom], at: int, text: str, language: str) -> tuple[str, int] | None:
    """Labels joined until an ending that no dot follows, and where that is."""
    words = character_words(language)
    labels = [""]
    end = None
    at += at < len(atoms) and atoms[at].text == ","
    while at < len(atoms):
        if atoms[at].text in _DOT:
            labels.append("")
            at += 1
            continue
        said, after = _said(atoms, at, words, text)
        if said is None or (said == "-" and labels[-1] == ""):
            break
        labels[-1] += said
        at = after
        dotted = at < len(atoms) and atoms[at].text in _DOT and at + 1 < len(atoms)
        if len(labels) > 1 and labels[-1] in _ENDINGS and not dotted:
            return ".".join(labels), at
        end = at
    return (".".join(labels), end) if len(labels) > 1 and labels[-1].isalpha() and end is not None else None


def _local(atoms: Sequence[Atom], at: int, text: str, language: str) -> tuple[str, int] | None:
    """What stands before the "at", back to the words that lead up to it, and where it begins."""
    at -= at > 0 and atoms[at - 1].text == ","
    begins = at
    while begins > 0 and at - begins < _LONGEST_LOCAL and atoms[begins - 1].text not in _CARRIERS | _AT | {",", ":"}:
        begins -= 1
    words, here, out = character_words(language), begins, ""
    while here < at:
        said, after = _said(atoms, here, words, text)
        if said is None:
            return None
        out, here = out + said, after
    return (out, begins) if out != "" else None


def _said(atoms: Sequence[Atom], at: int, words: CharacterWords, text: str) -> tuple[str | None, int]:
    """What an atom stands for in an address: letters, figures, a mark, or itself as a word."""
    atom = atoms[at]
    if atom.text in _DOT:
        return ".", at + 1
    if atom.text in words.marks:
        return words.marks[atom.text], at + 1
    if atom.text == "o":
        return "o", at + 1
    unit, end = unit_at(atoms, at, words, text)
    if unit is not None and (unit.sure or end > at + 1):
        return _likeliest(unit), end
    if atom.text.isalnum() and atom.text.isascii():
        return atom.text, at + 1
    return None, at


def _likeliest(unit: Unit) -> str:
    return unit.options[0].lower()
