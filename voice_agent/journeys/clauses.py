"""Cutting a reply where a speaker would breathe: at the end of sentences, and within long ones at a comma.

Each clause is synthesised by itself, so a short first one lets the voice begin early.
"""

from __future__ import annotations

import re
from typing import Final

FIRST_AT_MOST: Final = 48
CLAUSE_AT_MOST: Final = 90
CLAUSE_AT_LEAST: Final = 10

_SENTENCE_END: Final = re.compile(r"(?:(?<=[.!?])|(?<=[.!?][\"')]))\s+")
_BREATH: Final = re.compile(r"(?<=[,;:])\s+(?=[^\W\d_]{2})")
_ABBREVIATION: Final = re.compile(r"\b(?:Mr|Mrs|Ms|Dr|St|No|vs|e\.g|i\.e)\.$")


def split_clauses(text: str, *, slower: bool = False) -> tuple[str, ...]:
    """Clauses in order, none empty, that give `text` when joined by blanks (runs of blanks count as one).

    `slower` cuts at every comma, figures included: each cut is a pause.
    """
    sentences = _sentences(" ".join(text.split()))
    if slower:
        return tuple(part for sentence in sentences for part in re.split(r"(?<=[,;:])\s+", sentence))
    clauses: list[str] = []
    for sentence in sentences:
        clauses.extend(_breaths(sentence, FIRST_AT_MOST if not clauses else CLAUSE_AT_MOST))
    return tuple(clauses)


def _sentences(text: str) -> list[str]:
    sentences: list[str] = []
    for part in _SENTENCE_END.split(text):
        if sentences and _ABBREVIATION.search(sentences[-1]) is not None:
            sentences[-1] = f"{sentences[-1]} {part}"
        elif part != "":
            sentences.append(part)
    return sentences


def _breaths(sentence: str, at_most: int) -> list[str]:
    """A sentence, cut at the commas that keep each piece below `at_most` where there are such."""
    pieces: list[str] = []
    current = ""
    for part in _BREATH.split(sentence):
        joined = f"{current} {part}" if current != "" else part
        if current != "" and len(joined) > at_most and len(current) >= CLAUSE_AT_LEAST:
            pieces.append(current)
            current, at_most = part, CLAUSE_AT_MOST
        else:
            current = joined
    return [*pieces, current] if current != "" else pieces
