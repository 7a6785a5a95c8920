"""How people say the figures of a number: one by one, doubled, in pairs; and put right after a slip. Pure.

spoken("55012479", "doubles")       # "double five oh one, two four seven nine"
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal, TypeAlias

Spelling: TypeAlias = Literal["as_written", "digits", "doubles", "pairs"]

_DIGITS: Final[Mapping[str, tuple[str, ...]]] = {
    "en": ("oh", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"),
    "es": ("cero", "uno", "dos", "tres", "cuatro", "cinco", "seis", "siete", "ocho", "nueve"),
}
_TEENS: Final = (
    *("ten", "eleven", "twelve", "thirteen", "fourteen"),
    *("fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
_TENS: Final = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_DOUBLE: Final[Mapping[str, str]] = {"en": "double", "es": "doble"}
_SORRY: Final[Mapping[str, str]] = {"en": "no, sorry,", "es": "no, perdón,"}
GROUP: Final = 4


def spoken(figures: str, spelling: Spelling, *, language: str = "en", pause: str = ", ") -> str:
    """`figures` in words, in groups of four with `pause` between them."""
    known = language if language in _DIGITS else "en"
    if spelling == "as_written":
        return pause.join(_groups(figures)) if pause != ", " else figures
    return pause.join(_group(group, spelling, known) for group in _groups(figures))


def corrected(figures: str, wrong_at: int, spelling: Spelling, *, language: str = "en", pause: str = ", ") -> str:
    """Said with one figure wrong (that at `wrong_at`), and then whole and right."""
    wrong = str((int(figures[wrong_at]) + 1) % 10)
    slip = spoken(figures[:wrong_at] + wrong, spelling, language=language, pause=pause)
    sorry = _SORRY.get(language, _SORRY["en"])
    return f"{slip}, {sorry} {spoken(figures, spelling, language=language, pause=pause)}"


def _groups(figures: str) -> list[str]:
    return [figures[at : at + GROUP] for at in range(0, len(figures), GROUP)]


def _group(figures: str, spelling: Spelling, language: str) -> str:
    if spelling == "pairs" and language == "en":
        return " ".join(_pair(figures[at : at + 2]) for at in range(0, len(figures), 2))
    digits = _DIGITS[language]
    words: list[str] = []
    at = 0
    while at < len(figures):
        if spelling == "doubles" and figures[at : at + 2] == figures[at] * 2:
            words.append(f"{_DOUBLE[language]} {digits[int(figures[at])]}")
            at += 2
        else:
            words.append(digits[int(figures[at])])
            at += 1
    return " ".join(words)


def _pair(figures: str) -> str:
    digits = _DIGITS["en"]
    if len(figures) == 1 or figures[0] == "0":
        return " ".join(digits[int(figure)] for figure in figures)
    if figures[0] == "1":
        return _TEENS[int(figures[1])]
    tens = _TENS[int(figures[0])]
    return tens if figures[1] == "0" else f"{tens} {digits[int(figures[1])]}"
