"""What the parts of a scenario file are made of: their kinds of values, and what every part keeps to. Pure."""

from __future__ import annotations

import re
from typing import Annotated, Final, TypeAlias

import msgspec
from msgspec import Meta

Name: TypeAlias = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_]*$")]
Text: TypeAlias = Annotated[str, Meta(min_length=1)]
Keys: TypeAlias = Annotated[str, Meta(pattern=r"^[0-9*#A-D]+$")]
Milliseconds: TypeAlias = Annotated[int, Meta(ge=0, le=600_000)]
Count: TypeAlias = Annotated[int, Meta(ge=1, le=10_000)]
Share: TypeAlias = Annotated[float, Meta(ge=0.0, le=1.0)]
Decibels: TypeAlias = Annotated[float, Meta(ge=-30.0, le=12.0)]

MARK: Final = re.compile(r"\[([^\[\]]*)\]")
"""Something in a text to say that is not a word."""
PAUSE: Final = re.compile(r"(\d{1,5}) ?ms")
COUGH: Final = "cough"
ASIDE: Final = "aside"


class Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Unknown keys are errors: a misspelt expectation that is skipped would always hold."""


def check_pattern(pattern: str | None) -> None:
    """Raises ValueError for what is no regular expression."""
    if pattern is None:
        return
    try:
        re.compile(pattern, re.IGNORECASE)
    except re.error as problem:
        raise ValueError(f"{pattern!r} is not a regular expression: {problem}") from problem


def check_marks(text: str | None, place: str) -> None:
    """Raises ValueError for a mark that means nothing; `place` is where in the file it is."""
    for found in MARK.finditer("" if text is None else text):
        if found[1] != COUGH and PAUSE.fullmatch(found[1]) is None:
            raise ValueError(f"`{place}`: {found[0]} means nothing; marks are [600 ms], a pause, and [cough]")
