"""The words of dates, lists and yes or no, by language. Pure data; `wording` puts them together."""

from __future__ import annotations

from typing import Final

import msgspec


class DateWords(msgspec.Struct, frozen=True):
    """Monday and January first. `phone` and `text` are a date: `{weekday}`, `{day}`, `{ordinal}`, `{month}`.

    `dated` puts it into a sentence, `year` follows a date that is not of this year. `near` are days from today.
    """

    weekdays: tuple[str, ...]
    months: tuple[str, ...]
    ordinals: tuple[str, ...]
    phone: str
    text: str
    year: str
    dated: str
    near: dict[int, str]
    affirmation: tuple[str, str]
    last: dict[str, str]
    another: str


_ENGLISH: Final = DateWords(
    weekdays=("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    months=(
        *("January", "February", "March", "April", "May", "June"),
        *("July", "August", "September", "October", "November", "December"),
    ),
    ordinals=(
        *("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh"),
        *("twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth", "seventeenth", "eighteenth"),
        *("nineteenth", "twentieth", "twenty-first", "twenty-second", "twenty-third", "twenty-fourth"),
        *("twenty-fifth", "twenty-sixth", "twenty-seventh", "twenty-eighth", "twenty-ninth", "thirtieth"),
        "thirty-first",
    ),
    phone="{weekday}, the {ordinal} of {month}",
    text="{weekday} {day} {month}",
    year=" {year}",
    dated="on {date}",
    near={-1: "yesterday", 0: "today", 1: "tomorrow"},
    affirmation=("no", "yes"),
    last={"and": "and", "or": "or"},
    another="another one",
)

_SPANISH: Final = DateWords(
    weekdays=("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo"),
    months=(
        *("enero", "febrero", "marzo", "abril", "mayo", "junio"),
        *("julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre"),
    ),
    ordinals=("primero", *(str(day) for day in range(2, 32))),
    phone="{weekday} {ordinal} de {month}",
    text="{weekday} {day} de {month}",
    year=" de {year}",
    dated="el {date}",
    near={-1: "ayer", 0: "hoy", 1: "mañana"},
    affirmation=("no", "sí"),
    last={"and": "y", "or": "o"},
    another="otro",
)

_BY_LANGUAGE: Final = {"en": _ENGLISH, "es": _SPANISH}


def date_words(language: str) -> DateWords:
    """English where the language is not known."""
    return _BY_LANGUAGE.get(language, _ENGLISH)
