"""Gathers keypad keys into one entry. Decides when the entry is complete by its keys.

Where digits are expected an entry is complete at the expected length, at `#` (which ends it and is not part of it), or
when no further key comes for a while. Elsewhere, as in a menu, a key stands for itself after a shorter while.
"""

from __future__ import annotations

from typing import Final

from voice_agent.conversation.expectation import Expectation
from voice_agent.turns.settings import FloorSettings

_SEVERAL_KEYS: Final = frozenset({"date", "time", "money", "postcode", "order_id", "alphanumeric"})
_MOST_KEYS: Final = 32
"""Longer than any number that people are asked for; a key that is stuck must not keep the floor."""


class Keypad:
    def __init__(self, settings: FloorSettings) -> None:
        self._settings = settings
        self._keys = ""
        self._due_us: int | None = None
        self._hash_until_us = 0

    @property
    def due_us(self) -> int | None:
        """When the entry is complete if no further key comes; None while there is none."""
        return self._due_us

    @property
    def keys(self) -> str:
        """Those of the entry so far."""
        return self._keys

    def ignores(self, key: str, now_us: int) -> bool:
        """Whether `key` only ends an entry that was complete without it."""
        return key == "#" and self._keys == "" and now_us < self._hash_until_us

    def press(self, key: str, expectation: Expectation, now_us: int) -> bool:
        """Adds `key`; True where the entry is complete by it."""
        settings = self._settings
        if expectation.kind != "digits" and not _takes_several(expectation):
            self._keys += key
            self._due_us = now_us + settings.single_key_us
            return len(self._keys) >= _MOST_KEYS
        if key == "#" and self._keys != "":
            return True
        self._keys += key
        self._due_us = now_us + settings.inter_digit_us
        length = None if expectation.slot is None else expectation.slot.length
        if (length is not None and len(self._keys) >= length) or _completes(self._keys, expectation):
            self._hash_until_us = now_us + settings.hash_grace_us
            return True
        return len(self._keys) >= _MOST_KEYS

    def take(self) -> str:
        """The entry, which is empty afterwards."""
        keys, self._keys, self._due_us = self._keys, "", None
        return keys


def _completes(keys: str, expectation: Expectation) -> bool:
    """Whether they are as many as were missing of a number that was begun, and don't say its beginning again."""
    slot, begun = expectation.slot, expectation.begun
    if slot is None or begun is None or slot.length is None or slot.slot_type != "digits":
        return False
    return not begun.value.startswith(keys) and len(begun.value) + len(keys) == slot.length


def _takes_several(expectation: Expectation) -> bool:
    """Whether a value is asked for that is keyed with more than one key, but is no plain number."""
    slot = expectation.slot
    return slot is not None and expectation.kind == "value" and slot.slot_type in _SEVERAL_KEYS
