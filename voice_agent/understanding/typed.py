"""Which grammar reads which type of slot, and how sure a reading is."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final, TypeAlias

import msgspec

from voice_agent.canonical.patterns import EITHER, LETTER
from voice_agent.canonical.postcodes import postcode_forms
from voice_agent.conversation.expectation import Setting, SlotView, Value
from voice_agent.understanding.grammars.addresses import read_address
from voice_agent.understanding.grammars.dates import read_date
from voice_agent.understanding.grammars.emails import read_email
from voice_agent.understanding.grammars.money import read_money
from voice_agent.understanding.grammars.names import read_name
from voice_agent.understanding.grammars.patterned import read_characters, read_patterned
from voice_agent.understanding.grammars.periods import read_period
from voice_agent.understanding.grammars.phones import read_phone
from voice_agent.understanding.grammars.times import read_time

SURE: Final = 0.95
LIKELY: Final = 0.7
"""One of two readings, the one that is usual where the caller is."""
ASSUMED: Final = 0.45
"""Filled in by what is usual, not by what was said: to be asked about."""


class ValueReading(msgspec.Struct, frozen=True):
    """`value` None says that the old one was taken back and no new one could be read. `score` is 0..1."""

    value: Value | None
    raw: str
    score: float


Reader: TypeAlias = Callable[[SlotView, str, Setting], ValueReading | None]


def _date(slot: SlotView, text: str, setting: Setting) -> ValueReading | None:
    reading = read_date(text, setting, slot.tense)
    if reading is None:
        return None
    score = ASSUMED if reading.is_over else LIKELY if reading.ambiguous else SURE
    return ValueReading(reading.value, reading.raw, score)


def _time(slot: SlotView, text: str, setting: Setting) -> ValueReading | None:
    reading = read_time(text, setting)
    if reading is None:
        return None
    return ValueReading(reading.value, reading.raw, ASSUMED if reading.assumed else SURE)


def _period(slot: SlotView, text: str, setting: Setting) -> ValueReading | None:
    reading = read_period(text, setting, slot.tense)
    return None if reading is None else ValueReading(reading.value, reading.raw, SURE)


def _money(slot: SlotView, text: str, setting: Setting) -> ValueReading | None:
    reading = read_money(text, setting)
    return None if reading is None else ValueReading(reading.value, reading.raw, SURE)


def _email(slot: SlotView, text: str, setting: Setting) -> ValueReading | None:
    reading = read_email(text, setting)
    return None if reading is None else ValueReading(reading.value, reading.raw, SURE)


def _phone(slot: SlotView, text: str, setting: Setting) -> ValueReading | None:
    reading = read_phone(text, setting)
    if reading is None or reading.value is None:
        return None
    return ValueReading(reading.value, reading.raw, SURE)


def _postcode(slot: SlotView, text: str, setting: Setting) -> ValueReading | None:
    return _in_form(text, postcode_forms(setting.region), setting)


def _patterned(slot: SlotView, text: str, setting: Setting) -> ValueReading | None:
    """A slot with `format` or a length; without either, all that was spelled."""
    if slot.formats:
        return _in_form(text, slot.formats, setting)
    if slot.length is not None:
        return _in_form(text, (EITHER * slot.length,), setting)
    reading = read_characters(text, setting.language)
    return None if reading is None else ValueReading(reading.value, reading.raw, LIKELY)


def _spelled(slot: SlotView, text: str, setting: Setting) -> ValueReading | None:
    """Letters only: a word that is said letter by letter."""
    if slot.length is not None:
        return _in_form(text, (LETTER * slot.length,), setting)
    reading = read_name(text, setting.language)
    if reading is None or not reading.spelled or " " in reading.value:
        return None
    return ValueReading(reading.value.upper(), reading.raw, SURE)


def _in_form(text: str, patterns: Sequence[str], setting: Setting) -> ValueReading | None:
    reading = read_patterned(text, patterns, setting.language)
    return None if reading is None else ValueReading(reading.value, reading.raw, SURE)


def _name(slot: SlotView, text: str, setting: Setting) -> ValueReading | None:
    reading = read_name(text, setting.language)
    return None if reading is None else ValueReading(reading.value, reading.raw, SURE if reading.spelled else LIKELY)


def _address(slot: SlotView, text: str, setting: Setting) -> ValueReading | None:
    reading = read_address(text, setting)
    return None if reading is None else ValueReading(reading.value, reading.raw, LIKELY)


READERS: Final[Mapping[str, Reader]] = {
    "date": _date,
    "time": _time,
    "period": _period,
    "money": _money,
    "email": _email,
    "phone": _phone,
    "postcode": _postcode,
    "alphanumeric": _patterned,
    "order_id": _patterned,
    "spelled": _spelled,
    "name": _name,
    "address": _address,
}
"""The types that have a grammar of their own."""


def read_unasked(slot: SlotView, text: str, setting: Setting) -> ValueReading | None:
    """A value of a date, time or email slot that nobody asked for: nothing that could be something else."""
    if slot.slot_type == "date":
        # "It has been down since yesterday" is nobody's birthday.
        reading = None if slot.tense == "past" else _date(slot, text, setting)
        return reading if reading is not None and is_in_tense(slot, str(reading.value), setting) else None
    if slot.slot_type == "email":
        return _email(slot, text, setting)
    if slot.slot_type == "time":
        time = read_time(text, setting)
        return _time(slot, text, setting) if time is not None and time.marked else None
    return None


def is_in_tense(slot: SlotView, date: str, setting: Setting) -> bool:
    today = setting.now[:10]
    if today == "" or slot.tense == "any":
        return True
    return date >= today if slot.tense == "future" else date <= today
