"""How many postcodes, names and dates of birth are read exactly within one, two and three attempts."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, TypeAlias

from benchmarks.evi_calls import ITEMS, ROUNDS, SETTING, Call
from benchmarks.statistics import share
from voice_agent.conversation.expectation import SlotView
from voice_agent.understanding.digits import read_digits
from voice_agent.understanding.grammars.dates import read_date
from voice_agent.understanding.values import read_best

VIEWS: Final = {
    "postcode": SlotView("postcode", "postcode"),
    "name": SlotView("name", "name"),
    "dob": SlotView("dob", "date", tense="past"),
}
Reader: TypeAlias = Callable[[str, tuple[str, ...]], str | None]
"""An item and the hypotheses of one attempt, to the value."""
_MONTH: Final = re.compile(r"[a-z]{3,}", re.IGNORECASE)


def by_grammar(item: str, hypotheses: tuple[str, ...]) -> str | None:
    """The product's own reading, without records."""
    reading = read_best(VIEWS[item], hypotheses[0], hypotheses[1:], SETTING)
    return None if reading is None or reading.value is None else str(reading.value)


def naively(item: str, hypotheses: tuple[str, ...]) -> str | None:
    """The first hypothesis as it is, without spaces; dates with a month's name and figures as ISO 8601."""
    if item != "dob":
        return hypotheses[0]
    match = re.fullmatch(r"(\d{1,2})(?:st|nd|rd|th)?(?: of)? (\w+) (\d{4})", hypotheses[0])
    months = "january february march april may june july august september october november december".split()
    if match is None or match.group(2).lower() not in months:
        return None
    return f"{match.group(3)}-{months.index(match.group(2).lower()) + 1:02d}-{int(match.group(1)):02d}"


def values(found: Sequence[Call], people: Sequence[Mapping[str, str]], read: Reader) -> dict[str, Any]:
    """Of each item and number of attempts: read right within them, and how many were read wrong at the last one."""
    out: dict[str, Any] = {}
    for item in ITEMS:
        right = [0] * ROUNDS
        wrong = nothing = 0
        for call in found:
            truth = _plain(people[call.record][item])
            readings = [read(item, attempt) if attempt else None for attempt in call.heard[item]]
            hits = [reading is not None and _plain(reading) == truth for reading in readings]
            for at in range(ROUNDS):
                right[at] += any(hits[: at + 1])
            wrong += readings[0] is not None and not hits[0]
            nothing += readings[0] is None
        out[item] = {
            "within_attempts": [share(count, len(found)) for count in right],
            "first_wrong": share(wrong, len(found)),
            "first_not_read": share(nothing, len(found)),
        }
    return out


def _plain(value: str) -> str:
    return "".join(mark for mark in value.lower() if mark.isalnum())


def digit_strings(found: Sequence[Call], people: Sequence[Mapping[str, str]]) -> dict[str, Any]:
    """Dates said in figures alone, of which the recogniser wrote eight figures in some way: are those read?

    `as_written` holds the reading against the eight figures themselves, `as_true` against the caller's date.
    """
    tried = written = true = naive = 0
    for call in found:
        for attempt in call.heard["dob"]:
            text = attempt[0] if attempt else ""
            figures = "".join(mark for mark in text if mark.isdecimal())
            if _MONTH.search(text) is not None or len(figures) != 8:
                continue
            tried += 1
            digits = read_digits(text, 8)
            written += digits is not None and digits.value == figures
            date = read_date(text, SETTING, "past")
            true += date is not None and date.value == people[call.record]["dob"]
            naive += text.replace(" ", "") == figures
    return {
        "as_written": share(written, tried),
        "naive": share(naive, tried),
        "as_true": share(true, tried),
    }
