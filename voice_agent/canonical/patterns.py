"""Patterns of identifiers such as `AB-####`: `#` is a figure, `@` a letter, `*` either; anything else is itself.

Values are upper case. Hyphens, slashes, dots and spaces of a pattern need not be said: they are put where it has them.
"""

from __future__ import annotations

import re
from typing import Final

FIGURE, LETTER, EITHER = "#", "@", "*"
MARKS: Final = frozenset("-/. ")
_CLASSES: Final = {FIGURE: "[0-9]", LETTER: "[A-Z]", EITHER: "[A-Z0-9]"}
_ALLOWED: Final = re.compile(r"[A-Z0-9#@*\-/. ]+\Z")


def is_pattern(text: str) -> bool:
    """Whether it can be one: upper-case letters, figures, `#@*` and marks, with something that varies."""
    return _ALLOWED.match(text) is not None and any(part in text for part in _CLASSES)


def has_form(value: str, pattern: str) -> bool:
    return re.fullmatch("".join(_CLASSES.get(part, re.escape(part)) for part in pattern), value) is not None


def allows(part: str, character: str) -> bool:
    """Whether `character`, upper case, may stand for one part of a pattern."""
    if part == FIGURE:
        return character in "0123456789"
    if part == LETTER:
        return "A" <= character <= "Z"
    return (part == EITHER and character.isalnum()) or part == character


def without_fixed_start(pattern: str) -> str:
    """The pattern without the letters and marks that all its values begin with ("AB-####" as "####")."""
    start = 0
    while start < len(pattern) and pattern[start] not in _CLASSES:
        start += 1
    return pattern[start:]


def figures_only(pattern: str) -> bool:
    """Whether everything that varies is a figure: it can be keyed."""
    return all(part == FIGURE or part in MARKS for part in without_fixed_start(pattern))


def fill_figures(pattern: str, figures: str) -> str | None:
    """The value whose varying part is `figures`; None where there are too few or too many."""
    if len(figures) != pattern.count(FIGURE):
        return None
    left = iter(figures)
    return "".join(next(left) if part == FIGURE else part for part in pattern)
