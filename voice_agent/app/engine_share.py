"""What one call takes of the speech processes, learned from the calls that are up. Pure.

A queue tells too late: a call that was let in a moment ago has not spoken yet. What it will take is what others have
taken, so that calls that ring or have just begun count in full.
"""

from __future__ import annotations

import math
from typing import Final

MEMORY_US: Final = 60_000_000
"""What was a minute ago weighs a third of what is now."""
LEAST_CALL_US: Final = 30_000_000
"""So much time of calls, added up, says something about the next one."""


class EngineShare:
    """Told regularly; times never go back."""

    def __init__(self) -> None:
        self._at_us: int | None = None
        self._busy_us = 0
        self._calls = 0
        self._spent_us = 0.0
        self._talked_us = 0.0

    def note(self, now_us: int, busy_us: int, calls: int) -> None:
        """`busy_us` is what the processes have worked since they began, added up; `calls` are up from now on."""
        if self._at_us is not None and now_us > self._at_us:
            kept = math.exp((self._at_us - now_us) / MEMORY_US)
            self._spent_us = self._spent_us * kept + busy_us - self._busy_us
            self._talked_us = self._talked_us * kept + (now_us - self._at_us) * self._calls
        self._at_us, self._busy_us, self._calls = now_us, busy_us, calls

    def of_a_call(self) -> float:
        """Processes that a call keeps busy on average; 0 while too little is known."""
        return self._spent_us / self._talked_us if self._talked_us >= LEAST_CALL_US else 0.0

    def percent(self, calls: int, processes: int) -> int:
        """How busy `calls` would keep `processes`; may be above 100."""
        return round(100 * calls * self.of_a_call() / max(1, processes))
