"""Which day the parts of a date mean, counted from today."""

from __future__ import annotations

import calendar
import datetime

from voice_agent.conversation.expectation import Tense
from voice_agent.understanding.grammars.date_parts import Parts
from voice_agent.understanding.grammars.years import whole_year

_DAY = datetime.timedelta(days=1)
_MONTHS_TO_SEARCH = 12


def today_of(now: str) -> datetime.date | None:
    """The date of a civil time, ISO 8601; None where there is none."""
    try:
        return datetime.datetime.fromisoformat(now).date()
    except ValueError:
        return None


def resolve(parts: Parts, today: datetime.date | None, tense: Tense) -> datetime.date | None:
    """None where there is no such day, where it needs to know today and doesn't, or where the parts contradict."""
    try:
        day = _named(parts, today, tense)
    except (ValueError, OverflowError):
        return None
    if day is None:
        return None
    try:
        return _moved(day, parts)
    except (ValueError, OverflowError):
        return None


def _moved(day: datetime.date, parts: Parts) -> datetime.date:
    if parts.add_months is not None:
        day = _months_later(day, parts.add_months)
    return day + _DAY * parts.add_days if parts.add_days is not None else day


def _named(parts: Parts, today: datetime.date | None, tense: Tense) -> datetime.date | None:
    if parts.nth is not None:
        return _nth(parts, today, tense)
    if parts.day is not None:
        return _day(parts, today, tense)
    if today is None:
        return None
    if parts.weekday is not None:
        return _weekday(parts, parts.weekday, today, tense)
    return today


def _weekday(parts: Parts, weekday: int, today: datetime.date, tense: Tense) -> datetime.date:
    """ "This Tuesday" may be today; "Tuesday of this week" may be over."""
    week = parts.week
    if week is None:
        if tense == "past" and not parts.nearest:
            return today - _DAY * ((today.weekday() - weekday - 1) % 7 + 1)
        ahead = (weekday - today.weekday()) % 7
        return today + _DAY * (7 if ahead == 0 and not parts.nearest else ahead)
    if week < 0:
        return today - _DAY * ((today.weekday() - weekday - 1) % 7 + 1)
    monday = today - _DAY * today.weekday()
    return monday + _DAY * (7 * week + weekday)


def _day(parts: Parts, today: datetime.date | None, tense: Tense) -> datetime.date | None:
    """A day of the month, in the month and year said or the nearest that fits."""
    day = parts.day
    assert day is not None
    if parts.month is not None and parts.year is not None:
        year = parts.year
        if parts.short_year:
            if today is None:
                return None
            year = whole_year(year, today.year, tense)
        return _agreeing(datetime.date(year, parts.month, day), parts.weekday)
    if today is None:
        return None
    if parts.month_shift is not None:
        first = _months_later(today.replace(day=1), parts.month_shift)
        return _agreeing(first.replace(day=day), parts.weekday)
    step = -1 if tense == "past" else 1
    first = today.replace(day=1)
    for months in range(_MONTHS_TO_SEARCH + 1):
        month = _months_later(first, step * months)
        if parts.month not in (None, month.month) or day > _length(month):
            continue
        found = month.replace(day=day)
        if found <= today if tense == "past" else found >= today:
            if parts.month is not None:
                return _agreeing(found, parts.weekday)
            if parts.weekday in (None, found.weekday()):
                return found
    return None


def _agreeing(day: datetime.date, weekday: int | None) -> datetime.date | None:
    return day if weekday in (None, day.weekday()) else None


def _nth(parts: Parts, today: datetime.date | None, tense: Tense) -> datetime.date | None:
    """The first, second, ... or last weekday, or the last day, of a month."""
    if today is None:
        return None
    first = today.replace(day=1)
    if parts.month_shift is not None:
        first = _months_later(first, parts.month_shift)
    elif parts.month is not None:
        step = -1 if tense == "past" else 1
        first = next(m for m in (_months_later(first, step * at) for at in range(12)) if m.month == parts.month)
    days = [first + _DAY * at for at in range(_length(first))]
    fitting = [day for day in days if parts.weekday in (None, day.weekday())]
    nth = parts.nth
    assert nth is not None
    at = nth if nth < 0 else nth - 1
    return fitting[at] if at < len(fitting) else None


def _months_later(day: datetime.date, months: int) -> datetime.date:
    """The same day of another month, its last where it has none such."""
    index = day.year * 12 + day.month - 1 + months
    first = datetime.date(index // 12, index % 12 + 1, 1)
    return first.replace(day=min(day.day, _length(first)))


def _length(day: datetime.date) -> int:
    return calendar.monthrange(day.year, day.month)[1]
