"""Turns of any length are read in time that grows with them, whatever they are made of, and break nothing."""

from __future__ import annotations

import sys
import time
from types import FrameType

import pytest

from voice_agent.card_numbers import masked
from voice_agent.conversation.actions import Understand
from voice_agent.conversation.commands import Command, Deny
from voice_agent.conversation.expectation import OPEN, Expectation, SlotView
from voice_agent.understanding.local import commands_for

CHARACTERS = 2_000
"""As many as a chat takes."""
STOPPED_S = 20.0
"""Of processor time: what grows with the cube takes minutes, and no load of the machine makes a tenth of this."""
TYPES = (
    *("digits", "number", "date", "time", "period", "money", "email", "phone", "postcode", "alphanumeric"),
    *("order_id", "spelled", "name", "address", "text", "yes_no"),
)
EXPECTED = (
    OPEN,
    Expectation("yes_no"),
    Expectation(
        "yes_no", None, None, (SlotView("day", "date", value="2026-03-05"), SlotView("street", "address", value="x"))
    ),
    *(Expectation("value", SlotView("slot", slot_type)) for slot_type in TYPES),
)
PIECES = ("a", " ", "1", "1 ", "1.", "1-", "a.", "a@", "+1 ", "no ", "yes ", "don't ", "double ", "one hundred and ")


def read(text: str, expected: Expectation, language: str) -> tuple[Command, ...]:
    return commands_for(Understand(1, 1, masked(text), (), "", expected, language), None)


def steps(text: str, expected: Expectation, language: str) -> int:
    """How many functions reading it calls: a measure of its time that is the same on any machine."""
    count = 0

    def counted(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal count
        count += event in {"call", "c_call"}

    before = sys.getprofile()
    sys.setprofile(counted)
    try:
        read(text, expected, language)
    finally:
        sys.setprofile(before)
    return count


@pytest.mark.parametrize("piece", PIECES)
@pytest.mark.parametrize("language", ["en", "es"])
def test_a_long_turn_is_read_at_once(piece: str, language: str) -> None:
    text = (piece * CHARACTERS)[:CHARACTERS]
    for expected in EXPECTED:
        began_s = time.process_time()
        assert read(text, expected, language) != ()
        assert time.process_time() - began_s < STOPPED_S, expected


@pytest.mark.parametrize("piece", PIECES)
@pytest.mark.parametrize("language", ["en", "es"])
def test_a_turn_twice_as_long_takes_twice_the_steps(piece: str, language: str) -> None:
    half, whole = ((piece * CHARACTERS)[:length] for length in (CHARACTERS // 5, CHARACTERS * 2 // 5))
    for expected in EXPECTED:
        read(half, expected, language)
        assert steps(whole, expected, language) < 2.5 * steps(half, expected, language) + 1_000, expected


@pytest.mark.parametrize("before", ["", "well " * 300])
def test_what_stands_far_back_is_heard_as_well(before: str) -> None:
    asked = Understand(1, 1, f"{before}no I don't want that", (), "", Expectation("yes_no"), "en")
    assert Deny() in commands_for(asked, None)
