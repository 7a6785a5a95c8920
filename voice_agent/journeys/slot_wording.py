"""How a slot's value is said, by its type, on the phone and in text.

What is said on the phone is read back by the grammars as the same value; property tests hold the two together.
"""

from __future__ import annotations

import re
from typing import Final

from babel.numbers import format_currency

from voice_agent.canonical.amounts import amount_of
from voice_agent.canonical.contacts import is_phone, national
from voice_agent.canonical.moments import ends_of, is_time
from voice_agent.journeys.moments_wording import said_period, said_time
from voice_agent.journeys.wording import Channel, Numbers, spelled, spoken_date

_SAYABLE: Final = frozenset("gmail yahoo hotmail outlook icloud aol example com org net info".split())
_MARKS: Final = {
    "en": {".": "dot", "_": "underscore", "-": "dash", "+": "plus", "@": "at", "%": "percent"},
    "es": {".": "punto", "_": "guion bajo", "-": "guion", "+": "más", "@": "arroba", "%": "por ciento"},
}
_UNITS: Final = {
    "en": {"USD": ("dollar", "dollars"), "GBP": ("pound", "pounds"), "EUR": ("euro", "euros")},
    "es": {"USD": ("dólar", "dólares"), "GBP": ("libra", "libras"), "EUR": ("euro", "euros")},
}
_CENTS: Final = {
    "en": {"USD": ("cent", "cents"), "GBP": ("penny", "pence"), "EUR": ("cent", "cents")},
    "es": {"USD": ("centavo", "centavos"), "GBP": ("penique", "peniques"), "EUR": ("céntimo", "céntimos")},
}
BY_ALPHABET: Final = frozenset({"alphanumeric", "order_id", "spelled", "postcode"})
"""Types of which letters are easily misheard: once that has happened they are said by an alphabet."""


def said_value(
    slot_type: str,
    value: str,
    channel: Channel,
    numbers: Numbers,
    today: str | None,
    language: str,
    *,
    region: str = "ZZ",
) -> str:
    """`today` is a date, ISO 8601; without it every date is said with its year. `region` is the agent's country."""
    match slot_type:
        case "digits" | "alphanumeric" | "order_id" | "spelled" | "postcode":
            return spelled(value, channel, numbers)
        case "date":
            return spoken_date(value, channel, today, language)
        case "time":
            return said_time(value, channel, language)
        case "period":
            return said_period(value, channel, today, language)
        case "email":
            return said_email(value, channel, language)
        case "phone":
            return said_phone(value, channel, numbers, language, region)
        case "money":
            return said_money(value, channel, language)
        case _:
            return value


def said_beginning(slot_type: str, value: str, channel: Channel, numbers: Numbers) -> str:
    """The beginning of a value, as far as it was said."""
    if slot_type == "digits" or slot_type in BY_ALPHABET:
        return spelled(value, channel, numbers)
    if slot_type != "phone" or channel == "text":
        return value
    plus = f"{_MARKS['en']['+']} " if value.startswith("+") else ""
    return plus + spelled(value.removeprefix("+"), channel, numbers)


def said_by_form(text: str, channel: Channel, today: str | None, language: str) -> str:
    """What a tool gave, as people say it where its form tells what it is: a date, a time, a period, an amount."""
    if is_time(text):
        return said_time(text, channel, language)
    if amount_of(text) is not None:
        return said_money(text, channel, language)
    if ends_of(text) is not None:
        return said_period(text, channel, today, language)
    return spoken_date(text, channel, today, language)


def said_email(email: str, channel: Channel, language: str = "en") -> str:
    """ "m a y a, at, gmail dot com": letter by letter, but for endings and providers that everybody knows."""
    local, at, domain = email.partition("@")
    if channel == "text" or at == "":
        return email
    marks = _MARKS.get(language, _MARKS["en"])
    labels = [label if label in _SAYABLE else _letters(label, marks) for label in domain.split(".")]
    dot = f" {marks['.']} "
    return f"{_letters(local, marks)}, {marks['@']}, {dot.join(labels)}"


def _letters(text: str, marks: dict[str, str]) -> str:
    return " ".join(marks.get(mark, mark) for mark in text)


def said_phone(number: str, channel: Channel, numbers: Numbers, language: str = "en", region: str = "ZZ") -> str:
    """In groups as numbers of its country are written: "plus 4 4, ..." for those outside `region`."""
    if not is_phone(number):
        return number
    written = national(number, region)
    if channel == "text":
        return written
    groups = ["".join(mark for mark in group if mark.isdecimal()) for group in re.split(r"[\s()\-./]+", written)]
    plus = _MARKS.get(language, _MARKS["en"])["+"]
    said = ", ".join(" ".join(group) for group in groups if group != "")
    return f"{plus} {said}" if written.startswith("+") else said


def said_money(amount: str, channel: Channel, language: str = "en") -> str:
    """ "12 dollars and 50 cents"; in text "$12.50"."""
    money = amount_of(amount)
    if money is None:
        return amount
    value, currency = money
    language = language if language in _UNITS else "en"
    units, cents = _UNITS[language].get(currency), _CENTS[language].get(currency)
    if channel == "text" or units is None or cents is None:
        return str(format_currency(value, currency, locale=language))
    whole, fraction = int(value), int(value * 100) % 100
    said = f"{whole} {units[whole != 1]}"
    if fraction == 0:
        return said
    part = f"{fraction} {cents[fraction != 1]}"
    return part if whole == 0 else f"{said} {'con' if language == 'es' else 'and'} {part}"
