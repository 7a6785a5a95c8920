"""Finds what a sentence says of a date, without deciding yet which day that is: that needs to know what today is."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from voice_agent.understanding.grammars.atoms import Atom
from voice_agent.understanding.grammars.calendar_words import CalendarWords
from voice_agent.understanding.grammars.years import year_at


class Parts(msgspec.Struct, frozen=True):
    """`week` and `month_shift` count from this week and month; `nearest` is "this Tuesday", which may be today;
    `nth` is the first, second ... or last (-1) `weekday`.

    `add_days` and `add_months` are counted from the day that the other parts name, today where they name none.
    `ambiguous`: day and month could be exchanged.
    """

    year: int | None = None
    month: int | None = None
    day: int | None = None
    weekday: int | None = None
    week: int | None = None
    nearest: bool = False
    month_shift: int | None = None
    nth: int | None = None
    add_days: int | None = None
    add_months: int | None = None
    short_year: bool = False
    ambiguous: bool = False


class Context(msgspec.Struct, frozen=True):
    """`month_first`: the order of figures alone. `short_years`: two figures may be a year."""

    words: CalendarWords
    language: str
    month_first: bool
    short_years: bool


class Mention(msgspec.Struct, frozen=True):
    """`first` and `end` are positions of atoms."""

    parts: Parts
    first: int
    end: int


def is_word(atoms: Sequence[Atom], at: int, words: frozenset[str]) -> bool:
    return at < len(atoms) and atoms[at].value is None and atoms[at].text in words


def skip(atoms: Sequence[Atom], at: int, words: frozenset[str]) -> int:
    """The position after any of `words` and commas."""
    while at < len(atoms) and atoms[at].value is None and (atoms[at].text in words or atoms[at].text == ","):
        at += 1
    return at


def near_day(atoms: Sequence[Atom], at: int, context: Context) -> Mention | None:
    """ "today", "the day after tomorrow"."""
    if context.language == "es" and at > 0 and atoms[at - 1].text in ("la", "las"):
        return None  # "de la mañana" is the morning
    for phrase, days in context.words.days.items():
        if tuple(atom.text for atom in atoms[at : at + len(phrase)]) == phrase:
            return Mention(Parts(add_days=days), at, at + len(phrase))
    return None


def counted(atoms: Sequence[Atom], at: int, context: Context) -> Mention | None:
    """ "in three days", "two weeks ago", "hace tres dias", "dentro de una semana"; "a week from" is in `dates`."""
    words = context.words
    begins = at
    backwards = is_word(atoms, at, words.ago)
    inside = is_word(atoms, at, words.within)
    if backwards or inside:
        at = skip(atoms, at + 1, words.of)
    found = amount_of_time(atoms, at, context)
    if found is None:
        return None
    parts, end = found
    if not backwards and is_word(atoms, end, words.ago):
        backwards, end = True, end + 1
    elif not (backwards or inside):
        if [atom.text for atom in atoms[end : end + 2]] not in (["from", "now"], ["from", "today"]):
            return None
        end += 2
    return Mention(negative(parts) if backwards else parts, begins, end)


def amount_of_time(atoms: Sequence[Atom], at: int, context: Context) -> tuple[Parts, int] | None:
    """ "three days", "a fortnight", and where it ends."""
    if at + 1 >= len(atoms):
        return None
    one = atoms[at].text in ("a", "an", "one")
    count = atoms[at].value if atoms[at].value is not None else (1 if one else None)
    unit = context.words.units.get(atoms[at + 1].text)
    if count is None or unit is None or count > 1000 or atoms[at].ordinal:
        return None
    if unit[0] == "days":
        return Parts(add_days=count * unit[1]), at + 2
    return Parts(add_months=count * unit[1]), at + 2


def negative(parts: Parts) -> Parts:
    return Parts(
        add_days=None if parts.add_days is None else -parts.add_days,
        add_months=None if parts.add_months is None else -parts.add_months,
    )


def day_and_month(atoms: Sequence[Atom], at: int, context: Context) -> Mention | None:
    """ "the third of March (2027)", "3 de marzo", "the third of next month"."""
    words = context.words
    begins = at
    at = skip(atoms, at, words.the)
    if not _is_day(atoms, at):
        return None
    day = atoms[at].value
    month_at = skip(atoms, at + 1, words.of | words.the)
    if month_at < len(atoms) and atoms[month_at].text in words.months:
        parts = Parts(day=day, month=words.months[atoms[month_at].text])
        return _with_year(parts, atoms, begins, month_at + 1, context)
    shift = month_shift(atoms, skip(atoms, at + 1, words.of), context)
    if shift is not None and shift[1] > at + 1:
        return Mention(Parts(day=day, month_shift=shift[0]), begins, shift[1])
    return None


def month_and_day(atoms: Sequence[Atom], at: int, context: Context) -> Mention | None:
    """ "March (the) third (2027)"."""
    words = context.words
    if at >= len(atoms) or atoms[at].text not in words.months or context.language == "es":
        return None
    day_at = skip(atoms, at + 1, words.the)
    if not _is_day(atoms, day_at):
        return None
    parts = Parts(day=atoms[day_at].value, month=words.months[atoms[at].text])
    return _with_year(parts, atoms, at, day_at + 1, context)


def month_shift(atoms: Sequence[Atom], at: int, context: Context) -> tuple[int, int] | None:
    """How many months from now "(the) next month" is, and where it ends; also "el mes que viene"."""
    words = context.words
    at = skip(atoms, at, words.the)
    if is_word(atoms, at, words.month):
        after = at + 1 + is_word(atoms, at + 1, frozenset({"que"}))
        if is_word(atoms, after, words.next):
            return 1, after + 1
        return (-1, after + 1) if is_word(atoms, after, words.last) else (0, at + 1)
    for shift, which in ((1, words.next), (0, words.this), (-1, words.last)):
        if is_word(atoms, at, which) and is_word(atoms, at + 1, words.month):
            return shift, at + 2
    return None


def _is_day(atoms: Sequence[Atom], at: int) -> bool:
    value = atoms[at].value if at < len(atoms) else None
    return value is not None and 1 <= value <= 31


def _with_year(parts: Parts, atoms: Sequence[Atom], begins: int, end: int, context: Context) -> Mention:
    year_from = skip(atoms, end, context.words.of)
    quoted = is_word(atoms, year_from, frozenset({"'"}))
    year_from += quoted
    short = quoted or context.short_years
    found = year_at(atoms, year_from, short=short, language=context.language)
    if found is None:
        return Mention(parts, begins, end)
    year, after = found
    return Mention(msgspec.structs.replace(parts, year=year, short_year=year < 100), begins, after)
