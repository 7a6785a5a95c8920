"""Admission: one budget of places, engines' time and punctuality; a place is taken before a call rings. Pure.

    admission = Admission(Limits(calls=2))
    admission.admit("call-1", readings)     # None: admitted, the place is taken at once
    admission.answered("call-1")
    admission.conversation_ended("call-1")  # True: given back; a second time False

A place belongs to a SIP Call-ID, is taken in the very step that finds room for it, and given back exactly once. Who is
told "no" gets a reason; nothing here rings, answers or refuses.
"""

from __future__ import annotations

from enum import Enum
from typing import Final

import msgspec

from voice_agent.app.engine_share import EngineShare
from voice_agent.app.gate import Gate


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
    """`calls` at once, ringing and placed ones included; lateness and queueing beyond which no more are taken, in
    microseconds; and how busy the speech processes may become by one call more, in percent. 0: any.
    """

    calls: int
    lateness_us: int = 0
    queue_us: int = 0
    busy_percent: int = 0


class Readings(msgspec.Struct, frozen=True):
    """How the worker is at this moment.

    `engines` are speech processes that are up, `engines_busy_us` what all have worked so far, added up; `ports_free`
    are calls that media ports are left for; `lateness_us` is how late ticks start of late, on average; `queue_us` is
    how long jobs wait for a speech process, of late. `now_us` never goes back.
    """

    engines: int = 1
    ports_free: int = 1
    lateness_us: int = 0
    queue_us: int = 0
    engines_busy_us: int = 0
    now_us: int = 0


class Admission:
    """One worker's budget."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.draining = False
        self._places: dict[str, PlaceState] = {}
        self._lateness = Gate(limits.lateness_us)
        self._queue = Gate(limits.queue_us)
        self._share = EngineShare()

    def __len__(self) -> int:
        """Places taken."""
        return len(self._places)

    def count(self, state: PlaceState) -> int:
        return sum(each is state for each in self._places.values())

    def holds(self, call_id: str) -> bool:
        return call_id in self._places

    def note(self, readings: Readings) -> None:
        """Learns how the worker is; to be told once a second at least, calls or none."""
        self._share.note(readings.now_us, readings.engines_busy_us, self.count(PlaceState.LIVE))
        self._lateness.note(readings.lateness_us)
        self._queue.note(readings.queue_us)

    def refusal(self, readings: Readings) -> str | None:
        """Why one more call can't be taken; None where it can."""
        trouble = self.trouble(readings)
        full = len(self._places) >= self.limits.calls
        return f"all {self.limits.calls} lines are taken" if trouble is None and full else trouble

    def trouble(self, readings: Readings) -> str | None:
        """Why no call can be taken now; None where it is a matter of places alone."""
        if self.draining:
            return "the server is about to stop"
        if readings.engines <= 0:
            return "no speech engine is up"
        if readings.ports_free <= 0:
            return "no media port is free"
        if self._lateness.is_shut(readings.lateness_us):
            return f"media ticks are {readings.lateness_us // 1_000} ms late"
        if self._queue.is_shut(readings.queue_us):
            return f"speech jobs have waited for {readings.queue_us // 1_000} ms"
        busy = self.busy_percent(readings.engines)
        if self._places and 0 < self.limits.busy_percent < busy:  # one call at a time is always worth a try
            return f"one call more would keep the speech processes {busy} % busy"
        return None

    def busy_percent(self, engines: int) -> int:
        """How busy so many speech processes are going to be with one call more than there are."""
        return self._share.percent(len(self._places) + 1, engines)

    def admit(self, call_id: str, readings: Readings, *, placed: bool = False) -> str | None:
        """Learns from `readings`, and takes a place or says why there is none.

        `placed`: a call of ours rather than one that rings here.
        """
        if call_id in self._places:
            return "a call with this Call-ID is up"
        self.note(readings)
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
