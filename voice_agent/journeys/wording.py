"""How values sound on the phone and look in text: numbers, dates, lists, in the languages of `date_words`."""

from __future__ import annotations

import datetime
import re
import string
from collections.abc import Sequence
from typing import Final, Literal, TypeAlias

from voice_agent.journeys.date_words import date_words
from voice_agent.journeys.expressions import moment

Channel: TypeAlias = Literal["phone", "text"]
Numbers: TypeAlias = Literal["grouped", "one_by_one"]

_LISTED_AT_MOST: Final = 4
_AGAIN: Final = {"en": "again", "es": "otra vez"}
_SPELLED: Final = re.compile(r"(?<!\S)(?:[^\W_] ){3,}[^\W_](?![^\s,.;:?!])")
"""Four letters or figures and more, each by itself."""


def spelled(text: str, channel: Channel, numbers: Numbers) -> str:
    """`55012479` as "5 5 0 1, 2 4 7 9" on the phone, plain in text. What is no letter or figure is a pause."""
    if channel == "text":
        return text
    runs = "".join(mark if mark.isalnum() else " " for mark in text).split()
    groups = [group for run in runs for group in (_grouped(run) if numbers == "grouped" else [run])]
    separator = ", " if numbers == "grouped" else " "
    return separator.join(" ".join(group.upper()) for group in groups)


def _grouped(run: str) -> list[str]:
    """Groups of three or four, as people write down telephone numbers: never one figure alone at the end.

    Letters that a number begins with are a group of their own.
    """
    if len(run) <= 4:
        return [run]
    figures = run.lstrip(string.ascii_letters)
    if figures.isdecimal() and len(figures) < len(run):
        return [*_grouped(run.removesuffix(figures)), *_grouped(figures)]
    size = 4 if len(run) in (7, 8, 12) else 3
    groups = [run[start : start + size] for start in range(0, len(run), size)]
    if size == 4 and len(groups[-1]) == 3:
        groups = [run[:3], run[3:]]
    if len(groups[-1]) == 1:
        groups[-2:] = [groups[-2] + groups[-1]]
    return groups


def twice(text: str, channel: Channel, numbers: Numbers, language: str = "en") -> str:
    """What somebody is to write down: spelled, and once more; in text it stands there anyhow."""
    said = spelled(text, channel, numbers)
    return said if channel == "text" else f"{said}; {_AGAIN.get(language, _AGAIN['en'])}: {said}"


def in_small_groups(said: str) -> str:
    """What is spelled in a text as it is said, in groups of two and three: "5 5 0 1, 2 4 7" is "5 5, 0 1, 2 4 7"."""
    return _SPELLED.sub(lambda run: _in_small_groups(run.group().split()), said)


def _in_small_groups(marks: list[str]) -> str:
    ends = [*range(2, len(marks) - 1, 2), len(marks)]
    return ", ".join(" ".join(marks[start:end]) for start, end in zip([0, *ends], ends, strict=False))


def spoken_date(text: str, channel: Channel, today: str | None, language: str = "en") -> str:
    """`2026-03-05` as "Thursday, the fifth of March" or "Thursday 5 March"; the year where it is not this year's."""
    day = moment(text)
    if day is None:
        return text
    words, now = date_words(language), moment(today)
    form = words.text if channel == "text" else words.phone
    date = form.format(
        weekday=words.weekdays[day.weekday()],
        day=day.day,
        ordinal=words.ordinals[day.day - 1],
        month=words.months[day.month - 1],
    )
    this_year = now is not None and now.year == day.year
    return date if this_year else date + words.year.format(year=day.year)


def when(text: str, channel: Channel, today: str | None, language: str = "en") -> str:
    """A date within a sentence: "today", "tomorrow", "yesterday", or "on Thursday, the fifth of March"."""
    day, now = moment(text), moment(today)
    if day is None:
        return text
    words = date_words(language)
    if now is not None:
        distance = (day.date() - now.date()) // datetime.timedelta(days=1)
        if distance in words.near:
            return words.near[distance]
    return words.dated.format(date=spoken_date(text, channel, today, language))


def listed(
    names: Sequence[str], last: Literal["and", "or"], language: str = "en", *, at_most: int = _LISTED_AT_MOST
) -> str:
    """`a, b or c`; of more than `at_most`, the first ones and that there are others."""
    words = date_words(language)
    if len(names) > at_most:
        return f"{', '.join(names[:at_most])} {words.last[last]} {words.another}"
    if len(names) <= 1:
        return "".join(names)
    return f"{', '.join(names[:-1])} {_before(words.last[last], names[-1])} {names[-1]}"


def _before(last: str, name: str) -> str:
    """Spanish "y" and "o" change before the same sound: "e hilo", "u otro"."""
    start = name.lower()
    if last == "y" and start.startswith(("i", "hi")) and not start.startswith(("hie", "hia")):
        return "e"
    return "u" if last == "o" and start.startswith(("o", "ho")) else last


def yes_or_no(value: bool, language: str = "en") -> str:
    return date_words(language).affirmation[value]
