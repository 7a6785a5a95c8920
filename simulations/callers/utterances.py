"""What a voice is given to say, as pieces: words and the marks between them. Pure.

    pieces_of("[+6 dB] four four [600 ms] one")
    # [Louder(6.0), Words("four four"), Pause(600), Words("one")]

What is in brackets and is no mark is said as it stands.
"""

from __future__ import annotations

import re
from typing import Final, TypeAlias

import msgspec

_MARK: Final = re.compile(
    r"\[(?:(?P<ms>\d{1,5}) ?ms|(?P<db>[+-]\d{1,2}(?:\.\d+)?) dB|(?P<cough>cough)|(?P<aside>aside))\]"
)


class Words(msgspec.Struct, frozen=True):
    """To be spoken."""

    text: str


class Pause(msgspec.Struct, frozen=True):
    """Silence."""

    ms: int


class Cough(msgspec.Struct, frozen=True):
    """A cough."""


class Louder(msgspec.Struct, frozen=True):
    """All of the utterance, by so many decibels."""

    db: float


class Aside(msgspec.Struct, frozen=True):
    """All of the utterance is said to somebody else, away from the telephone."""


Piece: TypeAlias = Words | Pause | Cough | Louder | Aside


def pieces_of(text: str) -> list[Piece]:
    """In order; words without anything to say are left out."""
    pieces: list[Piece] = []
    at = 0
    for found in _MARK.finditer(text):
        pieces += _words(text[at : found.start()])
        at = found.end()
        if found["ms"] is not None:
            pieces.append(Pause(int(found["ms"])))
        elif found["db"] is not None:
            pieces.append(Louder(float(found["db"])))
        else:
            pieces.append(Cough() if found["cough"] is not None else Aside())
    return [*pieces, *_words(text[at:])]


def words_of(text: str) -> str:
    """`text` without its marks: what is typed, and what a transcript holds."""
    if "[" not in text:
        return text
    return " ".join(" ".join(piece.text.split()) for piece in pieces_of(text) if isinstance(piece, Words))


def _words(text: str) -> list[Piece]:
    stripped = text.strip()
    return [Words(stripped)] if any(letter.isalnum() for letter in stripped) else []
