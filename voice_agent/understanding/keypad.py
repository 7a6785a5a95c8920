"""Reads keypad keys by what is expected: figures for figures, 1 and 2 for yes and no, a position for a choice, a whole
number for the one that is read back, 0 for a person."""

from __future__ import annotations

from voice_agent.conversation import commands as c
from voice_agent.conversation.commands import AnyCommand
from voice_agent.conversation.expectation import Expectation, SlotView
from voice_agent.understanding.keypad_values import keyed_value
from voice_agent.understanding.values import DIGIT_TYPES

YES, NO, PERSON = "1", "2", "0"
TERMINATORS = "#*"


def keyed(keys: str, expectation: Expectation) -> tuple[AnyCommand, ...]:
    """The commands that `keys` give; `#` and `*` end an entry and mean nothing."""
    digits = keys.strip(TERMINATORS)
    slot = expectation.slot
    if not digits.isdecimal():
        return (c.NotUnderstood("unclear"),)
    if expectation.confirming is None and slot is not None:
        if slot.choices and len(digits) == 1 and 1 <= int(digits) <= len(slot.choices):
            return (c.SetSlot(slot.name, slot.choices[int(digits) - 1].value, keys, 1.0),)
        value = None if slot.choices else keyed_value(slot, digits, expectation.setting)
        if value is not None:
            return (c.SetSlot(slot.name, value, keys, 1.0),)
        if slot.slot_type == "yes_no" and digits in (YES, NO):
            return (c.SetSlot(slot.name, digits == YES, keys, 1.0),)
    if expectation.confirming is not None and slot is not None and _is_whole_number(digits, slot):
        return (c.Affirm() if digits == slot.value else c.CorrectSlot(slot.name, digits, keys, 1.0),)
    if expectation.kind == "yes_no" and digits in (YES, NO):
        return (c.Affirm() if digits == YES else c.Deny(),)
    if digits == PERSON:
        return (c.WantHuman(),)
    return (c.NotUnderstood("unclear"),)


def _is_whole_number(digits: str, slot: SlotView) -> bool:
    """Whether somebody keyed all of `slot` again instead of saying yes or no to what was read back."""
    return slot.slot_type in DIGIT_TYPES and not slot.choices and slot.length == len(digits) and len(digits) > 1
