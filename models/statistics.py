"""Counts what a pool of speech processes has done, for metrics and for the operator. Pure."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

import msgspec

from models.ladder import Effort
from models.scheduler_messages import JobKind
from models.scheduler_phases import JobPhase, ProcessPhase
from models.scheduler_state import Job, Process

_KEPT = 256


class Latency(msgspec.Struct, frozen=True):
    """Over the last 256 answers: from request to result, or to the first chunk of a synthesis."""

    answers: int
    p50_us: int
    p95_us: int
    longest_us: int


class Load(msgspec.Struct, frozen=True):
    """How long jobs have waited of late, and how long processes have worked so far."""

    delay_us: int
    busy_us: int


class PoolStatistics(msgspec.Struct, frozen=True):
    """`refused` were not accepted for want of room; `retried` were given to another process; `left_out` are
    recognitions ahead of time that there was no process for.

    `delay_us` is how long jobs wait for a process: of late on average, or that which waits now, whichever is longer.
    `busy_us` is what processes have worked so far, added up. `efforts` counts recognitions by effort, and
    `lessened_us` is when the last one got less than full effort, by the pool's clock.
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
    left_out: int = 0
    delay_us: int = 0
    busy_us: int = 0
    efforts: dict[str, int] = {}
    lessened_us: int | None = None


@dataclass
class Tally:
    restarts: int = 0
    finished: int = 0
    failed: int = 0
    cancelled: int = 0
    refused: int = 0
    retried: int = 0
    left_out: int = 0
    lessened_us: int | None = None
    _efforts: dict[Effort, int] = field(default_factory=lambda: dict.fromkeys(Effort, 0))
    _latencies: dict[JobKind, deque[int]] = field(default_factory=dict)

    def answered(self, kind: JobKind, latency_us: int) -> None:
        self._latencies.setdefault(kind, deque(maxlen=_KEPT)).append(latency_us)

    def recognised(self, effort: Effort, now_us: int) -> None:
        self._efforts[effort] += 1
        if effort is not Effort.FULL:
            self.lessened_us = now_us

    def snapshot(self, processes: Collection[Process], jobs: Iterable[Job], load: Load, now_us: int) -> PoolStatistics:
        jobs = list(jobs)
        waiting = [job for job in jobs if job.phase is JobPhase.QUEUED]
        return PoolStatistics(
            processes=len(processes),
            ready=sum(process.phase is ProcessPhase.READY for process in processes),
            queued=len(waiting),
            running=sum(job.phase in (JobPhase.RUNNING, JobPhase.PAUSED) for job in jobs),
            restarts=self.restarts,
            finished=self.finished,
            failed=self.failed,
            cancelled=self.cancelled,
            refused=self.refused,
            retried=self.retried,
            left_out=self.left_out,
            delay_us=max(load.delay_us, *(now_us - job.requested_us for job in waiting), 0),
            busy_us=load.busy_us,
            efforts={effort.value: count for effort, count in self._efforts.items()},
            lessened_us=self.lessened_us,
            latencies={kind.value: _latency(sorted(seen)) for kind, seen in self._latencies.items()},
        )


def _latency(ordered: list[int]) -> Latency:
    count = len(ordered)
    return Latency(count, ordered[count // 2], ordered[min(count - 1, count * 19 // 20)], ordered[-1])
