"""How loud this caller is taken to speak: learned from turns, and doubted where nothing is heard of them. Pure.

A turn as loud as usual moves the median of the last few. One that was taken although it was far softer, and any that
comes after doubt, is where they are now: they have turned away, or handed the telephone to somebody else. So is a far
louder one after a single other, which wasn't theirs then.
"""

from __future__ import annotations

import statistics
from collections import deque
from typing import Final

_REMEMBERED: Final = 5
_FOLLOWED_DB: Final = 8
_DOUBT_DB: Final = 6


class CallersLevel:
    """Levels are in dBFS, of voice where it is loud."""

    def __init__(self) -> None:
        self._levels: deque[int] = deque(maxlen=_REMEMBERED)
        self._doubts = 0

    @property
    def known_dbfs(self) -> int | None:
        """None where any voice may be the caller's."""
        if not self._levels or self._doubts > 1:
            return None
        return round(statistics.median(self._levels)) - self._doubts * _DOUBT_DB

    def learn(self, level_dbfs: int | None) -> None:
        """A turn was so loud; None where nobody measured it."""
        if level_dbfs is None:
            return
        louder_db = level_dbfs - statistics.median(self._levels) if self._levels else 0.0
        if self._doubts or louder_db <= -_FOLLOWED_DB or (louder_db >= _FOLLOWED_DB and len(self._levels) == 1):
            self._levels.clear()
        self._doubts = 0
        self._levels.append(level_dbfs)

    def doubt(self) -> None:
        """Nobody was heard where an answer was waited for: they may be softer now, and the second time anybody."""
        self._doubts += 1
