"""Reading time, in the two places that may: drivers take a `Clock`, pure code is handed `now_us`.

A conversation counts microseconds from its own start, so that the same inputs give the same log on any machine.
"""

from __future__ import annotations

import asyncio
import time
from typing import Protocol


class Clock(Protocol):
    """A source of time that never goes back."""

    def now_us(self) -> int:
        """Microseconds since an epoch of the clock's own; steps of the wall clock don't move it."""
        ...


class MonotonicClock:
    """CLOCK_MONOTONIC: shared by all processes of a machine, so deadlines may be sent between them.

    Read through `time.monotonic_ns`, because uvloop's `loop.time()` has a resolution of a millisecond.
    """

    def now_us(self) -> int:
        return time.monotonic_ns() // 1_000


class LoopClock:
    """The running loop's own time: what a simulation uses, whose loop jumps from timer to timer."""

    def now_us(self) -> int:
        return round(asyncio.get_running_loop().time() * 1_000_000)
