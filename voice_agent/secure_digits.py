"""Digits that a caller keyed in confidence, on their way from the vault to the one tool that may have them.

Whatever shows, logs, compares or encodes one sees stars. `reveal` is the only way to what is inside, and `wipe` the end
of it. Python may keep copies of a text that was revealed until their memory is used again: hold none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Final, NoReturn

import msgspec

from voice_agent.errors import SecureValueGone

STARS: Final = "****"
_SHORT: Final = 8
"""A shorter number is hidden where it stands alone only: a code of three figures is part of many numbers."""


class SecureDigits:
    """Takes over `digits` (ASCII figures): they are zeroed by `wipe`. Equal only to itself."""

    __slots__ = ("_digits",)

    def __init__(self, digits: bytearray) -> None:
        self._digits = digits

    def __repr__(self) -> str:
        return f"SecureDigits({STARS})"

    def __str__(self) -> str:
        return STARS

    def __format__(self, spec: str) -> str:
        return STARS

    def __reduce__(self) -> NoReturn:
        raise TypeError("secure digits are not copied or stored")

    def __len__(self) -> int:
        return len(self._digits)

    def reveal(self) -> str:
        """The figures. Raises SecureValueGone once they are wiped."""
        if not self._digits or self._digits[0] == 0:
            raise SecureValueGone("the number is not kept any more", hint="it has to be keyed again")
        return self._digits.decode("ascii")

    def wipe(self) -> None:
        """Zeroes the figures; again is harmless."""
        self._digits[:] = bytes(len(self._digits))


def scrubbed(value: Any, digits: Iterable[str]) -> Any:
    """A JSON value in which none of `digits` is left, grouped or not, in keys, texts and numbers.

    Raises TypeError for what has no JSON form.
    """
    pattern = _pattern(digits)
    return value if pattern is None else _scrub(msgspec.to_builtins(value), pattern)


def scrubbed_text(text: str, digits: Iterable[str]) -> str:
    """As `scrubbed`, for one text."""
    pattern = _pattern(digits)
    return text if pattern is None else pattern.sub(STARS, text)


def _pattern(digits: Iterable[str]) -> re.Pattern[str] | None:
    """None where there is nothing to hide."""
    forms = [_form(number) for number in sorted(set(digits), key=len, reverse=True) if number != ""]
    return re.compile("|".join(forms)) if forms else None


def _form(number: str) -> str:
    grouped = r"[\s.,\-_/]*".join(number)
    return rf"(?<!\d){grouped}(?!\d)" if len(number) < _SHORT else grouped


def _scrub(value: Any, pattern: re.Pattern[str]) -> Any:
    match value:
        case str():
            return pattern.sub(STARS, value)
        case dict():
            return {_scrub(key, pattern): _scrub(part, pattern) for key, part in value.items()}
        case list() | tuple():
            return [_scrub(part, pattern) for part in value]
        case bool() | None:
            return value
        case _:
            return STARS if pattern.search(str(value)) is not None else value
