"""Counts what a pool of speech processes has done, for metrics and for the operator. Pure."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

import msgspec

from models.scheduler_messages import JobKind

_KEPT = 256


class Latency(msgspec.Struct, frozen=True):
    """Over the last 256 answers: from request to result, or to the first chunk of a synthesis."""

    answers: int
    p50_us: int
    p95_us: int
    longest_us: int


class PoolStatistics(msgspec.Struct, frozen=True):
    """`refused` were not accepted for want of room; `retried` were given to another process.

    `waits_since_us` is when the job was requested that has waited longest for a process, by the pool's clock.
    """

    processes: int
    ready: int
    queued: int
    running: int
    restarts: int
    finished: int
    failed: int
    cancelled: int
    refused: int
    retried: int
    latencies: dict[str, Latency]
    waits_since_us: int | None = None


@dataclass
class Tally:
    restarts: int = 0
    finished: int = 0
    failed: int = 0
    cancelled: int = 0
    refused: int = 0
    retried: int = 0
    _latencies: dict[JobKind, deque[int]] = field(default_factory=dict)

    def answered(self, kind: JobKind, latency_us: int) -> None:
        self._latencies.setdefault(kind, deque(maxlen=_KEPT)).append(latency_us)

    def snapshot(
        self, *, processes: int, ready: int, queued: int, running: int, waits_since_us: int | None
    ) -> PoolStatistics:
        return PoolStatistics(
            processes=processes,
            ready=ready,
            queued=queued,
            running=running,
            restarts=self.restarts,
            finished=self.finished,
            failed=self.failed,
            cancelled=self.cancelled,
            refused=self.refused,
            retried=self.retried,
            waits_since_us=waits_since_us,
            latencies={kind.value: _latency(sorted(seen)) for kind, seen in self._latencies.items()},
        )


def _latency(ordered: list[int]) -> Latency:
    count = len(ordered)
    return Latency(count, ordered[count // 2], ordered[min(count - 1, count * 19 // 20)], ordered[-1])
