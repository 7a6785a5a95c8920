"""How loud this caller speaks, learned from the turns that were taken: a much softer voice is somebody else's. Pure."""

from __future__ import annotations

import statistics
from collections import deque
from typing import Final

_REMEMBERED: Final = 5


class OwnVoice:
    """Levels are in dBFS, of what is loud in a stretch of voice."""

    def __init__(self) -> None:
        self._levels: deque[int] = deque(maxlen=_REMEMBERED)

    def learn(self, level_dbfs: int | None) -> None:
        """A turn was so loud; None where nobody measured it."""
        if level_dbfs is not None:
            self._levels.append(level_dbfs)

    def softer_db(self, level_dbfs: int | None) -> int:
        """By how much `level_dbfs` is softer than what is usual; 0 where either isn't known, or it is as loud."""
        if level_dbfs is None or not self._levels:
            return 0
        return max(0, round(statistics.median(self._levels)) - level_dbfs)

    def is_as_loud(self, level_dbfs: int | None, within_db: int) -> bool:
        """Whether `level_dbfs` is known to be at most `within_db` softer than what is usual."""
        return level_dbfs is not None and bool(self._levels) and self.softer_db(level_dbfs) <= within_db
