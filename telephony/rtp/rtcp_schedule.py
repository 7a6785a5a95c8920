"""When a report is due (RFC 3550 sections 6.2 and 6.3): about every 5 s, at random so that calls don't report in step.

A call has two members, and two reports of 100 octets in 5 s are a twelfth of what RTCP may take (5 % of G.711's ten
thousand octets a second): the interval is always the smallest one, and members never time out. Pure; the chance is
handed in.
"""

from __future__ import annotations

import math
from typing import Final

MINIMUM_US: Final = 5_000_000
_COMPENSATION: Final = math.e - 1.5  # section 6.3.1: reconsideration makes the mean too long


class RtcpSchedule:
    """`due` is asked once a tick, and says yes once an interval."""

    def __init__(self, seed: int, start_us: int) -> None:
        """`seed`: 32 bits that other calls don't share."""
        self._state = seed
        self._last_us = start_us
        self._mean_us = MINIMUM_US // 2  # section 6.2: half for the first
        self._next_us = start_us + self._interval_us()

    @property
    def next_us(self) -> int:
        return self._next_us

    def begin_report(self, now_us: int) -> bool:
        """Whether there is to be a report at `now_us`; if so, the next one is planned."""
        if now_us < self._next_us:
            return False
        self._next_us = self._last_us + self._interval_us()  # reconsideration, section 6.3.6
        if now_us < self._next_us:
            return False
        self._last_us = now_us
        self._mean_us = MINIMUM_US
        self._next_us = now_us + self._interval_us()
        return True

    def _interval_us(self) -> int:
        return round(self._mean_us * (0.5 + self._draw()) / _COMPENSATION)

    def _draw(self) -> float:
        """The next of a sequence in 0..1: Numerical Recipes' linear congruence, which is good enough to spread."""
        self._state = (1_664_525 * self._state + 1_013_904_223) & 0xFFFF_FFFF
        return self._state / 2**32
