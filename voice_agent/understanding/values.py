"""Reads a value for one slot out of a sentence, by the slot's type. Reads nothing that is not all there.

Types read here: anything with `choices`; "digits" (figures); "number" (a whole number); "yes_no"; "text" (the sentence
as it is). The others have grammars of their own (`typed`).
"""

from __future__ import annotations

import msgspec

from voice_agent.conversation.expectation import PLAIN, Setting, SlotView
from voice_agent.understanding.act_kinds import Act
from voice_agent.understanding.choices import asks_for_other, read_choice
from voice_agent.understanding.dialogue_acts import read_acts
from voice_agent.understanding.digits import read_digits, repair_digits
from voice_agent.understanding.known_values import read_known
from voice_agent.understanding.number_words import number_words
from voice_agent.understanding.typed import READERS, ValueReading

DIGIT_TYPES = frozenset({"digits"})
_SURE = 0.95
_SECOND_HYPOTHESIS = 0.8


def read_value(slot: SlotView, text: str, setting: Setting = PLAIN) -> ValueReading | None:
    """A complete value for `slot`, None where there is none or it is ambiguous."""
    if slot.choices and slot.slot_type != "choice":
        return read_known(slot, (text,), setting)
    if slot.choices:
        choice = read_choice(text, slot.choices, slot.value)
        return None if choice is None else ValueReading(choice.value, choice.raw, choice.score)
    if slot.slot_type in READERS:
        return READERS[slot.slot_type](slot, text, setting)
    if slot.slot_type in DIGIT_TYPES:
        reading = read_digits(text, slot.length, number_words(setting.language))
        return ValueReading(reading.value, reading.raw, _SURE) if reading is not None and reading.complete else None
    if slot.slot_type == "number":
        reading = read_digits(text, None, number_words(setting.language))
        return ValueReading(int(reading.value), reading.raw, _SURE) if reading is not None and reading.value else None
    if slot.slot_type == "yes_no":
        polarity = read_acts(text).polarity
        return None if polarity is None else ValueReading(polarity is Act.AFFIRM, text, _SURE)
    if slot.slot_type == "text" and text.strip():
        return ValueReading(text.strip(), text, _SURE)
    return None


def read_best(
    slot: SlotView, text: str, alternatives: tuple[str, ...], setting: Setting = PLAIN
) -> ValueReading | None:
    """`read_value` of the first hypothesis that holds a value."""
    if slot.choices and slot.slot_type != "choice":
        return read_known(slot, (text, *alternatives), setting)
    reading = read_value(slot, text, setting)
    if reading is not None or slot.slot_type in ("text", "yes_no"):
        return reading
    for other in alternatives:
        reading = read_value(slot, other, setting)
        if reading is not None:
            return msgspec.structs.replace(reading, score=min(reading.score, _SECOND_HYPOTHESIS))
    return None


def read_correction(
    slot: SlotView, text: str, alternatives: tuple[str, ...] = (), setting: Setting = PLAIN
) -> ValueReading | None:
    """What `slot`, which holds a value, becomes by the correction in `text`; None where it says nothing of a new
    value."""
    for at, hypothesis in enumerate((text, *alternatives)):
        score = _SURE if at == 0 else _SECOND_HYPOTHESIS
        if slot.slot_type in DIGIT_TYPES and not slot.choices and slot.value is not None:
            repaired = repair_digits(str(slot.value), hypothesis, slot.length)
            if repaired is not None:
                return ValueReading(repaired.value, repaired.raw, score)
        elif slot.slot_type != "text":
            reading = read_value(slot, hypothesis, setting)
            if reading is not None:
                return msgspec.structs.replace(reading, score=min(reading.score, score))
    if asks_for_other(text) and slot.choices:
        return ValueReading(None, text, _SECOND_HYPOTHESIS)
    return None
