"""Reads what is said letter by letter and figure by figure into units, each with the characters that it may stand for.

"B as in Bravo, double oh seven"  ->  b | 00, oo | 7
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from voice_agent.understanding.grammars.atoms import Atom, atoms_of
from voice_agent.understanding.grammars.character_words import CharacterWords, character_words

_LETTERS_TOGETHER = 4
"""So many letters may be written as one word: "PG", "SW"."""


class Unit(msgspec.Struct, frozen=True):
    """`options` are upper case, the likeliest first. `sure`: the word has no other meaning."""

    options: tuple[str, ...]
    start: int
    end: int
    sure: bool = True


def units_of(text: str, language: str = "en") -> list[list[Unit]]:
    """Stretches of units without other words between them, in order."""
    atoms = atoms_of(text, language)
    words = character_words(language)
    stretches: list[list[Unit]] = [[]]
    at = 0
    while at < len(atoms):
        unit, end = unit_at(atoms, at, words, text)
        if unit is not None:
            stretches[-1].append(unit)
        elif not (atoms[at].text in words.fillers or atoms[at].is_mark):
            stretches.append([])
        at = max(end, at + 1)
    return [stretch for stretch in stretches if stretch]


def unit_at(atoms: Sequence[Atom], at: int, words: CharacterWords, text: str) -> tuple[Unit | None, int]:
    """The unit that begins at `at`, if any, and where it ends."""
    atom = atoms[at]
    if atom.text in words.times:
        return _times(atoms, at, words, text)
    named = _as_in(atoms, at, words, text)
    if named is not None:
        return named
    options, sure = _options(atom, words, text)
    return (Unit(options, atom.start, atom.end, sure), at + 1) if options else (None, at)


def _times(atoms: Sequence[Atom], at: int, words: CharacterWords, text: str) -> tuple[Unit | None, int]:
    """ "double five". Of "double, triple five" the word that was said last counts."""
    end = at + 1
    while end < len(atoms) and atoms[end].text in words.times:
        end += 1
    if end == len(atoms):
        return None, end
    inner, inner_end = unit_at(atoms, end, words, text)
    if inner is None:
        return None, end
    return _repeated(inner, words.times[atoms[end - 1].text], atoms[at].start), inner_end


def _repeated(unit: Unit, times: int, start: int) -> Unit:
    """ "double oh" is 00, "double five five" has only the first five twice, "double u" is a letter too."""
    options = tuple(option[0] * times + option[1:] for option in unit.options)
    if unit.options == ("U",) and times == 2:
        options = ("W", "UU")
    return Unit(options, start, unit.end)


def _as_in(atoms: Sequence[Atom], at: int, words: CharacterWords, text: str) -> tuple[Unit, int] | None:
    """ "B as in Bravo", "M for Mike": the first letter of the word, which is heard better than the letter."""
    options, _ = _options(atoms[at], words, text)
    if not any(len(option) == 1 and option.isalpha() for option in options):
        return None
    for phrase in words.as_in:
        end = at + 1 + len(phrase)
        if tuple(atom.text for atom in atoms[at + 1 : end]) != phrase or end >= len(atoms):
            continue
        word = atoms[end]
        if word.value is None and len(word.text) > 2 and word.text.isalpha() and _fits(word.text, options, phrase):
            return Unit((word.text[0].upper(),), atoms[at].start, word.end), end + 1
    return None


def _fits(word: str, options: Sequence[str], phrase: Sequence[str]) -> bool:
    """ "for" alone is a four as well: there the letter has to agree."""
    return len(phrase) > 1 or word[0].upper() in options


def _options(atom: Atom, words: CharacterWords, text: str) -> tuple[tuple[str, ...], bool]:
    if atom.figures is not None:
        return (atom.figures,), True
    written = text[atom.start : atom.end]
    shouted = text.isupper() and " " in text
    if 1 < len(written) <= _LETTERS_TOGETHER and written.isalpha() and written.isupper() and not shouted:
        return (written,), True
    if atom.text in words.marks:
        return (words.marks[atom.text],), False
    if atom.text in words.sounds:
        single = len(atom.text) == 1 and atom.text not in "ai"
        return tuple(option.upper() for option in words.sounds[atom.text]), single or atom.value is not None
    if atom.value is not None:
        return _number(atom.value), True
    if atom.text in words.names:
        return (words.names[atom.text].upper(),), True
    if len(atom.text) == 1 and atom.text.isalpha():
        return (atom.text.upper(),), True
    mixed = any(ch.isdecimal() for ch in written)
    if written.isalnum() and written.isascii():
        if mixed and len(written) <= 12:
            return (written.upper(),), True
        if 1 < len(written) <= _LETTERS_TOGETHER and (written.isupper() or not set(written) & set("aeiouy")):
            return (written.upper(),), True
    return (), False


def _number(value: int) -> tuple[str, ...]:
    """ "forty five" is 45, and may be 40, 5."""
    plain = str(value)
    if 20 < value < 100 and value % 10:
        return plain, f"{value - value % 10}{value % 10}"
    return (plain,)
