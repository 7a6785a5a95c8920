"""A bound with hysteresis: shut above it, open again at half of it, so that a reading near it doesn't flap. Pure."""

from __future__ import annotations

from enum import Enum
from typing import Final


class GateState(Enum):
    OPEN = "open"
    SHUT = "shut"


class GateTrigger(Enum):
    TOO_HIGH = "reading above the bound"
    BETWEEN = "reading between half the bound and the bound"
    LOW = "reading at half the bound or below"


TRANSITIONS: Final = {
    (GateState.OPEN, GateTrigger.TOO_HIGH): GateState.SHUT,
    (GateState.OPEN, GateTrigger.BETWEEN): GateState.OPEN,
    (GateState.OPEN, GateTrigger.LOW): GateState.OPEN,
    (GateState.SHUT, GateTrigger.TOO_HIGH): GateState.SHUT,
    (GateState.SHUT, GateTrigger.BETWEEN): GateState.SHUT,
    (GateState.SHUT, GateTrigger.LOW): GateState.OPEN,
}


class Gate:
    """`bound` of 0: it never shuts."""

    def __init__(self, bound: int) -> None:
        self._bound = bound
        self._state = GateState.OPEN

    def note(self, reading: int) -> None:
        self._state = TRANSITIONS[self._state, self._trigger(reading)]

    def is_shut(self, reading: int) -> bool:
        """Whether it would be shut, were `reading` noted now."""
        return TRANSITIONS[self._state, self._trigger(reading)] is GateState.SHUT

    def _trigger(self, reading: int) -> GateTrigger:
        if 0 < self._bound < reading:
            return GateTrigger.TOO_HIGH
        return GateTrigger.LOW if 2 * reading <= self._bound or self._bound == 0 else GateTrigger.BETWEEN
