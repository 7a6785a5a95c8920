"""A number of which the first figures were spoken and the last ones keyed: one rule, which replay follows again.

1. Keys that are a whole value by themselves are the value: who keys all of it has given up saying it.
2. Otherwise, where the figures that were spoken before, put in front of the keys, make the value whole, that is the
   value. What was recognised best goes first, then what else it may have been.
3. Otherwise the same goes for what earlier turns have begun of it, and where that is not whole either, it is a longer
   beginning.
4. Otherwise the keys count alone, as if nothing had been said.
"""

from __future__ import annotations

from voice_agent.conversation import commands as c
from voice_agent.conversation.actions import Understand
from voice_agent.conversation.commands import AnyCommand
from voice_agent.conversation.expectation import Begun, SlotView
from voice_agent.understanding.dialogue_acts import read_acts
from voice_agent.understanding.digits import read_digits
from voice_agent.understanding.keypad import TERMINATORS, keyed
from voice_agent.understanding.keypad_values import keyed_value
from voice_agent.understanding.number_words import number_words
from voice_agent.understanding.pieces import begun_by, keyed_on

JOINED: frozenset[str] = frozenset({"digits", "phone"})
"""Types of slots whose values may be given half in words."""


def entered(asked: Understand) -> tuple[AnyCommand, ...]:
    """The commands that keys give, with what was said before them."""
    slot, expectation = asked.expectation.slot, asked.expectation
    keys = asked.keys.strip(TERMINATORS)
    if slot is None or expectation.confirming is not None or slot.slot_type not in JOINED or not keys.isdecimal():
        return keyed(asked.keys, expectation)
    if _whole(slot, keys, asked) is None:
        for text in (asked.text, *asked.alternatives):
            joined = _joined(text, keys, slot, asked)
            if joined is not None:
                return (joined,)
        pieced = _pieced(slot, keys, asked)
        if pieced is not None:
            return (pieced,)
    return keyed(asked.keys, expectation)


def _pieced(slot: SlotView, keys: str, asked: Understand) -> c.SetSlot | c.BeginSlot | None:
    """The keys after all that was begun, in this turn too."""
    expectation = asked.expectation
    said = begun_by(asked.text, expectation, read_acts(asked.text, asked.language)) if asked.text else None
    begun = expectation.begun if said is None else Begun(said.value, said.raw)
    return keyed_on(slot, begun, keys, expectation.setting)


def _joined(text: str, keys: str, slot: SlotView, asked: Understand) -> c.SetSlot | None:
    spoken = read_digits(text, words=number_words(asked.language))
    value = None if spoken is None or spoken.value == "" else _whole(slot, f"{spoken.value}{keys}", asked)
    if value is None or spoken is None:
        return None
    return c.SetSlot(slot.name, value, f"{spoken.raw} {keys}", 1.0)


def _whole(slot: SlotView, figures: str, asked: Understand) -> str | None:
    """The value that they are; None without a length to go by, for then any figures would do."""
    if slot.choices or (slot.slot_type == "digits" and slot.length is None):
        return None
    value = keyed_value(slot, figures, asked.expectation.setting)
    return value if isinstance(value, str) else None
