"""Words and numbers of a sentence in order: what dates, times and amounts are read from.

atoms_of("the twenty fifth of July 2012")  ->  the, 25 (ordinal), of, july, 2012 (figures)
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

import msgspec

from voice_agent.understanding.grammars.cardinal_words import CardinalWords, folded, words_for
from voice_agent.understanding.words import Token, tokenize

_FIGURES: Final = re.compile(r"(\d+)(st|nd|rd|th|[oa](?=\Z))?(am|pm|h|hrs|k)?\Z")
_ORDINAL_SIGNS: Final = frozenset({"o", "a"})
"""What is left of Spanish ordinal signs without accents; in English they are letters ("12a")."""
_HOMOPHONES: Final = {"en": {"to": 2, "too": 2, "for": 4, "ate": 8, "won": 1}}


class Atom(msgspec.Struct, frozen=True):
    """`value` None for a word or mark. `figures` is the number as it was written in figures, None in words."""

    text: str
    start: int
    end: int
    value: int | None = None
    ordinal: bool = False
    figures: str | None = None

    @property
    def is_mark(self) -> bool:
        return self.value is None and not self.text[0].isalnum()


def atoms_of(text: str, language: str = "en") -> list[Atom]:
    """`start` and `end` are positions in the text. "oh" is a number only beside another."""
    tokens = tokenize(text)
    words = words_for(language)
    spoken = [folded(token.text) for token in tokens]
    out: list[Atom] = []
    at = 0
    while at < len(tokens):
        figures = _figures(tokens[at], spoken[at], words)
        if figures:
            out += figures
            at += 1
            continue
        atom, at = _atom(tokens, spoken, at, words)
        out.append(atom)
    return [atom if not _is_cry(out, here) else _as_word(atom) for here, atom in enumerate(out)]


def homophone(word: str, language: str) -> int | None:
    """The digit that recognisers write as another word; to be believed only where a digit must be."""
    return _HOMOPHONES.get(language, {}).get(word)


def _is_cry(atoms: Sequence[Atom], at: int) -> bool:
    near = [atoms[other] for other in (at - 1, at + 1) if 0 <= other < len(atoms)]
    return atoms[at].text in ("oh", "o") and not any(other.value is not None for other in near)


def _as_word(atom: Atom) -> Atom:
    return msgspec.structs.replace(atom, value=None)


def _atom(tokens: Sequence[Token], spoken: Sequence[str], at: int, words: CardinalWords) -> tuple[Atom, int]:
    value, end, ordinal = _number(spoken, at, words)
    if value is None:
        return Atom(spoken[at] if spoken[at] else "'", tokens[at].start, tokens[at].end), at + 1
    return Atom(" ".join(spoken[at:end]), tokens[at].start, tokens[end - 1].end, value, ordinal), end


def _figures(token: Token, spoken: str, words: CardinalWords) -> list[Atom]:
    """ "25th" is one ordinal, "5pm" a number and a word; none for a token that is not written in figures."""
    match = _FIGURES.match(spoken)
    if match is None or (match.group(2) in _ORDINAL_SIGNS and not words.hundreds):
        return []
    number = match.group(1)
    ends = token.start + len(number)
    atom = Atom(number, token.start, ends, int(number), match.group(2) is not None, number)
    return [atom, *([Atom(match.group(3), ends, token.end)] if match.group(3) is not None else [])]


def _number(spoken: Sequence[str], at: int, words: CardinalWords) -> tuple[int | None, int, bool]:
    """The number in words that begins at `at`, where it ends, and whether it is an ordinal."""
    total, here, ordinal = 0, at, False
    least = None
    while not ordinal:
        group, end, ordinal = _below_thousand(spoken, here, words)
        scale = words.scales.get(spoken[end]) if end < len(spoken) and not ordinal else None
        if group is None and here == at and scale is not None and spoken[at] == "mil":
            group = 1
        if group is None or (least is not None and (scale if scale is not None else group) >= least):
            break
        if scale is None:
            return total + group, end, ordinal
        total, here, least = total + group * scale, end + 1, scale
        ordinal = spoken[end] in words.ordinals
        if here + 1 < len(spoken) and spoken[here] in words.links and _starts_number(spoken[here + 1], words):
            here += 1
    if least is None:
        return None, at, False
    while here > at and spoken[here - 1] in words.links:
        here -= 1
    return total, here, ordinal


def _starts_number(word: str, words: CardinalWords) -> bool:
    tables = (words.units, words.teens, words.tens, words.hundreds, words.ordinals)
    return any(word in table for table in tables)


def _below_thousand(spoken: Sequence[str], at: int, words: CardinalWords) -> tuple[int | None, int, bool]:
    if at >= len(spoken):
        return None, at, False
    if spoken[at] in words.hundreds:
        return _with_rest(words.hundreds[spoken[at]], spoken, at + 1, words)
    value, end, ordinal = _below_hundred(spoken, at, words)
    follows = spoken[end] if end < len(spoken) else ""
    if value is None and spoken[at] in words.one:
        after = spoken[at + 1] if at + 1 < len(spoken) else ""
        if after in words.hundred:
            return _hundreds(1, spoken, at + 1, words)
        return (1, at + 1, False) if after in words.scales else (None, at, False)
    if value is not None and not ordinal and value > 0 and follows in words.hundred:
        return _hundreds(value, spoken, end, words)
    return value, end, ordinal


def _hundreds(head: int, spoken: Sequence[str], at: int, words: CardinalWords) -> tuple[int, int, bool]:
    if spoken[at] in words.ordinals:
        return head * 100, at + 1, True
    return _with_rest(head * 100, spoken, at + 1, words)


def _with_rest(whole: int, spoken: Sequence[str], at: int, words: CardinalWords) -> tuple[int, int, bool]:
    linked = at < len(spoken) and spoken[at] in words.links
    rest, end, ordinal = _below_hundred(spoken, at + linked, words)
    return (whole, at, False) if rest is None or rest == 0 else (whole + rest, end, ordinal)


def _below_hundred(spoken: Sequence[str], at: int, words: CardinalWords) -> tuple[int | None, int, bool]:
    if at >= len(spoken):
        return None, at, False
    word = spoken[at]
    if word in words.tens:
        hyphen = at + 1 < len(spoken) and spoken[at + 1] in {"-", *(words.links if words.hundreds else ())}
        after = spoken[at + 1 + hyphen] if at + 1 + hyphen < len(spoken) else ""
        if 1 <= words.ordinals.get(after, 0) <= 9:
            return words.tens[word] + words.ordinals[after], at + 2 + hyphen, True
        if words.units.get(after, 0) > 0:
            return words.tens[word] + words.units[after], at + 2 + hyphen, False
        return words.tens[word], at + 1, False
    if word in words.ordinals and words.ordinals[word] < 100:
        return words.ordinals[word], at + 1, True
    for table in (words.teens, words.units):
        if word in table:
            return table[word], at + 1, False
    return None, at, False
