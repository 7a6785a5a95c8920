"""How late ticks were: a histogram of fixed size, so that it costs the same after a month. Pure."""

from __future__ import annotations

from typing import Final

import msgspec

from telephony.rtp.wheel_schedule import SLOT_US

BUCKET_US: Final = 100
_BUCKETS: Final = 1_000  # to 100 ms; the last one holds everything above


class LatenessStats(msgspec.Struct, frozen=True, kw_only=True):
    """`p50_us` and `p99_us` are upper edges of buckets of 100 us, at most `max_us`. `skipped` ticks never ran."""

    ticks: int
    skipped: int
    p50_us: int
    p99_us: int
    max_us: int


class RecentLateness:
    """An exponential average of lateness: what was `SLOTS` slots ago weighs a third of what is now."""

    SLOTS: Final = 1_000_000 // SLOT_US
    """A second of the wheel."""

    def __init__(self) -> None:
        self._average_us = 0.0

    @property
    def average_us(self) -> int:
        return round(self._average_us)

    def record(self, lateness_us: int) -> None:
        """One slot ended so late; early counts as on time."""
        self._average_us += (max(0, lateness_us) - self._average_us) / self.SLOTS

    def clear(self) -> None:
        """Nothing runs any more, so nothing is late."""
        self._average_us = 0.0


class LatenessHistogram:
    """Scheduled against actual, in microseconds."""

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        """Begin a new period."""
        self._counts = [0] * _BUCKETS
        self._ticks = 0
        self._skipped = 0
        self._max_us = 0

    def record(self, lateness_us: int) -> None:
        """One tick ran so late; early counts as on time."""
        if lateness_us < 0:
            lateness_us = 0
        bucket = lateness_us // BUCKET_US
        self._counts[bucket if bucket < _BUCKETS else -1] += 1
        self._ticks += 1
        if lateness_us > self._max_us:
            self._max_us = lateness_us

    def record_skipped(self, ticks: int) -> None:
        """So many ticks were left out because they were too late to be of use."""
        self._skipped += ticks

    def quantile_us(self, share: float) -> int:
        """Lateness that `share` (0..1) of the ticks did not exceed; 0 where there were none."""
        wanted = share * self._ticks
        so_far = 0
        for bucket, count in enumerate(self._counts[:-1]):
            so_far += count
            if so_far and so_far >= wanted:
                return min((bucket + 1) * BUCKET_US, self._max_us)
        return self._max_us

    @property
    def stats(self) -> LatenessStats:
        """A snapshot."""
        return LatenessStats(
            ticks=self._ticks,
            skipped=self._skipped,
            p50_us=self.quantile_us(0.50),
            p99_us=self.quantile_us(0.99),
            max_us=self._max_us,
        )
