"""How values sound on the phone and look in text: numbers, dates, lists. English, the only language of this version."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Final, Literal, TypeAlias

from voice_agent.journeys.expressions import moment

Channel: TypeAlias = Literal["phone", "text"]
Numbers: TypeAlias = Literal["grouped", "one_by_one"]

_WEEKDAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_ORDINALS: Final = (
    *("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh"),
    *("twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth", "seventeenth", "eighteenth", "nineteenth"),
    *("twentieth", "twenty-first", "twenty-second", "twenty-third", "twenty-fourth", "twenty-fifth"),
    *("twenty-sixth", "twenty-seventh", "twenty-eighth", "twenty-ninth", "thirtieth", "thirty-first"),
)
_LISTED_AT_MOST: Final = 4


def spelled(text: str, channel: Channel, numbers: Numbers) -> str:
    """`55012479` as "5 5 0 1, 2 4 7 9" on the phone, plain in text. What is no letter or figure is a pause."""
    if channel == "text":
        return text
    runs = "".join(mark if mark.isalnum() else " " for mark in text).split()
    groups = [group for run in runs for group in (_grouped(run) if numbers == "grouped" else [run])]
    separator = ", " if numbers == "grouped" else " "
    return separator.join(" ".join(group.upper()) for group in groups)


def _grouped(run: str) -> list[str]:
    """Groups of three or four, as people write down telephone numbers: never one figure alone at the end."""
    if len(run) <= 4:
        return [run]
    size = 4 if len(run) in (7, 8, 12) else 3
    groups = [run[start : start + size] for start in range(0, len(run), size)]
    if size == 4 and len(groups[-1]) == 3:
        groups = [run[:3], run[3:]]
    if len(groups[-1]) == 1:
        groups[-2:] = [groups[-2] + groups[-1]]
    return groups


def spoken_date(text: str, channel: Channel, today: str | None) -> str:
    """`2026-03-05` as "Thursday, the fifth of March" or "Thursday 5 March"; the year where it is not this year's."""
    day = moment(text)
    if day is None:
        return text
    now = moment(today)
    year = "" if now is not None and now.year == day.year else f" {day.year}"
    weekday, month = _WEEKDAYS[day.weekday()], _MONTHS[day.month - 1]
    if channel == "text":
        return f"{weekday} {day.day} {month}{year}"
    return f"{weekday}, the {_ORDINALS[day.day - 1]} of {month}{year}"


def when(text: str, channel: Channel, today: str | None) -> str:
    """A date within a sentence: "today", "tomorrow", "yesterday", or "on Thursday, the fifth of March"."""
    day, now = moment(text), moment(today)
    if day is None:
        return text
    near = {-1: "yesterday", 0: "today", 1: "tomorrow"}
    if now is not None:
        distance = (day.date() - now.date()) // datetime.timedelta(days=1)
        if distance in near:
            return near[distance]
    return f"on {spoken_date(text, channel, today)}"


def listed(names: Sequence[str], last: str) -> str:
    """`a, b or c`; of more than four, the first four and that there are others."""
    if len(names) > _LISTED_AT_MOST:
        return f"{', '.join(names[:_LISTED_AT_MOST])} {last} another one"
    if len(names) <= 1:
        return "".join(names)
    return f"{', '.join(names[:-1])} {last} {names[-1]}"
