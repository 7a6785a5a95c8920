"""How fast a customer may send: a token bucket. Pure."""

from __future__ import annotations

from typing import Final

BURST: Final = 10
EVERY_US: Final = 1_000_000
"""One message a second for ever, ten at once."""


class Rate:
    """One customer's. What was sent is kept as a time: the bucket fills from there to now."""

    def __init__(self, burst: int = BURST, every_us: int = EVERY_US) -> None:
        self._room_us = burst * every_us
        self._every_us = every_us
        self._spent_until_us = -self._room_us

    def take(self, now_us: int) -> int:
        """Takes one message and gives 0, or says in how many microseconds there is room for it."""
        start_us = max(self._spent_until_us, now_us - self._room_us)
        late_us = start_us + self._every_us - now_us
        if late_us > 0:
            return late_us
        self._spent_until_us = start_us + self._every_us
        return 0
