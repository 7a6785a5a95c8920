"""Names, conditions and texts of a journey in words that somebody reads who doesn't write journeys."""

from __future__ import annotations

import re
from typing import Final

from voice_agent.journeys.templates import Template

_STRING: Final = re.compile(r"'([^']*)'|\"([^\"]*)\"")
_PATH: Final = r"[a-zA-Z_]\w*(?:\.[a-zA-Z_]\w*)*"
_RULES: Final[tuple[tuple[str, str], ...]] = (
    (rf"days\(\s*({_PATH})\s*,\s*today\s*\)\s*<=\s*(\d+)", r"\1 was at most \2 days ago"),
    (rf"days\(\s*({_PATH})\s*,\s*today\s*\)\s*>\s*(\d+)", r"\1 was more than \2 days ago"),
    (rf"days\(\s*today\s*,\s*({_PATH})\s*\)\s*>=\s*0", r"\1 is today or later"),
    (rf"days\(\s*today\s*,\s*({_PATH})\s*\)\s*>=\s*(\d+)", r"\1 is at least \2 days away"),
    (rf"days\(\s*today\s*,\s*({_PATH})\s*\)\s*<\s*0", r"\1 is past"),
    (rf"days\(\s*({_PATH})\s*,\s*({_PATH})\s*\)", r"the days from \1 to \2"),
    (rf"hours\(\s*({_PATH})\s*,\s*({_PATH})\s*\)", r"the hours from \1 to \2"),
    (rf"weekday\(\s*({_PATH})\s*\)", r"the weekday of \1"),
    (rf"size\(\s*({_PATH})\s*\)\s*==\s*0", r"there are no \1"),
    (rf"size\(\s*({_PATH})\s*\)\s*>\s*0", r"there are \1"),
    (rf"size\(\s*({_PATH})\s*\)", r"the number of \1"),
    (rf"!\s*has\(\s*({_PATH})\s*\)", r"there is no \1"),
    (rf"has\(\s*({_PATH})\s*\)", r"there is \1"),
    (r"!\s*\(", r"not ("),
    (rf"!\s*({_PATH})", r"not \1"),
    (r"\s*&&\s*", " and "),
    (r"\s*\|\|\s*", " or "),
    (r"\s*==\s*true\b", ""),
    (r"\s*==\s*", " is "),
    (r"\s*!=\s*", " is not "),
    (r"\s*<=\s*", " is at most "),
    (r"\s*>=\s*", " is at least "),
    (r"\s*<\s*", " is less than "),
    (r"\s*>\s*", " is more than "),
)
_LOOKED_UP: Final = re.compile(r"^(?:get|find|list|check)_")
_GAP: Final = re.compile(r"\{([^}:]+)(?::[a-z]+)?\}")


def named(name: str) -> str:
    """`get_order.delivery_date` as "order delivery date", `get_order` as "get order"."""
    parts = name.split(".")
    if len(parts) > 1:
        parts[0] = _LOOKED_UP.sub("", parts[0])
    return " ".join(part.replace("_", " ") for part in parts)


def condition(source: str) -> str:
    """A condition as a half sentence; what it can't say better stays as it is written."""
    texts: list[str] = []

    def keep(found: re.Match[str]) -> str:
        texts.append(found.group(1) if found.group(1) is not None else found.group(2))
        return f"\x00{len(texts) - 1}\x00"

    words = _STRING.sub(keep, source)
    for pattern, replacement in _RULES:
        words = re.sub(pattern, replacement, words)
    words = re.sub(_PATH, lambda path: named(path.group()), words)
    words = re.sub("\x00(\\d+)\x00", lambda at: f"\u201c{texts[int(at.group(1))].replace('_', ' ')}\u201d", words)
    return " ".join(words.split())


def sentence(template: Template, language: str) -> str:
    """A text with its gaps named in brackets: "Return your [order: item]?"."""
    return _GAP.sub(lambda gap: f"[{named(gap.group(1))}]", template.within(language).source).strip()
