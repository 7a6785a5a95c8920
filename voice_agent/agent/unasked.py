"""What is read of keys that nobody asked for. Pure."""

from __future__ import annotations

from voice_agent.card_numbers import masked
from voice_agent.conversation.expectation import Expectation


def keys_to_read(keys: str, expected: Expectation) -> str:
    """`keys` without what may be a card's number, unless digits are what was asked for."""
    asked = expected.slot is not None and expected.slot.slot_type == "digits"
    return keys if asked else masked(keys)
