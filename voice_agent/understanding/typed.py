"""Which grammar reads which type of slot, and how sure a reading is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, TypeAlias

import msgspec

from voice_agent.conversation.expectation import Setting, SlotView, Value
from voice_agent.understanding.grammars.dates import read_date
from voice_agent.understanding.grammars.periods import read_period
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
    return ValueReading(reading.value, reading.raw, LIKELY if reading.ambiguous else SURE)


def _time(slot: SlotView, text: str, setting: Setting) -> ValueReading | None:
    reading = read_time(text, setting)
    if reading is None:
        return None
    return ValueReading(reading.value, reading.raw, ASSUMED if reading.assumed else SURE)


def _period(slot: SlotView, text: str, setting: Setting) -> ValueReading | None:
    reading = read_period(text, setting, slot.tense)
    return None if reading is None else ValueReading(reading.value, reading.raw, SURE)


READERS: Final[Mapping[str, Reader]] = {"date": _date, "time": _time, "period": _period}
"""The types that have a grammar of their own."""


def read_unasked(slot: SlotView, text: str, setting: Setting) -> ValueReading | None:
    """A value of a date or time slot that nobody asked for: nothing that could be something else, or can't be meant."""
    if slot.slot_type == "date":
        reading = _date(slot, text, setting)
        return reading if reading is not None and is_in_tense(slot, str(reading.value), setting) else None
    if slot.slot_type == "time":
        time = read_time(text, setting)
        return _time(slot, text, setting) if time is not None and time.marked else None
    return None


def is_in_tense(slot: SlotView, date: str, setting: Setting) -> bool:
    today = setting.now[:10]
    if today == "" or slot.tense == "any":
        return True
    return date >= today if slot.tense == "future" else date <= today
