"""The worker's one 20 ms timer: every call joins it and is ticked, none can harm another.

A shell over `WheelSchedule`. It runs one slot a turn of the event loop, so that sockets are read between the ticks that
make up for a stall, and sleeps when nobody has joined. A member that raises is removed and told.

    wheel = MediaWheel()
    handle = wheel.join(call)      # call.tick(now_us) every 20 ms from now on
    handle.leave()
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from typing import Protocol

from telephony.rtp.lateness import LatenessHistogram, LatenessStats, RecentLateness
from telephony.rtp.wheel_schedule import COHORTS, WheelSchedule

_log = logging.getLogger(__name__)


class WheelMember(Protocol):
    """Something that lives by ticks of 20 ms: a call."""

    @property
    def name(self) -> str:
        """How the log calls it: the call's id."""
        ...

    def tick(self, now_us: int) -> None:
        """20 ms have passed. Runs on the event loop: it must be short and must not wait."""
        ...

    def failed(self, error: Exception) -> None:
        """`tick` raised `error`, and this member was removed."""
        ...


class Cancellable(Protocol):
    """A timer that has not fired yet."""

    def cancel(self) -> None: ...


class WheelClock(Protocol):
    """Time and one timer."""

    def now_us(self) -> int:
        """Microseconds that never go back."""
        ...

    def call_at_us(self, at_us: int, callback: Callable[[], None]) -> Cancellable:
        """Call back at about `at_us`, at once where that has passed, never before this returns."""
        ...


class LoopWheelClock:
    """CLOCK_MONOTONIC and the running loop's timers, on asyncio or uvloop."""

    def now_us(self) -> int:
        return time.monotonic_ns() // 1_000

    def call_at_us(self, at_us: int, callback: Callable[[], None]) -> Cancellable:
        # Both loops sleep in whole milliseconds. Rounding up avoids turns of the loop that come too early to be of use.
        wait_ms = max(0, -((self.now_us() - at_us) // 1_000))
        return asyncio.get_running_loop().call_later(wait_ms / 1_000, callback)


class WheelHandle:
    """A membership."""

    __slots__ = ("_wheel", "before", "cohort", "member")

    def __init__(
        self, wheel: MediaWheel, member: WheelMember, cohort: int, before: Callable[[int], None] | None
    ) -> None:
        self.member = member
        self.before = before
        self.cohort = cohort
        self._wheel: MediaWheel | None = wheel

    @property
    def active(self) -> bool:
        """Whether it is still ticked."""
        return self._wheel is not None

    def leave(self) -> None:
        """No tick comes after this, not even one that is due. Leaving twice is fine."""
        wheel, self._wheel = self._wheel, None
        if wheel is not None:
            wheel._drop(self)


class MediaWheel:
    """One per worker, on its event loop."""

    def __init__(self, clock: WheelClock | None = None) -> None:
        """`clock` is the loop's own unless another is given, for virtual time."""
        self._clock: WheelClock = LoopWheelClock() if clock is None else clock
        self._cohorts: list[dict[WheelHandle, None]] = [{} for _ in range(COHORTS)]
        self._lateness = LatenessHistogram()
        self._recent = RecentLateness()
        self._schedule: WheelSchedule | None = None
        self._timer: Cancellable | None = None

    def __len__(self) -> int:
        return sum(len(cohort) for cohort in self._cohorts)

    @property
    def stats(self) -> LatenessStats:
        """One tick of one member counts once; late is from the deadline to the start of its own tick."""
        return self._lateness.stats

    @property
    def lateness_us(self) -> int:
        """How late slots ended of late, averaged over about a second; 0 while nobody is ticked."""
        return self._recent.average_us

    def begin_period(self) -> None:
        """Forget how late ticks were so far: `stats` begin anew."""
        self._lateness.clear()

    def join(self, member: WheelMember, before: Callable[[int], None] | None = None) -> WheelHandle:
        """Tick `member` every 20 ms, in the cohort that has fewest. Call it on the running loop.

        `before` is called with the time of a slot for all of its members before any of them is ticked, so that they
        can share work. It is as short as a tick, and as free to fail.
        """
        cohort = min(range(COHORTS), key=lambda number: len(self._cohorts[number]))
        handle = WheelHandle(self, member, cohort, before)
        self._cohorts[cohort][handle] = None
        if self._schedule is None:
            self._schedule = WheelSchedule(self._clock.now_us())
            self._arm(self._schedule)
        return handle

    def close(self) -> None:
        """Everybody leaves; nobody is told."""
        for handle in [handle for cohort in self._cohorts for handle in cohort]:
            handle.leave()

    def _drop(self, handle: WheelHandle) -> None:
        del self._cohorts[handle.cohort][handle]
        if len(self) == 0:
            self._sleep()

    def _sleep(self) -> None:
        self._schedule = None
        self._recent.clear()
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _arm(self, schedule: WheelSchedule) -> None:
        self._timer = self._clock.call_at_us(schedule.next_due_us, self._fire)

    def _fire(self) -> None:
        schedule = self._schedule
        if schedule is None:
            return
        slot = schedule.take(self._clock.now_us())
        if slot is not None:
            if slot.skipped:
                self._lateness.record_skipped(slot.skipped * len(self))
            self._run(slot.cohort, slot.due_us)
            if self._schedule is schedule:
                self._recent.record(self._clock.now_us() - slot.due_us)
        # The members may all have left, and others have joined a new schedule, which armed itself.
        if self._schedule is schedule:
            self._arm(schedule)

    def _run(self, cohort: int, due_us: int) -> None:
        now_us = self._clock.now_us
        record = self._lateness.record
        handles = tuple(self._cohorts[cohort])
        began_us = now_us()
        for handle in handles:
            if handle.before is not None and handle.active:
                self._guarded(handle, handle.before, began_us)
        for handle in handles:
            if handle.active:
                started_us = now_us()
                record(started_us - due_us)
                self._guarded(handle, handle.member.tick, started_us)

    def _guarded(self, handle: WheelHandle, step: Callable[[int], None], now_us: int) -> None:
        try:
            step(now_us)
        except Exception as error:  # noqa: BLE001 - the boundary that keeps one call's defect from the others
            self._remove(handle, error)

    def _remove(self, handle: WheelHandle, error: Exception) -> None:
        handle.leave()
        name = "unnamed member"
        try:
            name = handle.member.name
            _log.error("tick of %s failed; it leaves the wheel", name, exc_info=error)
            handle.member.failed(error)
        except Exception:  # noqa: BLE001 - a second defect of the same call
            _log.exception("%s failed again when told of its failure", name)
