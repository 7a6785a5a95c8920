"""How busy speech processes were, and how long jobs waited for one of late. Pure."""

from __future__ import annotations

import math
from typing import Final

MEMORY_US: Final = 5_000_000
"""A delay that nothing has come after weighs a third after so long."""
WEIGHT: Final = 0.25
"""Of the latest job in the running average."""


class RecentDelay:
    """A running average of waits, which falls by itself while no job is started."""

    def __init__(self) -> None:
        self._average_us = 0.0
        self._at_us = 0

    def started(self, waited_us: int, now_us: int) -> None:
        """A job got its process after `waited_us`."""
        self._average_us = self._faded(now_us)
        self._average_us += (waited_us - self._average_us) * WEIGHT
        self._at_us = now_us

    def average_us(self, now_us: int) -> int:
        return round(self._faded(now_us))

    def _faded(self, now_us: int) -> float:
        return self._average_us * math.exp((self._at_us - now_us) / MEMORY_US)


class BusyTime:
    """The time that processes spent on jobs, added up."""

    def __init__(self) -> None:
        self._busy = 0
        self._since_us = 0
        self._spent_us = 0

    def change(self, busy: int, now_us: int) -> None:
        """From now on `busy` processes work."""
        self._spent_us = self.spent_us(now_us)
        self._busy, self._since_us = busy, now_us

    def spent_us(self, now_us: int) -> int:
        return self._spent_us + self._busy * (now_us - self._since_us)
