"""Numbers that look like payment cards: whether one is well formed, and hiding them in what people say or write.

    masked("it's 4111 1111 1111 1111, thanks")          # "it's ****, thanks"

It knows figures of all scripts, and English and Spanish words for figures. What was misheard passes no
check, and so is not hidden.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Final

SHORTEST: Final = 13
LONGEST: Final = 19
"""ISO/IEC 7812-1 allows 8 to 19; cards that pay have 13 at least."""
MASK: Final = "****"

_ENGLISH: Final = ("zero oh", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_SPANISH: Final = ("cero", "uno una", "dos", "tres", "cuatro", "cinco", "seis", "siete", "ocho", "nueve")
_WORDS: Final = {
    word: str(figure)
    for language in (_ENGLISH, _SPANISH)
    for figure, words in enumerate(language)
    for word in words.split()
}
_TIMES: Final = {"double": 2, "triple": 3, "doble": 2}
_FIGURE: Final = rf"(?:\d|\b(?:(?:{'|'.join(_TIMES)})[\s-]+)?(?:{'|'.join(_WORDS)})\b)"
_BETWEEN: Final = r"[\s,.\-_/\u00ad\u00b7\u200b-\u200f\u2010-\u2015\u2022\u2060-\u2064\u2212\ufe0f\ufeff\uff0d]"
"""What people group figures with, and characters that nobody sees."""
_RUN: Final = re.compile(rf"{_FIGURE}(?:{_BETWEEN}*{_FIGURE})*", re.IGNORECASE)
_GROUP: Final = re.compile(rf"\d+|{_FIGURE}", re.IGNORECASE)


def passes_luhn(digits: str) -> bool:
    """Whether the last figure is the check digit of the others (ISO/IEC 7812-1 annex B). `digits` are 0-9, not none."""
    total = 0
    for place, figure in enumerate(reversed(digits)):
        doubled = int(figure) * (2 if place % 2 else 1)
        total += doubled - 9 if doubled > 9 else doubled
    return total % 10 == 0


def masked(text: str, allowed: Collection[int] = ()) -> str:
    """`text` without numbers that may be cards: runs of 13 to 19 figures that pass the check, however grouped.

    Within a longer run each such stretch of whole groups is hidden. A run of as many figures as in `allowed` stays: an
    agent asks for such numbers, and they are no cards.
    """
    return _RUN.sub(lambda run: _masked_run(run.group(), allowed), text)


def _masked_run(run: str, allowed: Collection[int]) -> str:
    groups = [(found.start(), found.end(), _figures(found.group())) for found in _GROUP.finditer(run)]
    count = sum(len(figures) for _, _, figures in groups)
    if count < SHORTEST or count in allowed:
        return run
    hidden = _hidden([figures for _, _, figures in groups])
    out, at, masking = "", 0, False
    for (start, end, _), hides in zip(groups, hidden, strict=True):
        if not hides:
            out += run[at:end]
        elif not masking:
            out += run[at:start] + MASK
        at, masking = end, hides
    return out


def _hidden(groups: list[str]) -> list[bool]:
    """For each group of figures whether it stands in a stretch that may be a card."""
    hidden = [False] * len(groups)
    for first in range(len(groups)):
        digits = ""
        for last in range(first, len(groups)):
            digits += groups[last]
            if len(digits) > LONGEST:
                break
            if len(digits) >= SHORTEST and passes_luhn(digits):
                hidden[first : last + 1] = [True] * (last + 1 - first)
    return hidden


def _figures(part: str) -> str:
    """`"4111"`, `"seven"` or `"double seven"` as figures, 0-9 for those of any script."""
    if part.isdecimal():
        return "".join(str(int(figure)) for figure in part)
    words = re.split(r"[\s-]+", part.lower())
    figure = _WORDS.get(words[-1], words[-1])
    return figure * (_TIMES[words[0]] if len(words) > 1 else 1)
