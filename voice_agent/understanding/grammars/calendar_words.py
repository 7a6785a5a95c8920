"""The words of dates and times of day in English and Spanish, without accents."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import msgspec


class CalendarWords(msgspec.Struct, frozen=True):
    """Months are 1-12, weekdays 0-6 from Monday, `days` whole days from today; `units` map to days or months."""

    months: Mapping[str, int]
    weekdays: Mapping[str, int]
    days: Mapping[tuple[str, ...], int]
    parts_of_day: Mapping[str, tuple[str, str]]
    units: Mapping[str, tuple[str, int]]
    next: frozenset[str]
    last: frozenset[str]
    this: frozenset[str]
    of: frozenset[str]
    the: frozenset[str]
    week: frozenset[str]
    month: frozenset[str]
    weekend: frozenset[str]
    after: frozenset[str]
    before: frozenset[str]
    ago: frozenset[str]
    within: frozenset[str]
    between: frozenset[str]
    until: frozenset[str]
    end: frozenset[str]
    start: frozenset[str]


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _months(full: str, short: str) -> dict[str, int]:
    out = {word: at for at, word in enumerate(full.split(), 1)}
    return out | {word: at for at, word in enumerate(short.split(), 1)}


def _weekdays(*spellings: str) -> dict[str, int]:
    return {word: at for spelling in spellings for at, word in enumerate(spelling.split())}


ENGLISH: Final = CalendarWords(
    months={
        **_months(
            "january february march april may june july august september october november december",
            "jan feb mar apr may jun jul aug sep oct nov dec",
        ),
        "sept": 9,
    },
    weekdays={
        **_weekdays(
            "monday tuesday wednesday thursday friday saturday sunday",
            "mondays tuesdays wednesdays thursdays fridays saturdays sundays",
            "mon tues wed thurs fri sat sun",
        ),
        "tue": 1,
        "thu": 3,
        "thur": 3,
        "wensday": 2,
    },
    days={
        ("the", "day", "after", "tomorrow"): 2,
        ("day", "after", "tomorrow"): 2,
        ("the", "day", "before", "yesterday"): -2,
        ("day", "before", "yesterday"): -2,
        ("today",): 0,
        ("tonight",): 0,
        ("tomorrow",): 1,
        ("yesterday",): -1,
    },
    parts_of_day={
        "morning": ("08:00", "12:00"),
        "mornings": ("08:00", "12:00"),
        "lunchtime": ("12:00", "14:00"),
        "afternoon": ("12:00", "18:00"),
        "afternoons": ("12:00", "18:00"),
        "evening": ("18:00", "22:00"),
        "evenings": ("18:00", "22:00"),
        "tonight": ("18:00", "22:00"),
        "night": ("22:00", "06:00"),
    },
    units={
        **dict.fromkeys(("day", "days"), ("days", 1)),
        **dict.fromkeys(("week", "weeks"), ("days", 7)),
        **dict.fromkeys(("fortnight", "fortnights"), ("days", 14)),
        **dict.fromkeys(("month", "months"), ("months", 1)),
        **dict.fromkeys(("year", "years"), ("months", 12)),
    },
    next=_words("next following coming"),
    last=_words("last past previous"),
    this=_words("this current"),
    of=_words("of in on"),
    the=_words("the"),
    week=_words("week"),
    month=_words("month"),
    weekend=_words("weekend"),
    after=_words("after from since"),
    before=_words("before by till until"),
    ago=_words("ago"),
    within=_words("in within"),
    between=_words("between from"),
    until=_words("and to until till through"),
    end=_words("end"),
    start=_words("start beginning"),
)

SPANISH: Final = CalendarWords(
    months={
        **_months(
            "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
            "ene feb mar abr may jun jul ago sep oct nov dic",
        ),
        "setiembre": 9,
    },
    weekdays=_weekdays("lunes martes miercoles jueves viernes sabado domingo"),
    days={("pasado", "manana"): 2, ("hoy",): 0, ("manana",): 1, ("ayer",): -1, ("anteayer",): -2},
    parts_of_day={
        "manana": ("08:00", "12:00"),
        "mananas": ("08:00", "12:00"),
        "mediodia": ("12:00", "14:00"),
        "tarde": ("12:00", "20:00"),
        "tardes": ("12:00", "20:00"),
        "noche": ("20:00", "23:00"),
    },
    units={
        **dict.fromkeys(("dia", "dias"), ("days", 1)),
        **dict.fromkeys(("semana", "semanas"), ("days", 7)),
        **dict.fromkeys(("mes", "meses"), ("months", 1)),
        **dict.fromkeys(("ano", "anos"), ("months", 12)),
    },
    next=_words("proximo proxima siguiente viene"),
    last=_words("pasado pasada"),
    this=_words("este esta"),
    of=_words("de del en"),
    the=_words("el la los las dia"),
    week=_words("semana"),
    month=_words("mes"),
    weekend=frozenset(),
    after=_words("despues desde partir"),
    before=_words("antes"),
    ago=_words("hace"),
    within=_words("en dentro"),
    between=_words("entre desde de"),
    until=_words("y a hasta"),
    end=_words("fin finales final"),
    start=_words("principio principios"),
)

CALENDARS: Final[dict[str, CalendarWords]] = {"en": ENGLISH, "es": SPANISH}


def calendar_for(language: str) -> CalendarWords:
    """The tables of a language; English where there are none."""
    return CALENDARS.get(language, ENGLISH)
