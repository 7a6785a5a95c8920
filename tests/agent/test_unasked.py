"""Keys that nobody asked for: a card's number is not read."""

from __future__ import annotations

import pytest

from voice_agent.agent.unasked import keys_to_read
from voice_agent.conversation.expectation import OPEN, Expectation, SlotView

CARD = "4539148803436467"
DIGITS = Expectation("digits", SlotView("device", "digits"))
PLACE = Expectation("choice", SlotView("plan", "choice"))


@pytest.mark.parametrize(
    ("keys", "expected", "read"),
    [
        (f"{CARD}#", OPEN, "****#"),
        (f"{CARD}#", PLACE, "****#"),
        (f"{CARD}#", Expectation("yes_no"), "****#"),
        (CARD, DIGITS, CARD),
        ("55012479", OPEN, "55012479"),
        ("1", Expectation("yes_no"), "1"),
    ],
)
def test_a_card_is_read_only_where_digits_were_asked_for(keys: str, expected: Expectation, read: str) -> None:
    assert keys_to_read(keys, expected) == read
