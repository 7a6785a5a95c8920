"""A time of which only the part of the day is known yet: "in the afternoon", and then "around three", or "any time"."""

from __future__ import annotations

from typing import Final

from voice_agent.conversation.expectation import Begun, Setting, SlotView
from voice_agent.understanding.digits import read_digits
from voice_agent.understanding.grammars.calendar_words import calendar_for
from voice_agent.understanding.grammars.times import clock_text, read_time
from voice_agent.understanding.number_words import number_words
from voice_agent.understanding.typed import ASSUMED, SURE, ValueReading
from voice_agent.understanding.words import fold_accents, words_of

_PARTS: Final = {
    "en": frozenset("morning afternoon evening night".split()),
    "es": frozenset("manana tarde noche".split()),
}
_ANY: Final = frozenset(
    "any anytime whenever whatever either flexible mind matter matters care cualquier cualquiera igual importa".split()
)


def part_of_day(text: str, language: str) -> str | None:
    """The one part of a day that is named, and no hour of it. "Manana" alone is tomorrow."""
    words = _words(text)
    named = [word for word in words if word in _PARTS.get(language, _PARTS["en"])]
    if len(named) != 1 or read_digits(text, None, number_words(language)) is not None:
        return None
    return None if words == ["manana"] or read_time(text, Setting(language=language)) is not None else named[0]


def said_part(part: str, language: str) -> str:
    if language == "es":
        return "por la " + part.replace("manana", "mañana")
    return f"at {part}" if part == "night" else f"in the {part}"


def hour_of(begun: Begun, text: str, setting: Setting) -> ValueReading | None:
    """The hour in the part of the day that was begun with; where any will do, the middle of it, to be asked about."""
    if _ANY.intersection(_words(text)):
        return _middle(begun.raw, f"{begun.raw} {text}", setting)
    said = f"{text.strip(' .,')} {'de la' if setting.language == 'es' else begun.value.rsplit(' ', 1)[0]} {begun.raw}"
    reading = read_time(said, setting)
    if reading is None or reading.assumed or not _lies_in(reading.value, begun.raw, setting):
        return None
    return ValueReading(reading.value, f"{begun.raw} {text}", SURE)


def any_hour(slot: SlotView, text: str, setting: Setting) -> ValueReading | None:
    """ "Any time in the afternoon", or the afternoon again: the middle of it, to be asked about."""
    part = part_of_day(text, setting.language) if slot.slot_type == "time" else None
    return None if part is None else _middle(part, text, setting)


def wants_any(text: str) -> bool:
    return bool(_ANY.intersection(_words(text)))


def _middle(part: str, raw: str, setting: Setting) -> ValueReading | None:
    first, last = _ends(part, setting)
    return ValueReading(clock_text((first + last) // 2, 0), raw, ASSUMED) if first < last else None


def _lies_in(value: str, part: str, setting: Setting) -> bool:
    first, last = _ends(part, setting)
    return first >= last or first <= int(value[:2]) <= last


def _ends(part: str, setting: Setting) -> tuple[int, int]:
    first, last = calendar_for(setting.language).parts_of_day[part]
    return int(first[:2]), int(last[:2])


def _words(text: str) -> list[str]:
    return [fold_accents(word) for word in words_of(text)]
