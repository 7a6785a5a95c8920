"""When a late heartbeat of the event loop is a stall, and which stalls are told with their stack. Pure.

stalls = Stalls()
stalls.look(beat_us=0, now_us=310_000)       # Blocked(310_000, told=True): the loop has not run for so long
stalls.look(beat_us=900_000, now_us=910_000) # Ended(900_000): it runs again
"""

from __future__ import annotations

from typing import Final, TypeAlias

import msgspec

STALL_US: Final = 300_000
"""Since the last heartbeat. Fifteen media ticks of every call are late by then, or lost."""
TOLD_EVERY_US: Final = 10_000_000
"""One stack so often; of stalls between only their number is told."""


class Blocked(msgspec.Struct, frozen=True):
    """The loop has not run for `for_us`. `told`: its stack is to be logged; `untold` stalls have passed before it."""

    for_us: int
    told: bool
    untold: int = 0


class Ended(msgspec.Struct, frozen=True):
    """The loop runs again after `for_us`."""

    for_us: int


Seen: TypeAlias = Blocked | Ended | None


class Stalls:
    """Looked at from outside the loop, several times within `STALL_US`. Times are of one clock."""

    def __init__(self) -> None:
        self.count = 0
        self.longest_us = 0
        self.total_us = 0
        self._began_us: int | None = None
        self._told_us: int | None = None
        self._untold = 0

    def look(self, beat_us: int, now_us: int) -> Seen:
        """`beat_us` is when the loop last ran."""
        if self._began_us is not None and beat_us > self._began_us:
            return self._ended(beat_us - self._began_us)
        if self._began_us is not None or now_us - beat_us < STALL_US:
            return None
        self._began_us = beat_us
        self.count += 1
        if self._told_us is not None and now_us - self._told_us < TOLD_EVERY_US:
            self._untold += 1
            return Blocked(now_us - beat_us, told=False)
        untold, self._untold, self._told_us = self._untold, 0, now_us
        return Blocked(now_us - beat_us, told=True, untold=untold)

    def _ended(self, for_us: int) -> Ended:
        self._began_us = None
        self.longest_us = max(self.longest_us, for_us)
        self.total_us += for_us
        return Ended(for_us)
