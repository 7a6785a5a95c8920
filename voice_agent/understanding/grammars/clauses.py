"""Splits a sentence where its speaker takes something back: "the third, no, the fourth", "fifteen, not fifty".

    clauses_of("the third, no wait, the fourth")    # "the third", "the fourth"
    clauses_of("fifteen not fifty")                  # "fifteen", denied "fifty"

A value is read from the last clause that holds one; what is denied is never the value.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final, TypeVar

import msgspec

_CUES: Final = {
    "en": (
        r"no(?:pe)?(?:[ ,]+(?:wait|sorry|actually|no|hold on))*|(?:oh )?sorry(?:[ ,]+no)?|wait(?:[ ,]+(?:no|sorry))?|"
        r"actually|i mean(?:t)?|rather|make (?:that|it)|correction|scratch that|hold on|let me correct that|oops"
    ),
    "es": (
        r"no(?:[ ,]+(?:espera|espere|perd[oó]n))*|perd[oó]n|mejor dicho|quiero decir|digo|espera|espere|"
        r"me equivoqu[eé]"
    ),
}
_DENIALS: Final = {
    "en": r"(?:and )?not(?! (?:before|after|until|later|earlier))\b|instead of|rather than",
    "es": r"y no|en vez de|en lugar de",
}
_END_OF_DENIAL: Final = re.compile(r"[,.;]|\bbut\b|\bsino\b|\bit'?s\b")


class Clause(msgspec.Struct, frozen=True):
    text: str
    denied: bool = False


def clauses_of(text: str, language: str = "en") -> list[Clause]:
    """The parts of a sentence in order, without the words that take back; empty ones are left out."""
    out: list[Clause] = []
    for part in _split(text, _CUES, language):
        pieces = _split(part, _DENIALS, language)
        out.append(Clause(pieces[0]))
        for denied in pieces[1:]:
            end = _END_OF_DENIAL.search(denied)
            out.append(Clause(denied if end is None else denied[: end.start()], denied=True))
            if end is not None:
                out.append(Clause(denied[end.end() :]))
    return [clause for clause in out if any(ch.isalnum() for ch in clause.text)]


def _split(text: str, cues: dict[str, str], language: str) -> list[str]:
    pattern = cues.get(language, cues["en"])
    return re.split(rf"\b(?:{pattern})\b(?!-)", text, flags=re.IGNORECASE)


Found = TypeVar("Found")


def last_said(
    text: str,
    read: Callable[[str], Found | None],
    merge: Callable[[Found, Found], Found] | None = None,
    language: str = "en",
) -> Found | None:
    """What `read` finds in the last clause that holds something and is not denied.

    `merge(before, after)` fills what a correction left out ("the third of March, no, the fourth").
    """
    said: Found | None = None
    denied: list[Found] = []
    for clause in clauses_of(text, language):
        found = read(clause.text)
        if found is None:
            continue
        if clause.denied:
            denied.append(found)
        else:
            said = found if said is None or merge is None else merge(said, found)
    return None if said in denied else said
