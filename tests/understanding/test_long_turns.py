"""Turns of any length are read in time that grows with them, whatever they are made of, and break nothing."""

from __future__ import annotations

import time

import pytest

from voice_agent.card_numbers import masked
from voice_agent.conversation.actions import Understand
from voice_agent.conversation.commands import Deny
from voice_agent.conversation.expectation import OPEN, Expectation, SlotView
from voice_agent.understanding.local import commands_for

CHARACTERS = 2_000
"""As many as a chat takes."""
PROCESSOR_S = 1.0
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


@pytest.mark.parametrize("piece", PIECES)
@pytest.mark.parametrize("language", ["en", "es"])
def test_a_long_turn_is_read_at_once(piece: str, language: str) -> None:
    text = (piece * CHARACTERS)[:CHARACTERS]
    for expected in EXPECTED:
        began_s = time.process_time()
        assert commands_for(Understand(1, 1, masked(text), (), "", expected, language), None) != ()
        assert time.process_time() - began_s < PROCESSOR_S, expected


@pytest.mark.parametrize("before", ["", "well " * 300])
def test_what_stands_far_back_is_heard_as_well(before: str) -> None:
    asked = Understand(1, 1, f"{before}no I don't want that", (), "", Expectation("yes_no"), "en")
    assert Deny() in commands_for(asked, None)
