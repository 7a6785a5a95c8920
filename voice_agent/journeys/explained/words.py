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
    (rf"days\(\s*today\s*,\s*({_PATH})\s*\)\s*>=\s*1\b", r"\1 is tomorrow or later"),
    (rf"days\(\s*today\s*,\s*({_PATH})\s*\)\s*>=\s*(\d+)", r"\1 is at least \2 days away"),
    (rf"days\(\s*today\s*,\s*({_PATH})\s*\)\s*<\s*0", r"\1 is past"),
    (rf"days\(\s*({_PATH})\s*,\s*({_PATH})\s*\)\s*>=\s*0", r"\1 is not after \2"),
    (rf"days\(\s*({_PATH})\s*,\s*({_PATH})\s*\)\s*>=\s*(\d+)", r"\2 is at least \3 days after \1"),
    (rf"days\(\s*({_PATH})\s*,\s*({_PATH})\s*\)\s*<=\s*(\d+)", r"\2 is at most \3 days after \1"),
    (rf"days\(\s*({_PATH})\s*,\s*({_PATH})\s*\)", r"the days from \1 to \2"),
    (rf"hours\(\s*({_PATH})\s*,\s*({_PATH})\s*\)", r"the hours from \1 to \2"),
    (rf"weekday\(\s*({_PATH})\s*\)", r"the weekday of \1"),
    (r"size\(\s*customer\.(\w+)\s*\)\s*==\s*0", r"the customer has no \1"),
    (r"size\(\s*customer\.(\w+)\s*\)\s*>\s*0", r"the customer has \1"),
    (rf"size\(\s*({_PATH})\s*\)\s*==\s*0", r"there are no \1"),
    (rf"size\(\s*({_PATH})\s*\)\s*>\s*0", r"there are \1"),
    (rf"size\(\s*({_PATH})\s*\)", r"the number of \1"),
    (rf"!\s*has\(\s*({_PATH})\s*\)", r"there is no \1"),
    (rf"has\(\s*({_PATH})\s*\)", r"there is a \1"),
    (r"!\s*\(", r"not ("),
    (rf"!\s*({_PATH})", r"not \1"),
    (r"\s*&&\s*", " and "),
    (r"\s*\|\|\s*", " or "),
    (r"\s*==\s*true\b", ""),
    (r"\s*==\s*", " is "),
    (r"\s*!=\s*", " is not "),
    (r"\bfrustration\s*>=\s*high\b", "the customer is very annoyed"),
    (r"\bfrustration\s*>=\s*medium\b", "the customer is annoyed"),
    (r"\bfrustration\s*>=\s*low\b", "the customer is a little annoyed"),
    (r"\s*<=\s*", " is at most "),
    (r"\s*>=\s*", " is at least "),
    (r"\s*<\s*", " is less than "),
    (r"\s*>\s*", " is more than "),
)
_LOOKED_UP: Final = re.compile(r"^(?:get|find|list|check|look_up)_")
_DONE: Final = re.compile(
    r"^(?:get|find|list|check|look_up|measure|create|make|add|book|order|send|note|set|update|change|move|delay|accept|"
    r"cancel|delete|restart|pay)_"
)
"""What tools do, by the first word of their names; of their results that word says nothing."""
_NEGATED: Final = re.compile(r"!\s*([a-zA-Z_]\w*)\.([a-zA-Z_]\w*)\b(?![.(])")
_GAP: Final = re.compile(r"\{([^}:]+)(?::[a-z]+)?\}")


def named(name: str) -> str:
    """`get_order.delivery_date` as "order delivery date", `get_visits.visits` as "visits", `get_order` as "get order",
    `customer.orders` as "the customer's orders"."""
    first, *rest = name.split(".")
    if not rest:
        return _spaced(first)
    if first == "customer":
        return f"the customer's {_spaced(' '.join(rest))}"
    about, last = _spaced(_DONE.sub("", first)), _spaced(" ".join(rest))
    return last if last.startswith(about) or about.endswith(last) else f"{about} {last}"


def _negated(first: str, last: str) -> str:
    """`!get_bill.paid` as "bill not paid", `!check_outage.outage` as "no outage"."""
    whole = named(f"{first}.{last}")
    if first == "customer":
        return f"not {whole}"
    return f"no {whole}" if whole == _spaced(last) else f"{whole.removesuffix(_spaced(last))}not {_spaced(last)}"


def looked_up(tool: str) -> str:
    """What a tool that reads is for: `get_order` as "order"."""
    return _spaced(_LOOKED_UP.sub("", tool))


def _spaced(name: str) -> str:
    return name.replace("_", " ")


def condition(source: str) -> str:
    """A condition as a half sentence; what it can't say better stays as it is written."""
    texts: list[str] = []

    def keep(found: re.Match[str]) -> str:
        texts.append(found.group(1) if found.group(1) is not None else found.group(2))
        return f"\x00{len(texts) - 1}\x00"

    words = _NEGATED.sub(lambda path: _negated(path[1], path[2]), _STRING.sub(keep, source))
    for pattern, replacement in _RULES:
        words = re.sub(pattern, replacement, words)
    words = re.sub(_PATH, lambda path: named(path.group()), words)
    words = re.sub("\x00(\\d+)\x00", lambda at: f"\u201c{texts[int(at.group(1))].replace('_', ' ')}\u201d", words)
    return " ".join(words.split())


def sentence(template: Template, language: str) -> str:
    """A text with its gaps named in brackets: "Return your [order: item]?"."""
    return _GAP.sub(lambda gap: f"[{named(gap.group(1))}]", template.within(language).source).strip()
