"""Text as a voice should read it: codes and long numbers one character at a time.

A voice reads "07946" as seven thousand nine hundred and "007" as seven; a caller needs every digit. Amounts, years,
times and ordinals are left alone, and so is what the writer has spaced out already.

    spoken("your reference is AB12 3CD")    # "your reference is A B 1 2, 3 C D"
"""

from __future__ import annotations

import re
from typing import Final

_TOKEN: Final = re.compile(r"(?<![\w.,:/£$€%+-])\+?[A-Z0-9]+(?:[ -](?=[A-Z0-9]*\d)[A-Z0-9]+)*(?![\w%/]|[.,:-]\d)")
_GROUP: Final = re.compile(r"[A-Z0-9]+")
_DATE: Final = re.compile(r"\d{4}-\d\d-\d\d")
_LONG_NUMBER: Final = 5
_REPLACED: Final = {"<": " ", ">": " ", "*": " ", "_": " ", "#": " ", "`": " "}


def spoken(text: str) -> str:
    """`text` with codes spelled out and markup characters, which nobody wants to hear, dropped."""
    plain = "".join(_REPLACED.get(character, character) for character in text)
    return " ".join(_TOKEN.sub(_spell, plain).split())


def _spell(match: re.Match[str]) -> str:
    token = match.group()
    groups: list[str] = _GROUP.findall(token)
    if _DATE.fullmatch(token) or not (any(_is_code(group) for group in groups) or token.startswith("+")):
        return token
    spelled = ", ".join(" ".join(group) for group in groups if group != "")
    return f"plus {spelled}" if token.startswith("+") else spelled


def _is_code(group: str) -> bool:
    if group.isdigit():
        return len(group) >= _LONG_NUMBER or (len(group) > 1 and group[0] == "0")
    return any(character.isdigit() for character in group)
