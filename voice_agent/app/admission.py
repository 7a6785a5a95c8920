"""Admission: one budget of places, taken before a call rings and given back exactly once. Pure.

    admission = Admission(Limits(calls=2))
    admission.admit("call-1", readings)     # None: admitted, the place is taken at once
    admission.answered("call-1")
    admission.conversation_ended("call-1")  # True: given back; a second time False

A place belongs to a SIP Call-ID. Who is told "no" gets a reason; nothing here rings, answers or refuses.
"""

from __future__ import annotations

from enum import Enum
from typing import Final

import msgspec


class PlaceState(Enum):
    RINGING = "ringing"
    PLACED = "placed"
    LIVE = "live"
    FREE = "free"


class PlaceTrigger(Enum):
    ANSWERED = "answered"
    LINE_ENDED = "line ended"
    CONVERSATION_ENDED = "conversation ended"


# A line that ends leaves a live place taken: the conversation has its end to write, and gives the place back after it.
TRANSITIONS: Final = {
    (PlaceState.RINGING, PlaceTrigger.ANSWERED): PlaceState.LIVE,
    (PlaceState.RINGING, PlaceTrigger.LINE_ENDED): PlaceState.FREE,
    (PlaceState.PLACED, PlaceTrigger.ANSWERED): PlaceState.LIVE,
    (PlaceState.PLACED, PlaceTrigger.LINE_ENDED): PlaceState.FREE,
    (PlaceState.LIVE, PlaceTrigger.CONVERSATION_ENDED): PlaceState.FREE,
}


class Limits(msgspec.Struct, frozen=True):
    """`calls` at once, ringing and placed ones included; lateness and queueing beyond which no more are taken (0: any).

    Both times in microseconds.
    """

    calls: int
    lateness_us: int = 0
    queue_us: int = 0


class Readings(msgspec.Struct, frozen=True):
    """How the worker is at this moment.

    `ports_free` are calls that media ports are left for; `lateness_us` is how late ticks start of late, on average;
    `queue_us` is how long the job that waits longest has waited for a speech process.
    """

    engines_ready: bool = True
    ports_free: int = 1
    lateness_us: int = 0
    queue_us: int = 0


class Admission:
    """One worker's budget."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.draining = False
        self._places: dict[str, PlaceState] = {}

    def __len__(self) -> int:
        """Places taken."""
        return len(self._places)

    def count(self, state: PlaceState) -> int:
        return sum(each is state for each in self._places.values())

    def holds(self, call_id: str) -> bool:
        return call_id in self._places

    def refusal(self, readings: Readings) -> str | None:
        """Why one more call can't be taken; None where it can."""
        trouble = self.trouble(readings)
        full = len(self._places) >= self.limits.calls
        return f"all {self.limits.calls} lines are taken" if trouble is None and full else trouble

    def trouble(self, readings: Readings) -> str | None:
        """Why no call can be taken however few there are; None where it is a matter of places alone."""
        limits = self.limits
        if self.draining:
            return "the server is about to stop"
        if not readings.engines_ready:
            return "no speech engine is up"
        if readings.ports_free <= 0:
            return "no media port is free"
        if 0 < limits.lateness_us < readings.lateness_us:
            return f"media ticks are {readings.lateness_us // 1_000} ms late"
        if 0 < limits.queue_us < readings.queue_us:
            return f"speech jobs have waited for {readings.queue_us // 1_000} ms"
        return None

    def admit(self, call_id: str, readings: Readings, *, placed: bool = False) -> str | None:
        """Takes a place, or says why there is none. `placed`: a call of ours rather than one that rings here."""
        if call_id in self._places:
            return "a call with this Call-ID is up"
        refusal = self.refusal(readings)
        if refusal is None:
            self._places[call_id] = PlaceState.PLACED if placed else PlaceState.RINGING
        return refusal

    def answered(self, call_id: str) -> bool:
        """The call has a conversation from now on. False where it has no place, or has a conversation already."""
        return self._move(call_id, PlaceTrigger.ANSWERED) is PlaceState.LIVE

    def line_ended(self, call_id: str) -> bool:
        """Cancelled, failed or hung up. True where that gave the place back."""
        return self._move(call_id, PlaceTrigger.LINE_ENDED) is PlaceState.FREE

    def conversation_ended(self, call_id: str) -> bool:
        """All of it is written. True where that gave the place back."""
        return self._move(call_id, PlaceTrigger.CONVERSATION_ENDED) is PlaceState.FREE

    def _move(self, call_id: str, trigger: PlaceTrigger) -> PlaceState | None:
        before = self._places.get(call_id)
        after = None if before is None else TRANSITIONS.get((before, trigger))
        if after is PlaceState.FREE:
            del self._places[call_id]
        elif after is not None:
            self._places[call_id] = after
        return after
