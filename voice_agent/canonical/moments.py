"""Dates, times of day and periods in the form they are kept in: ISO 8601.

"2026-03-05"; "14:30"; "2026-03-09/2026-03-15", "14:00/16:00", "2026-03-05T08:00/2026-03-05T12:00", "15:00/..".
"""

from __future__ import annotations

import datetime
import re
from typing import Final

OPEN: Final = ".."
"""An end of a period that is not said (ISO 8601-2)."""
_TIME: Final = re.compile(r"(?:[01]\d|2[0-3]):[0-5]\d")


def is_date(text: str) -> bool:
    """Whether it is a day that there is, YYYY-MM-DD."""
    try:
        return len(text) == 10 and datetime.date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def is_time(text: str) -> bool:
    """HH:MM, 00:00 to 23:59."""
    return _TIME.fullmatch(text) is not None


def is_moment(text: str) -> bool:
    """YYYY-MM-DDTHH:MM."""
    day, mark, time = text.partition("T")
    return mark == "T" and is_date(day) and is_time(time)


def ends_of(period: str) -> tuple[str, str] | None:
    """Start and end of a period; None where it is none: both of one form, one at most open, dates in order."""
    start, slash, end = period.partition("/")
    if slash == "":
        return None
    for fits, ordered in ((is_date, True), (is_moment, True), (is_time, False)):
        if all(part == OPEN or fits(part) for part in (start, end)):
            closed = OPEN not in (start, end)
            if start == end == OPEN or (closed and ordered and start > end):
                return None
            return start, end
    return None
