"""A value that is said in pieces, one turn after the other: "five five oh one" ... "two four seven nine".

Reads a turn together with what the turns before it began (`Expectation.begun`); whether a beginning is kept is decided
by the journeys. In this order:

1. A turn that holds a whole value by itself is that value, whatever was begun: the caller has said it anew. The end of
   an e-mail address looks whole, the day of a month and an hour too: those are joined, unless the turn says all again.
2. Otherwise what was begun and the turn, one after the other, are the value where they make a whole one. Where the turn
   is the same as what was begun, it may as well have been said again: then it has to be asked about.
3. Otherwise they are a longer beginning; or the turn alone is one, where it takes back what was begun, or says it again
   with more to it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import msgspec

from voice_agent.conversation.commands import BeginSlot, SetSlot
from voice_agent.conversation.expectation import Begun, Expectation, Setting, SlotView
from voice_agent.understanding.act_kinds import Act
from voice_agent.understanding.beginnings import beginning
from voice_agent.understanding.carriers import CARRIERS
from voice_agent.understanding.dialogue_acts import ActReading, read_acts
from voice_agent.understanding.digits import read_digits, repair_digits
from voice_agent.understanding.grammars.calendar_words import calendar_for
from voice_agent.understanding.keypad_values import keyed_value
from voice_agent.understanding.number_words import number_words
from voice_agent.understanding.parts_of_day import any_hour, hour_of
from voice_agent.understanding.typed import ASSUMED, SURE, ValueReading
from voice_agent.understanding.values import read_value
from voice_agent.understanding.words import normalise, words_of

_FIGURES: Final = frozenset({"digits", "phone"})
"""Types of which the pieces are figures, and stay as they were said back: "twenty", "four" is 204."""
_SHORTEST: Final = 2
"""Fewer figures or letters begin nothing where nothing was begun: "I have one"."""
_SECOND_HYPOTHESIS: Final = 0.8
_TAKES_BACK: Final = frozenset("no nope not wrong incorrect mal".split())
_MAY_TAKE_BACK: Final = frozenset("sorry wait actually oops perdon espera espere digo".split())
_LINKS: Final = frozenset(
    "starts begins starting beginning begin start first then next followed by and rest last digits figures numbers "
    "letters part sometime around after comes so far um uh er erm hmm well okay ok yes yeah "
    "empieza comienza primero luego despues sigue resto cifras numeros letras eh pues bueno vale si y".split()
)
_ALL_OF_IT: Final = frozenset(
    "thats all|that is all|thats it|that is it|thats everything|thats all there is|there is no more|theres no more|"
    "no more|there is no rest|theres no rest|nothing else|thats the whole number|that was all|that was it|"
    "eso es todo|nada mas|no hay mas|ya esta|es todo".split("|")
)


def joined(text: str, alternatives: Sequence[str], expectation: Expectation, acts: ActReading) -> ValueReading | None:
    """The value that `text` completes; None where nothing was begun, or they are none together."""
    slot, begun, setting = expectation.slot, expectation.begun, expectation.setting
    if slot is None or begun is None or _takes_back(text, begun, setting, acts):
        return None
    if normalise(text) in _ALL_OF_IT:
        return ValueReading(begun.value, begun.raw, SURE)
    for at, hypothesis in enumerate((text, *alternatives)):
        found = _whole(slot, begun, hypothesis, setting)
        if found is not None and not _adds(hypothesis, found.raw, acts if at == 0 else None):
            return found if at == 0 else msgspec.structs.replace(found, score=min(found.score, _SECOND_HYPOTHESIS))
    return None


def is_anew(whole: ValueReading, expectation: Expectation) -> bool:
    """Whether a whole value in a turn is all of it, although something was begun before."""
    slot, begun = expectation.slot, expectation.begun
    if slot is None or begun is None:
        return True
    if slot.slot_type == "time":
        return whole.score > ASSUMED
    if slot.slot_type != "email":
        return slot.slot_type != "date"
    return _closed_up(whole.raw).startswith(_closed_up(begun.raw))


def begun_by(text: str, expectation: Expectation, acts: ActReading) -> BeginSlot | None:
    """The beginning that there is after `text`; None where it adds nothing to one."""
    slot, begun, setting = expectation.slot, expectation.begun, expectation.setting
    if slot is None or expectation.confirming is not None:
        return None
    own = beginning(slot, text, setting)
    if begun is not None and _takes_back(text, begun, setting, acts):
        kept = _repaired(slot, begun, text, setting)
        own = kept if kept is not None else own
    elif begun is not None:
        longer = _longer(slot, begun, text, setting)
        says_again = own is not None and own.value != begun.value and own.value.startswith(begun.value)
        own = own if says_again or slot.slot_type == "date" else longer
    if own is None or (begun is None and len(own.value) < _SHORTEST) or _adds(text, own.raw, acts):
        return None
    return BeginSlot(slot.name, own.value, own.raw)


def completes(text: str, expectation: Expectation) -> bool:
    """Whether `text` is what was still missing of a value that was begun."""
    return expectation.begun is not None and joined(text, (), expectation, read_acts(text)) is not None


def keyed_on(slot: SlotView, begun: Begun | None, keys: str, setting: Setting) -> SetSlot | BeginSlot | None:
    """What `keys`, figures only, come to after what was begun: the value, a longer beginning, or nothing."""
    before = "" if begun is None else begun.value
    raw = keys if begun is None else f"{begun.raw} {keys}"
    whole = _of_figures(slot, before + keys, setting)
    if begun is not None and whole is not None:
        return SetSlot(slot.name, whole, raw, 1.0 if begun.value != keys else ASSUMED)
    again = begun is not None and keys != before and keys.startswith(before)
    for figures, words in ((keys, keys),) if again else ((before + keys, raw), (keys, keys)):
        longer = beginning(slot, " ".join(figures), setting)
        if longer is not None and longer.value == figures and len(figures) >= _SHORTEST:
            return BeginSlot(slot.name, figures, words)
    return None


def _whole(slot: SlotView, begun: Begun, text: str, setting: Setting) -> ValueReading | None:
    if slot.slot_type in _FIGURES:
        missing = None if slot.length is None else slot.length - len(begun.value)
        found = _with_figures(slot, begun, text, None, setting)
        return _with_figures(slot, begun, text, missing, setting) if found is None and missing is not None else found
    own = beginning(slot, text, setting)
    if slot.slot_type == "date":
        return None if own is not None else _day_of(slot, begun, text, setting)
    if slot.slot_type == "time":
        return hour_of(begun, text, setting) if own is None else any_hour(slot, text, setting)
    said = f"{begun.raw} {text if own is None else own.raw}"
    found = read_value(slot, said, setting)
    if found is None or found.value is None:
        return None
    whole = read_value(slot, text, setting) if slot.slot_type == "email" else None
    return msgspec.structs.replace(found, raw=said, score=found.score if whole is None else ASSUMED)


def _with_figures(slot: SlotView, begun: Begun, text: str, count: int | None, setting: Setting) -> ValueReading | None:
    """What was begun with the figures of `text` after it; `count` is how many they should be, where that is needed to
    tell which words are any ("for seven" is 47 where two are missing)."""
    reading = read_digits(text, count, number_words(setting.language))
    value = None if reading is None else _of_figures(slot, begun.value + reading.value, setting)
    if reading is None or value is None:
        return None
    again = reading.value == begun.value
    return ValueReading(value, f"{begun.raw} {reading.raw}", ASSUMED if again else SURE)


def _day_of(slot: SlotView, begun: Begun, text: str, setting: Setting) -> ValueReading | None:
    """A day of the month, or of the week, that was begun with."""
    month = calendar_for(setting.language).months.get(begun.raw)
    if month is None:
        link = " de" if setting.language == "es" else ""
        found = read_value(slot, f"{text.strip(' .,')}{link} {begun.raw}", setting)
        return None if found is None else msgspec.structs.replace(found, raw=f"{begun.raw} {text}")
    said = f"{text.strip(' .,')} {'de' if setting.language == 'es' else 'of'} {begun.raw}"
    found = read_value(slot, said, setting)
    return found if found is not None and str(found.value)[5:7] == f"{month:02}" else None


def _of_figures(slot: SlotView, figures: str, setting: Setting) -> str | None:
    """The value that they are; None without a length or a list to go by, for then any figures would do."""
    if slot.choices:
        return next((figures for choice in slot.choices if str(choice.value) == figures), None)
    if slot.slot_type == "digits" and slot.length is None:
        return None
    value = keyed_value(slot, figures, setting)
    return value if isinstance(value, str) else None


def _longer(slot: SlotView, begun: Begun, text: str, setting: Setting) -> Begun | None:
    """What was begun with the turn put after it, where a value may begin so."""
    if slot.slot_type not in _FIGURES:
        own = beginning(slot, text, setting)
        return None if own is None else beginning(slot, f"{begun.raw} {own.raw}", setting)
    reading = read_digits(text, None, number_words(setting.language))
    if reading is None or reading.value == "":
        return None
    figures = begun.value + reading.value
    longer = beginning(slot, _spaced(figures), setting)
    return None if longer is None or longer.value != figures else Begun(figures, f"{begun.raw} {reading.raw}")


def _spaced(figures: str) -> str:
    return " ".join(figures).replace("+ ", "+")


def _repaired(slot: SlotView, begun: Begun, text: str, setting: Setting) -> Begun | None:
    """What was begun, corrected in part ("no, oh two")."""
    if slot.slot_type not in _FIGURES:
        return None
    reading = repair_digits(begun.value, text, len(begun.value), number_words(setting.language))
    return None if reading is None else Begun(reading.value, reading.raw)


def _takes_back(text: str, begun: Begun, setting: Setting, acts: ActReading) -> bool:
    """Whether the turn begins by saying that what was begun is wrong. "Sorry" and "wait" may be said for the delay:
    then what follows has to look like what was begun."""
    words = words_of(text)
    if acts.polarity is Act.DENY and not _TAKES_BACK.isdisjoint(words[:3]):
        return True
    if not words or words[0] not in _MAY_TAKE_BACK:
        return False
    reading = read_digits(text, None, number_words(setting.language))
    return reading is not None and _is_like(reading.value, begun.value)


def _is_like(figures: str, others: str) -> bool:
    """As many figures, and most of them the same."""
    same = sum(one == other for one, other in zip(figures, others, strict=False))
    return len(figures) == len(others) and 2 * same > len(figures)


def _closed_up(text: str) -> str:
    return "".join(words_of(text))


def _adds(text: str, raw: str, acts: ActReading | None) -> bool:
    """Whether more is said than the value and the words around it: then it may be about something else."""
    said = words_of(text) if acts is None else acts.rest.split()
    read = set(words_of(raw))
    return any(word not in read and word not in CARRIERS and word not in _LINKS for word in said)
