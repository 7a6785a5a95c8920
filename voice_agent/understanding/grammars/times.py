"""Reads a time of day: "half past four", "quarter to nine in the evening", "fourteen thirty", "las ocho y media".

Where neither the words nor the hour say which half of the day it is, hours of the working day are meant (7 to 11 before
noon, 12 to 6 after it), and `assumed` says that this was taken for granted.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import msgspec

from voice_agent.conversation.expectation import Setting
from voice_agent.understanding.grammars.atoms import Atom, atoms_of
from voice_agent.understanding.grammars.calendar_words import calendar_for
from voice_agent.understanding.grammars.clauses import last_said
from voice_agent.understanding.grammars.clocks import Clock, half_at
from voice_agent.understanding.grammars.date_parts import Context
from voice_agent.understanding.grammars.dates import mentions_of

_PAST: Final = {"en": frozenset({"past", "after"}), "es": frozenset({"y", "con"})}
_TO: Final = {"en": frozenset({"to", "before", "till", "of"}), "es": frozenset({"menos"})}
_FRACTIONS: Final = {"half": 30, "quarter": 15, "media": 30, "cuarto": 15}
_MINUTES: Final = frozenset({"minute", "minutes", "min", "mins", "minutos"})
_HOUR_MARKS: Final = frozenset({"oclock", "clock", "h", "hrs", "hours", "horas"})
_NAMED: Final = {"noon": 12, "midday": 12, "midnight": 0, "mediodia": 12, "medianoche": 0}
_BEFORE_ONE: Final = frozenset(
    "the this that which any every each no other another same earliest latest earlier later first second third last "
    "next good better best right wrong new old".split()
)
"""After these "one" is a pronoun: "the earliest one"."""
_AT: Final = frozenset({"at", "around", "about", "by", "las", "la"})


class TimeMention(msgspec.Struct, frozen=True):
    """`first` and `end` are positions of atoms. `marked`: it can be nothing but a time."""

    clock: Clock
    first: int
    end: int
    marked: bool = True


class TimeReading(msgspec.Struct, frozen=True):
    """`value` is HH:MM, `clock` what was said. `marked`: it can be nothing but a time."""

    value: str
    raw: str
    clock: Clock
    assumed: bool = False
    marked: bool = True


def read_time(text: str, setting: Setting) -> TimeReading | None:
    """None where there is no time, or several."""
    return last_said(text, lambda clause: _read(clause, setting.language), None, setting.language)


def clock_text(hour: int, minute: int) -> str:
    return f"{hour:02d}:{minute:02d}"


def _read(text: str, language: str) -> TimeReading | None:
    atoms = _without_dates(atoms_of(text, language), language)
    found = times_of(atoms, language)
    if not found:
        found = _lone_hour(atoms, language)
    if len({mention.clock.at() for mention in found}) != 1:
        return None
    clock = next((mention.clock for mention in found if not mention.clock.is_open()), found[0].clock)
    raw = text[atoms[found[0].first].start : atoms[found[-1].end - 1].end]
    return TimeReading(clock_text(*clock.at()), raw, clock, clock.is_open(), any(mention.marked for mention in found))


def _without_dates(atoms: Sequence[Atom], language: str) -> list[Atom]:
    """The figures of "March 3 26" are no time."""
    context = Context(calendar_for(language), language, month_first=True, short_years=False)
    dates = [
        mention
        for mention in mentions_of(atoms, context)
        if any(atom.value is None and not atom.is_mark for atom in atoms[mention.first : mention.end])
    ]
    return [atom for at, atom in enumerate(atoms) if not any(m.first <= at < m.end for m in dates)]


def times_of(atoms: Sequence[Atom], language: str) -> list[TimeMention]:
    """Every time that can be nothing else: with minutes, a half of the day, "o'clock" or "at"."""
    out: list[TimeMention] = []
    at = 0
    while at < len(atoms):
        mention = time_at(atoms, at, language)
        if mention is not None and mention.marked:
            out.append(mention)
            at = mention.end
        else:
            at += 1
    return out


def _lone_hour(atoms: Sequence[Atom], language: str) -> list[TimeMention]:
    """An hour, or figures, where a time was asked for and there is no other number."""
    numbers = [at for at, atom in enumerate(atoms) if atom.value is not None]
    if len(numbers) != 1 or _is_pronoun(atoms, numbers[0]):
        return []
    mention = time_at(atoms, numbers[0], language)
    return [] if mention is None else [mention]


def _is_pronoun(atoms: Sequence[Atom], at: int) -> bool:
    return at > 0 and atoms[at].text == "one" and atoms[at - 1].text in _BEFORE_ONE


def time_at(atoms: Sequence[Atom], at: int, language: str, *, hour_first: bool = False) -> TimeMention | None:
    """The time that begins at `at`, an hour alone included; with `hour_first` not "ten to four"."""
    begins = at
    introduced = atoms[at].text in _AT and at + 1 < len(atoms)
    at += introduced
    if atoms[at].text in _NAMED:
        return TimeMention(Clock(_NAMED[atoms[at].text], 0, whole_day=True), begins, at + 1)
    found = None if hour_first else _minutes_first(atoms, at, language)
    found = found if found is not None else _hour_first(atoms, at, language)
    if found is None:
        return None
    clock, end, marked = found
    half, after = half_at(atoms, end)
    if half is not None:
        if clock.whole_day and not 1 <= clock.hour <= 12:
            half = None
        clock = msgspec.structs.replace(clock, half=half, whole_day=clock.whole_day and half is None)
        return TimeMention(clock, begins, after)
    return TimeMention(clock, begins, end, marked or introduced)


_Found = tuple[Clock, int, bool]


def _minutes_first(atoms: Sequence[Atom], at: int, language: str) -> _Found | None:
    """ "half past four", "twenty (minutes) to nine", "half four"."""
    if language != "en":
        return None
    at += atoms[at].text == "a" and at + 1 < len(atoms) and atoms[at + 1].text in _FRACTIONS
    fraction = _FRACTIONS.get(atoms[at].text)
    minute = fraction if fraction is not None else _minute(atoms, at)
    if minute is None:
        return None
    here = at + 1
    here += here < len(atoms) and atoms[here].text in _MINUTES
    if here >= len(atoms):
        return None
    if atoms[at].text == "half" and atoms[here].value is not None:
        return _shifted(atoms, here, 30)
    if atoms[here].text in _PAST["en"]:
        return _shifted(atoms, here + 1, minute)
    return _shifted(atoms, here + 1, -minute) if atoms[here].text in _TO["en"] else None


def _minute(atoms: Sequence[Atom], at: int) -> int | None:
    value = atoms[at].value
    return value if value is not None and 0 < value < 60 and not atoms[at].ordinal else None


def _shifted(atoms: Sequence[Atom], at: int, minutes: int) -> _Found | None:
    """So many minutes after (or, negative, before) the hour at `at`."""
    if at >= len(atoms):
        return None
    named = _NAMED.get(atoms[at].text)
    hour = atoms[at].value if named is None else named
    if hour is None or hour > 23 or atoms[at].ordinal:
        return None
    whole_day = named is not None or hour > 12 or hour == 0
    if minutes < 0:
        hour = (hour - 1) % 24 if whole_day or hour > 1 else 12
        minutes += 60
    end = at + 1
    end += end < len(atoms) and atoms[end].text in _HOUR_MARKS
    return Clock(hour, minutes, whole_day=whole_day), end, True


def _hour_first(atoms: Sequence[Atom], at: int, language: str) -> _Found | None:
    value, figures = atoms[at].value, atoms[at].figures
    if value is None or atoms[at].ordinal:
        return None
    if value >= 100:
        return _glued(atoms, at, value, figures)
    if value > 23:
        return None
    whole_day = value > 12 or value == 0 or (figures is not None and figures.startswith("0"))
    if language == "es":
        later = _spanish_minutes(atoms, at, value, whole_day=whole_day)
        if later is not None:
            return later
    minute, end = _minutes_after(atoms, at + 1)
    if minute is not None:
        return Clock(value, minute, whole_day=whole_day), end, True
    mark = at + 1
    mark += mark + 1 < len(atoms) and atoms[mark].text == "o" and atoms[mark + 1].text == "clock"
    if mark < len(atoms) and atoms[mark].text in _HOUR_MARKS:
        return Clock(value, 0, whole_day=whole_day), mark + 1, True
    return Clock(value, 0, whole_day=whole_day), at + 1, False


def _glued(atoms: Sequence[Atom], at: int, value: int, figures: str | None) -> _Found | None:
    """ "1430", "930", "fourteen hundred"."""
    if value > 2359 or value % 100 > 59 or (figures is None and value % 100 != 0):
        return None
    whole_day = value >= 1300 or (figures is not None and figures.startswith("0")) or figures is None
    end = at + 1
    marked = end < len(atoms) and atoms[end].text in _HOUR_MARKS
    return Clock(value // 100, value % 100, whole_day=whole_day), end + marked, marked


def _minutes_after(atoms: Sequence[Atom], at: int) -> tuple[int | None, int]:
    """ ":30", ".30", "thirty", "oh five"."""
    mark = at < len(atoms) and atoms[at].text in (":", ".")
    here = at + mark
    if here >= len(atoms) or atoms[here].value is None or atoms[here].ordinal:
        return None, at
    value, figures = atoms[here].value, atoms[here].figures
    if value is None or value > 59 or (mark and (figures is None or len(figures) != 2)):
        return None, at
    if value == 0 and figures in (None, "0") and here + 1 < len(atoms):
        unit = atoms[here + 1].value
        return (unit, here + 2) if unit is not None and 0 < unit < 10 else (None, at)
    return (value, here + 1) if value >= 10 or (figures is not None and len(figures) == 2) else (None, at)


def _spanish_minutes(atoms: Sequence[Atom], at: int, hour: int, *, whole_day: bool) -> _Found | None:
    """ "ocho y media", "nueve menos cuarto", "tres y veinte"."""
    if at + 2 >= len(atoms):
        return None
    link, what = atoms[at + 1].text, atoms[at + 2]
    minute = _FRACTIONS.get(what.text, what.value)
    if minute is None or not 0 < minute < 60:
        return None
    if link in _PAST["es"]:
        return Clock(hour, minute, whole_day=whole_day), at + 3, True
    if link in _TO["es"]:
        earlier = (hour - 1) % 24 if whole_day or hour > 1 else 12
        return Clock(earlier, 60 - minute, whole_day=whole_day), at + 3, True
    return None
