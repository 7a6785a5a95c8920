"""The beginning of a value whose length or form is known: half an account number, a postcode's first letters, an e-mail
address up to its provider, a month without its day. Never more of a value than was said, never a whole one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

from voice_agent.canonical.contacts import is_whole_phone
from voice_agent.canonical.patterns import EITHER, LETTER, MARKS, allows, without_fixed_start
from voice_agent.canonical.postcodes import postcode_forms
from voice_agent.conversation.expectation import Begun, Setting, SlotView
from voice_agent.understanding.carriers import CARRIERS
from voice_agent.understanding.digits import read_digits
from voice_agent.understanding.grammars.calendar_words import calendar_for
from voice_agent.understanding.grammars.characters import Unit, units_of
from voice_agent.understanding.grammars.patterned import windows
from voice_agent.understanding.grammars.phones import figures_of_phone
from voice_agent.understanding.number_words import number_words
from voice_agent.understanding.parts_of_day import part_of_day, said_part
from voice_agent.understanding.words import fold_accents, words_of

_LETTERS: Final = r"\b[^\W\d_]\b[ ,.-]+\b[^\W\d_]\b"
_ADDRESS: Final = re.compile(
    rf"@|\b(?:dot|punto|underscore|arroba|guion)\b|\b(?:at|en) (?:gmail|hotmail|outlook|yahoo|icloud|aol)\b|{_LETTERS}",
    re.IGNORECASE,
)
_LEADING: Final = CARRIERS | frozenset(
    "email mail address yes yeah okay ok so well um uh er correo electronico si".split()
)
_LONGEST: Final = 24
"""Units of what may be a beginning: more are no identifier."""
_WEEK: Final = {
    "en": re.compile(r"\bnext week\b(?! from)"),
    "es": re.compile(r"\bla (?:proxima semana|semana (?:que viene|proxima))\b"),
}
_LONE_MAY: Final = frozenset("in of for sometime the month may".split())


def beginning(slot: SlotView, text: str, setting: Setting) -> Begun | None:
    """The beginning of a value of `slot` that stands in `text`; None where there is none, or a whole one."""
    read = _READERS.get(slot.slot_type)
    return None if read is None else read(slot, text, setting)


def _digits(slot: SlotView, text: str, setting: Setting) -> Begun | None:
    longest = max((len(str(choice.value)) for choice in slot.choices), default=slot.length)
    reading = read_digits(text, longest, number_words(setting.language))
    if longest is None or reading is None or not 0 < len(reading.value) < longest:
        return None
    return _known(slot, Begun(reading.value, reading.raw))


def _phone(slot: SlotView, text: str, setting: Setting) -> Begun | None:
    found = figures_of_phone(text, setting)
    if found is None or is_whole_phone(found[0], setting.region):
        return None
    return _known(slot, Begun(*found))


def _known(slot: SlotView, begun: Begun) -> Begun | None:
    """Where the values are known, one of them has to begin so."""
    begins = any(str(choice.value).startswith(begun.value) for choice in slot.choices)
    return begun if begins or not slot.choices else None


def _characters(slot: SlotView, text: str, setting: Setting) -> Begun | None:
    """The one stretch of letters and figures, where a pattern of the slot begins so."""
    stretches = [units for units in units_of(text, setting.language) if any(unit.sure for unit in units)]
    if len(stretches) != 1 or len(stretches[0]) > _LONGEST:
        return None
    patterns = _patterns(slot, setting)
    for first, end in windows(stretches[0]):
        units = stretches[0][first:end]
        begins = next((value for pattern in patterns for value in _filled(pattern, units)), None)
        if begins is not None:
            return Begun(begins, text[units[0].start : units[-1].end])
    return None


def _patterns(slot: SlotView, setting: Setting) -> Sequence[str]:
    """What its values look like; those that are known stand for themselves."""
    if slot.choices:
        return [str(choice.value) for choice in slot.choices]
    if slot.slot_type == "postcode":
        return postcode_forms(setting.region)
    part = LETTER if slot.slot_type == "spelled" else EITHER
    return slot.formats if slot.formats else (() if slot.length is None else (part * slot.length,))


def _filled(pattern: str, units: Sequence[Unit]) -> Iterator[str]:
    """The beginnings of `pattern` that the units say, without what all its values begin with where that wasn't said."""
    yield from _fill(pattern, units)
    rest = without_fixed_start(pattern)
    if rest not in ("", pattern):
        start = pattern[: len(pattern) - len(rest)]
        yield from (start + value for value in _fill(rest, units))


def _fill(pattern: str, units: Sequence[Unit]) -> Iterator[str]:
    if not units:
        if pattern.strip("".join(MARKS)) != "":
            yield ""
        return
    for option in units[0].options:
        taken = _take(pattern, option)
        if taken is not None:
            yield from (taken[0] + end for end in _fill(taken[1], units[1:]))


def _take(pattern: str, characters: str) -> tuple[str, str] | None:
    filled = ""
    for character in characters:
        while pattern and pattern[0] in MARKS and character != pattern[0]:
            filled, pattern = filled + pattern[0], pattern[1:]
        if not pattern or not allows(pattern[0], character):
            return None
        filled, pattern = filled + character, pattern[1:]
    return filled, pattern


def _email(slot: SlotView, text: str, setting: Setting) -> Begun | None:
    """Words that stand for letters and marks, where some of them stand for nothing else."""
    words = text.strip().rstrip(".?!").split()
    while words and fold_accents(words[0].strip(",.:;'").lower().replace("'", "")) in _LEADING and len(words) > 1:
        words = words[1:]
    said = " ".join(words)
    return Begun(said, said) if _ADDRESS.search(said) is not None else None


def _date(slot: SlotView, text: str, setting: Setting) -> Begun | None:
    """A month, or a week, and no day."""
    calendar, words = calendar_for(setting.language), [fold_accents(word) for word in words_of(text)]
    if any(word in calendar.weekdays or word.isdecimal() for word in words) or read_digits(text) is not None:
        return None
    named = [word for word in words if word in calendar.months]
    week = _WEEK[setting.language if setting.language in _WEEK else "en"].search(" ".join(words))
    if week is not None:
        said = "la próxima semana" if setting.language == "es" else week.group()
        return None if named else Begun(said, week.group())
    if len(named) != 1 or (named[0] == "may" and not _LONE_MAY.issuperset(words)):
        return None
    return Begun(f"de {named[0]}" if setting.language == "es" else f"in {named[0].capitalize()}", named[0])


def _time(slot: SlotView, text: str, setting: Setting) -> Begun | None:
    """A part of the day and no hour."""
    part = part_of_day(text, setting.language)
    return None if part is None else Begun(said_part(part, setting.language), part)


_Reader = Callable[[SlotView, str, Setting], Begun | None]
_READERS: Final[Mapping[str, _Reader]] = {
    "digits": _digits,
    "phone": _phone,
    "email": _email,
    "date": _date,
    "time": _time,
    **dict.fromkeys(("postcode", "alphanumeric", "order_id", "spelled"), _characters),
}
