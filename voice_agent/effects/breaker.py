"""Leaves a service alone that keeps failing, so that callers don't wait for it in vain. Pure: it is handed the time.

Closed: asked as usual. After `failures` in a row it opens and nobody asks for `rest_us`; then one question may try.
"""

from __future__ import annotations

from typing import Final

FAILURES: Final = 3
REST_US: Final = 20_000_000
LATELY_US: Final = 1_500_000


class Breaker:
    """Of one service, shared by all who ask it."""

    def __init__(self, failures: int = FAILURES, rest_us: int = REST_US) -> None:
        self._limit = failures
        self._rest_us = rest_us
        self._failed = 0
        self._failed_us = 0
        self._closed_again_us: int | None = None

    @property
    def is_open(self) -> bool:
        return self._closed_again_us is not None

    def failed_lately(self, now_us: int) -> bool:
        """Whether the last answer was a failure, and so fresh that the same caller may have waited for it."""
        return self._failed > 0 and now_us - self._failed_us < LATELY_US

    def acquire(self, now_us: int) -> bool:
        """Takes leave to ask it now. After a rest the first has it alone, until it is known how that went."""
        if self._closed_again_us is None:
            return True
        if now_us < self._closed_again_us:
            return False
        self._closed_again_us = now_us + self._rest_us
        return True

    def succeeded(self) -> None:
        self._failed = 0
        self._closed_again_us = None

    def failed(self, now_us: int) -> None:
        self._failed += 1
        self._failed_us = now_us
        if self._failed >= self._limit:
            self._closed_again_us = now_us + self._rest_us
