"""Finds weekdays and what they are counted by: "next Tuesday", "Tuesday week", "the first Monday of next month"."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import msgspec

from voice_agent.understanding.grammars.atoms import Atom
from voice_agent.understanding.grammars.date_parts import (
    Context,
    Mention,
    Parts,
    day_and_month,
    is_word,
    month_shift,
    skip,
)

_AFTER_NEXT: Final = (("after", "next"), ("after", "the", "next"))
_LAST_IN_MONTH: Final = -1
_VIENE: Final = frozenset({"que"})


def weekday(atoms: Sequence[Atom], at: int, context: Context) -> Mention | None:
    words = context.words
    begins = at
    at = skip(atoms, at, words.the)
    week: int | None = None
    nearest = is_word(atoms, at, words.this)
    for shift, which in ((1, words.next), (None, words.this), (-1, words.last)):
        if is_word(atoms, at, which):
            week, at = shift, at + 1
            break
    if at >= len(atoms) or atoms[at].value is not None or atoms[at].text not in words.weekdays:
        return None
    day = words.weekdays[atoms[at].text]
    at += 1
    if week is None:
        week, at = _week_after(atoms, at, context)
    parts = Parts(weekday=day, week=week, nearest=nearest and week is None)
    if context.language == "en" and is_word(atoms, at, words.week):
        return Mention(msgspec.structs.replace(parts, add_days=7), begins, at + 1)
    return _with_day(Mention(parts, begins, at), atoms, context)


def _with_day(mention: Mention, atoms: Sequence[Atom], context: Context) -> Mention:
    """ "Tuesday the tenth": a day of the month that no month follows."""
    at = skip(atoms, mention.end, context.words.the)
    day = atoms[at].value if at < len(atoms) else None
    named = at > mention.end and atoms[at - 1].text in context.words.the
    if day is None or not 1 <= day <= 31 or not (named or atoms[at].ordinal) or mention.parts.week not in (None, 0):
        return mention
    if day_and_month(atoms, at, context) is not None:
        return mention
    return Mention(Parts(weekday=mention.parts.weekday, day=day), mention.first, at + 1)


def _week_after(atoms: Sequence[Atom], at: int, context: Context) -> tuple[int | None, int]:
    """ "after next", "(of) next week", "que viene", "de la semana que viene", "pasado", after the weekday."""
    words = context.words
    for phrase in _AFTER_NEXT:
        if tuple(atom.text for atom in atoms[at : at + len(phrase)]) == phrase:
            return 2, at + len(phrase)
    here = skip(atoms, at, words.of | words.the)
    for shift, which in ((1, words.next), (0, words.this), (-1, words.last)):
        if is_word(atoms, here, which) and is_word(atoms, here + 1, words.week):
            return shift, here + 2
    if context.language == "es":
        if is_word(atoms, here, words.week):
            after = here + 1 + is_word(atoms, here + 1, _VIENE)
            if is_word(atoms, after, words.next):
                return 1, after + 1
        after = at + is_word(atoms, at, _VIENE)
        if is_word(atoms, after, words.next):
            return 1, after + 1
        if is_word(atoms, after, words.last):
            return -1, after + 1
    return None, at


def week_then_day(atoms: Sequence[Atom], at: int, context: Context) -> Mention | None:
    """ "next week (on) Tuesday"."""
    words = context.words
    for shift, which in ((1, words.next), (0, words.this)):
        if is_word(atoms, at, which) and is_word(atoms, at + 1, words.week):
            day_at = skip(atoms, at + 2, words.of)
            if day_at < len(atoms) and atoms[day_at].text in words.weekdays:
                return Mention(Parts(weekday=words.weekdays[atoms[day_at].text], week=shift), at, day_at + 1)
    return None


def nth_in_month(atoms: Sequence[Atom], at: int, context: Context) -> Mention | None:
    """ "the first Monday of next month", "the last Friday in April", "the last day of the month"."""
    words = context.words
    begins = at
    at = skip(atoms, at, words.the)
    if at + 1 >= len(atoms):
        return None
    last = is_word(atoms, at, words.last | words.end)
    nth = _LAST_IN_MONTH if last else atoms[at].value if atoms[at].ordinal else None
    if nth is None or nth > 5:
        return None
    day_word = atoms[at + 1].text
    if day_word in words.weekdays:
        parts, after = Parts(weekday=words.weekdays[day_word], nth=nth), at + 2
    elif last and (day_word == "day" or is_word(atoms, at, words.end)):
        parts, after = Parts(day=31, nth=_LAST_IN_MONTH), at + (2 if day_word == "day" else 1)
    else:
        return None
    month_at = skip(atoms, after, words.of | words.the)
    if month_at == after:
        return None
    if month_at < len(atoms) and atoms[month_at].text in words.months:
        month = words.months[atoms[month_at].text]
        return Mention(msgspec.structs.replace(parts, month=month), begins, month_at + 1)
    shift = month_shift(atoms, skip(atoms, after, words.of), context)
    return None if shift is None else Mention(msgspec.structs.replace(parts, month_shift=shift[0]), begins, shift[1])
