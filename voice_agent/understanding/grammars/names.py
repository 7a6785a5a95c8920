"""Reads a person's name: "my name is Katie Marshall", "Jo, J O, Smith", "it's S M Y T H E".

It knows no list of names: what is left of a sentence without its usual words is the name, if it looks like one.
"""

from __future__ import annotations

import re
from typing import Final

import msgspec

from voice_agent.understanding.grammars.atoms import atoms_of
from voice_agent.understanding.grammars.cardinal_words import folded
from voice_agent.understanding.grammars.characters import units_of
from voice_agent.understanding.grammars.clauses import last_said
from voice_agent.understanding.grammars.sounds import sound_alike
from voice_agent.understanding.words import tokenize

_MOST_WORDS: Final = 5
_CARRIERS: Final = frozenset(
    "my name is its it's it the i'm im i am this that's thats that would be sure yes yeah yep okay ok so well um uh er "
    "and full first last surname middle family given call me people can hi hello hey please speaking here thanks "
    "thank spelled spelt mr mrs ms miss dr mister with of for under account holder in a an capital "
    "me llamo mi nombre soy es apellido senor senora si el la se".split()
)
_NOT_NAMES: Final = frozenset(
    "no not dont don't know why what who when where how want need help sorry wait moment hold repeat again person "
    "human agent somebody someone order number nothing never mind cancel because later have has do does can't cannot "
    "won't should could would like think tell see you bye goodbye say said calling about because your".split()
)
_LETTERS: Final = re.compile(r"[^\W\d_]+(?:['\u2019\-][^\W\d_]+)*\Z")


class NameReading(msgspec.Struct, frozen=True):
    """`spelled`: some of it was said letter by letter."""

    value: str
    raw: str
    spelled: bool = False


def read_name(text: str, language: str = "en") -> NameReading | None:
    """None where what was said is no name."""
    return last_said(text, lambda clause: _read(clause, language), None, language)


def _read(text: str, language: str) -> NameReading | None:
    words: list[tuple[str, bool]] = []
    for stretch, is_spelled in _stretches(text, language):
        if is_spelled:
            words = _spelled(words, stretch)
            continue
        for token in tokenize(stretch):
            if not token.is_word or folded(token.text) in _CARRIERS or token.text in _CARRIERS:
                continue
            number = any(atom.value is not None for atom in atoms_of(token.text, language))
            if number or token.text in _NOT_NAMES or _LETTERS.match(token.text) is None:
                return None
            words.append((stretch[token.start : token.end], False))
    names = [_capitalised(word) for word, _ in words]
    if not 1 <= len(names) <= _MOST_WORDS or all(len(name) < 2 for name in names):
        return None
    return NameReading(" ".join(names), text.strip(" .,!"), any(spelled for _, spelled in words))


def _stretches(text: str, language: str) -> list[tuple[str, bool]]:
    """The text in order, and what of it is at least two letters said one by one."""
    out: list[tuple[str, bool]] = []
    done = 0
    for units in units_of(text, language):
        found = [next((option for option in unit.options if option.isalpha()), "") for unit in units]
        letters = "".join(found)
        if len(found) > 1 and all(found) and any(unit.sure for unit in units):
            out += [(text[done : units[0].start], False), (letters, True)]
            done = units[-1].end
    return [*out, (text[done:], False)]


def _spelled(words: list[tuple[str, bool]], letters: str) -> list[tuple[str, bool]]:
    """A word that is spelled after it was said is one word, as it is spelled."""
    for at in range(len(words) - 1, -1, -1):
        if not words[at][1] and sound_alike(words[at][0], letters):
            return [*words[:at], (letters, True), *words[at + 1 :]]
    return [*words, (letters, True)]


def _capitalised(word: str) -> str:
    """ "o'brien-SMITH" as "O'Brien-Smith"; a spelling with capitals inside stays ("McDonald")."""
    if not (word.islower() or word.isupper()):
        return word
    return "".join(part.capitalize() for part in re.split(r"(['\u2019\-])", word.lower()))
