"""Reads a telephone number: its figures as they are said, and whether there is such a number."""

from __future__ import annotations

import re
from typing import Final

import msgspec

from voice_agent.canonical.contacts import is_whole_phone, phone_number
from voice_agent.conversation.expectation import Setting
from voice_agent.understanding.digits import read_digits
from voice_agent.understanding.number_words import number_words

_PLUS: Final = re.compile(
    r"\b(?:plus|m[aá]s|double (?:oh|zero)(?= (?!seven))|international)\b|\+(?=\s*\d)", re.IGNORECASE
)


class PhoneReading(msgspec.Struct, frozen=True):
    """`value` is E.164, None where there are figures but no such number; `whole`: more would be too many."""

    value: str | None
    raw: str
    whole: bool


def read_phone(text: str, setting: Setting) -> PhoneReading | None:
    """None where there are no figures, or more than one number could be meant."""
    found = figures_of_phone(text, setting)
    if found is None:
        return None
    figures, raw = found
    return PhoneReading(phone_number(figures, setting.region), raw, is_whole_phone(figures, setting.region))


def figures_of_phone(text: str, setting: Setting) -> tuple[str, str] | None:
    """The figures said, after a plus where one was, and the words that they were read from."""
    plus = _PLUS.search(text)
    said = text if plus is None else text[plus.end() :]
    reading = read_digits(said, None, number_words(setting.language))
    if reading is None or reading.value == "":
        return None
    return (reading.value, reading.raw) if plus is None else (f"+{reading.value}", f"{plus.group()} {reading.raw}")
