"""What is said after a value that had seemed to be all: a day's month, a last name, more letters of a spelled word.

Reads only a turn that is nothing else. Nothing is gone on with in a value that is one of those known.
"""

from __future__ import annotations

from typing import Final

from voice_agent.conversation.expectation import Setting, SlotView
from voice_agent.understanding.beginnings import beginning
from voice_agent.understanding.carriers import CARRIERS
from voice_agent.understanding.grammars.names import NameReading, read_name
from voice_agent.understanding.grammars.patterned import read_characters
from voice_agent.understanding.typed import LIKELY, READERS, ValueReading, is_in_tense
from voice_agent.understanding.words import fold_accents, words_of

_AROUND_A_MONTH: Final = CARRIERS | frozenset("de del en this next year mes month".split())
_LINKS: Final = frozenset("and then y luego plus".split())


def gone_on(slot: SlotView, text: str, setting: Setting) -> ValueReading | None:
    """The value of `slot` with what `text` adds to it; None where that is not all that `text` says."""
    if slot.value is None or slot.choices:
        return None
    match slot.slot_type:
        case "date":
            return _month(slot, text, setting)
        case "name":
            return _name(str(slot.value), text, setting)
        case "spelled" | "alphanumeric" if slot.length is None and not slot.formats:
            return _characters(slot, text, setting)
        case _:
            return None


def _month(slot: SlotView, text: str, setting: Setting) -> ValueReading | None:
    month = beginning(slot, text, setting)
    words = [fold_accents(word) for word in words_of(text)]
    if month is None or any(word not in _AROUND_A_MONTH and word != month.raw for word in words):
        return None
    day = int(str(slot.value)[8:10])
    said = f"el {day} de {month.raw}" if setting.language == "es" else f"the {_ordinal(day)} of {month.raw}"
    found = READERS["date"](slot, said, setting)
    if found is None or not is_in_tense(slot, str(found.value), setting):
        return None
    return ValueReading(found.value, text.strip(), found.score)


def _ordinal(day: int) -> str:
    ends = {1: "st", 2: "nd", 3: "rd"}
    return f"{day}{'th' if day in (11, 12, 13) else ends.get(day % 10, 'th')}"


def _name(value: str, text: str, setting: Setting) -> ValueReading | None:
    """A last name after a first one, or more letters of it."""
    reading = read_name(text, setting.language)
    if reading is None or not _is_all(reading, text) or " " in value or " " in reading.value:
        return None
    name = f"{value}{reading.value.lower()}" if reading.spelled else f"{value} {reading.value}"
    return None if reading.value == value else ValueReading(name, text.strip(), LIKELY)


def _is_all(reading: NameReading, text: str) -> bool:
    return [word for word in words_of(text) if word not in _LINKS] == words_of(reading.raw)


def _characters(slot: SlotView, text: str, setting: Setting) -> ValueReading | None:
    reading = read_characters(text, setting.language)
    if reading is None or [word for word in words_of(text) if word not in _LINKS] != words_of(reading.raw):
        return None
    again = reading.value.startswith(str(slot.value)) or str(slot.value).endswith(reading.value)
    return None if again else ValueReading(f"{slot.value}{reading.value}", text.strip(), LIKELY)
