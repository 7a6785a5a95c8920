"""How dates, times of day and periods are said on the phone and written in text, in English and Spanish.

What is said here is read back by the grammars as the same value; a property test holds the two together.
"""

from __future__ import annotations

from typing import Final

from voice_agent.canonical.moments import OPEN, ends_of, is_date, is_moment, is_time
from voice_agent.journeys.wording import Channel, spoken_date

_SMALL: Final = {
    "en": (
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
        "seventeen eighteen nineteen"
    ).split(),
    "es": (
        "cero uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciséis "
        "diecisiete dieciocho diecinueve veinte veintiuno veintidós veintitrés veinticuatro veinticinco veintiséis "
        "veintisiete veintiocho veintinueve"
    ).split(),
}
_TENS: Final = {
    "en": dict(zip(range(20, 60, 10), "twenty thirty forty fifty".split(), strict=True)),
    "es": dict(zip(range(30, 60, 10), "treinta cuarenta cincuenta".split(), strict=True)),
}
_PARTS: Final = {
    "en": {("08:00", "12:00"): "morning", ("12:00", "18:00"): "afternoon", ("18:00", "22:00"): "evening"},
    "es": {("08:00", "12:00"): "mañana", ("12:00", "20:00"): "tarde", ("20:00", "23:00"): "noche"},
}


def said_time(time: str, channel: Channel, language: str = "en") -> str:
    """ "four thirty in the afternoon"; "las cuatro treinta de la tarde"; in text "4:30 PM" and "16:30"."""
    if not is_time(time):
        return time
    hour, minute = int(time[:2]), int(time[3:])
    if channel == "text":
        half = "AM" if hour < 12 else "PM"
        return time if language == "es" else f"{(hour - 1) % 12 + 1}:{minute:02d} {half}"
    return _spanish_time(hour, minute) if language == "es" else _english_time(hour, minute)


def _english_time(hour: int, minute: int) -> str:
    if minute == 0 and hour in (0, 12):
        return "noon" if hour == 12 else "midnight"
    hours = number_below_sixty((hour - 1) % 12 + 1, "en")
    minutes = "" if minute == 0 else f" {'oh ' if minute < 10 else ''}{number_below_sixty(minute, 'en')}"
    part = "morning" if hour < 12 else "afternoon" if hour < 18 else "evening"
    return f"{hours}{minutes} in the {part}"


def _spanish_time(hour: int, minute: int) -> str:
    if minute == 0 and hour in (0, 12):
        return "mediodía" if hour == 12 else "medianoche"
    twelve = (hour - 1) % 12 + 1
    hours = "la una" if twelve == 1 else f"las {number_below_sixty(twelve, 'es')}"
    minutes = "" if minute == 0 else f" y {number_below_sixty(minute, 'es')}"
    part = "noche" if hour == 0 or hour >= 20 else "mañana" if hour < 12 else "tarde"
    return f"{hours}{minutes} de la {part}"


def number_below_sixty(number: int, language: str) -> str:
    small, tens = _SMALL[language], _TENS[language]
    if number < len(small):
        return small[number]
    ten, unit = number - number % 10, number % 10
    link = " y " if language == "es" else " "
    return tens[ten] if unit == 0 else f"{tens[ten]}{link}{small[unit]}"


def said_period(period: str, channel: Channel, today: str | None, language: str = "en") -> str:
    """ "between two in the afternoon and four in the afternoon", "Thursday, the fifth of March, in the morning"."""
    ends = ends_of(period)
    if ends is None:
        return period
    start, end = ends
    if is_date(start) and is_date(end):
        return _said_days(start, end, channel, today, language)
    if is_moment(start) and is_moment(end):
        day = spoken_date(start[:10], channel, today, language)
        return f"{day}, {_said_hours(*_within_day(start, end), channel, language)}"
    return _said_hours(start, end, channel, language)


def _within_day(start: str, end: str) -> tuple[str, str]:
    """The times of a period of one day, open where they are the day's own ends."""
    begins, ends = start[11:], end[11:]
    ends = OPEN if ends == "00:00" and end[:10] != start[:10] else ends
    return (OPEN if begins == "00:00" and ends != OPEN else begins), ends


def _said_days(start: str, end: str, channel: Channel, today: str | None, language: str) -> str:
    if start == end:
        return spoken_date(start, channel, today, language)
    first, last = (spoken_date(day, channel, today, language) for day in (start, end))
    return f"desde {first} hasta {last}" if language == "es" else f"from {first} to {last}"


def _said_hours(start: str, end: str, channel: Channel, language: str) -> str:
    spanish = language == "es"
    part = _PARTS["es" if spanish else "en"].get((start, end))
    if part is not None:
        return f"por la {part}" if spanish else f"in the {part}"
    if end == OPEN:
        return f"{'después de' if spanish else 'after'} {said_time(start, channel, language)}"
    if start == OPEN:
        return f"{'antes de' if spanish else 'before'} {said_time(end, channel, language)}"
    first, last = said_time(start, channel, language), said_time(end, channel, language)
    return f"entre {first} y {last}" if spanish else f"between {first} and {last}"
