"""Splits what a recogniser wrote into words, keeping where each was. Decides nothing about meaning."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

import msgspec

_TOKEN = re.compile(r"[^\W_]+(?:'[^\W_]+)*|[^\w\s]")
_APOSTROPHES = str.maketrans({"\u2019": "'", "\u2018": "'", "`": "'"})


class Token(msgspec.Struct, frozen=True):
    """One word (lower case) or punctuation mark; `start` and `end` are positions in the text."""

    text: str
    start: int
    end: int

    @property
    def is_word(self) -> bool:
        return self.text[0].isalnum()


def tokenize(text: str) -> list[Token]:
    """Words and punctuation marks in order. Apostrophes stay inside words; hyphens split them."""
    straight = text.translate(_APOSTROPHES)
    return [Token(m.group().lower(), m.start(), m.end()) for m in _TOKEN.finditer(straight)]


def words_of(text: str) -> list[str]:
    """Words in lower case without punctuation and apostrophes: "That's 5." gives ["thats", "5"]."""
    return [token.text.replace("'", "") for token in tokenize(text) if token.is_word]


def normalise(text: str) -> str:
    """`words_of` joined by single spaces."""
    return " ".join(words_of(text))


def span(text: str, tokens: Sequence[Token]) -> str:
    """The part of `text` from the first to the last of `tokens`, empty for none."""
    return text[tokens[0].start : tokens[-1].end] if tokens else ""


def fold_accents(text: str) -> str:
    """Letters without accents: "sí, mañana" gives "si, manana", as people type it and some recognisers write it."""
    return "".join(char for char in unicodedata.normalize("NFD", text) if not unicodedata.combining(char))
