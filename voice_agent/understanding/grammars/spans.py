"""Reads a stretch of days: "next week", "this weekend", "in April", "from Monday to Wednesday", or a single day."""

from __future__ import annotations

import calendar
import datetime
from collections.abc import Sequence
from typing import Final, TypeAlias

import msgspec

from voice_agent.conversation.expectation import Tense
from voice_agent.understanding.grammars.atoms import Atom
from voice_agent.understanding.grammars.date_parts import Context, Mention, Parts, is_word, month_shift, skip
from voice_agent.understanding.grammars.dates import mentions_of
from voice_agent.understanding.grammars.days import resolve

Days: TypeAlias = tuple[datetime.date, datetime.date]
"""First and last, both included."""

_DAY: Final = datetime.timedelta(days=1)
_SATURDAY: Final = 5


def days_of(atoms: Sequence[Atom], context: Context, today: datetime.date | None, tense: Tense) -> Days | None:
    """None where there is no stretch of days, or several."""
    mentions = mentions_of(atoms, context)
    between = _between(atoms, mentions, context, today, tense)
    if between is not None:
        return between
    days = {resolve(mention.parts, today, tense) for mention in mentions}
    if len(days) == 1:
        day = days.pop()
        return None if day is None else (day, day)
    return None if mentions or today is None else _whole(atoms, context, today, tense)


def _between(
    atoms: Sequence[Atom], mentions: Sequence[Mention], context: Context, today: datetime.date | None, tense: Tense
) -> Days | None:
    """ "from Monday to Wednesday", "between the third and the fifth of March"."""
    words = context.words
    for at in range(1, len(atoms) - 1):
        if not is_word(atoms, at, words.until):
            continue
        second = next((m for m in mentions if m.first <= skip(atoms, at + 1, words.the) < m.end), None)
        first = next((m.parts for m in mentions if m.end == at), _day_before(atoms, at, second, context))
        if first is None or second is None:
            continue
        end = resolve(second.parts, today, tense)
        if end is not None and first.month is not None and first.year is None:
            first = msgspec.structs.replace(first, year=end.year)
        start = resolve(first, today, tense)
        if start is not None and end is not None and end < start and second.parts.weekday is not None:
            end += 7 * _DAY
        return (start, end) if start is not None and end is not None and start <= end else None
    return None


def _day_before(atoms: Sequence[Atom], at: int, second: Mention | None, context: Context) -> Parts | None:
    """The day of the month before `at`, in the month of `second`."""
    atom = atoms[at - 1]
    if second is None or second.parts.day is None or atom.value is None or not 1 <= atom.value <= 31:
        return None
    parts = second.parts
    return Parts(year=parts.year, month=parts.month, day=atom.value, month_shift=parts.month_shift)


def _whole(atoms: Sequence[Atom], context: Context, today: datetime.date, tense: Tense) -> Days | None:
    for at in range(len(atoms)):
        days = _week(atoms, at, context, today) or _month(atoms, at, context, today, tense)
        if days is not None:
            return days
    return None


def _week(atoms: Sequence[Atom], at: int, context: Context, today: datetime.date) -> Days | None:
    words = context.words
    monday = today - _DAY * today.weekday()
    for shift, which in ((1, words.next), (0, words.this), (-1, words.last)):
        first = is_word(atoms, at, which)
        if first and is_word(atoms, at + 1, words.week):
            return monday + 7 * shift * _DAY, monday + (7 * shift + 6) * _DAY
        if first and _is_weekend(atoms, at + 1, context):
            return _weekend(monday, shift)
        if is_word(atoms, at, words.week):
            after = at + 1 + is_word(atoms, at + 1, frozenset({"que"}))
            if context.language == "es" and is_word(atoms, after, which):
                return monday + 7 * shift * _DAY, monday + (7 * shift + 6) * _DAY
    return _weekend(monday, 0) if _is_weekend(atoms, at, context) else None


def _is_weekend(atoms: Sequence[Atom], at: int, context: Context) -> bool:
    texts = [atom.text for atom in atoms[at : at + 3]]
    return texts[:1] == ["weekend"] if context.language == "en" else texts == ["fin", "de", "semana"]


def _weekend(monday: datetime.date, shift: int) -> Days:
    saturday = monday + (7 * shift + _SATURDAY) * _DAY
    return saturday, saturday + _DAY


def _month(atoms: Sequence[Atom], at: int, context: Context, today: datetime.date, tense: Tense) -> Days | None:
    shift = month_shift(atoms, at, context)
    if shift is not None:
        index = today.year * 12 + today.month - 1 + shift[0]
        return _whole_month(index // 12, index % 12 + 1)
    month = context.words.months.get(atoms[at].text)
    if month is None or at == 0 or atoms[at - 1].text not in context.words.of | {"this", "next", "en"}:
        return None
    year = today.year
    if tense == "past":
        year -= month > today.month
    else:
        year += month < today.month
    return _whole_month(year, month)


def _whole_month(year: int, month: int) -> Days:
    last = calendar.monthrange(year, month)[1]
    return datetime.date(year, month, 1), datetime.date(year, month, last)
