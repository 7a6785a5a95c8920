"""A scheduler whose processes serve, and what it asked for, for its tests."""

from __future__ import annotations

from models.scheduler import Scheduler
from models.scheduler_messages import (
    FailJob,
    Failure,
    JobKind,
    PoolOpened,
    ProcessReady,
    SchedulerAction,
    SchedulerLimits,
    SendJob,
)

SECOND = 1_000_000
ASR, TTS, EMBED = JobKind.TRANSCRIBE, JobKind.SYNTHESIZE, JobKind.EMBED
LIMITS = SchedulerLimits(processes=2, queue=3, window_chunks=4)


def serving(limits: SchedulerLimits = LIMITS) -> Scheduler:
    """All processes are ready since time 0."""
    scheduler = Scheduler(limits)
    scheduler.handle(PoolOpened(), 0)
    for process in range(limits.processes):
        scheduler.handle(ProcessReady(process), 0)
    return scheduler


def one_process(queue: int = 3) -> Scheduler:
    return serving(SchedulerLimits(processes=1, queue=queue, window_chunks=4))


def fails(actions: list[SchedulerAction]) -> list[tuple[int, Failure]]:
    return [(action.job, action.failure) for action in actions if isinstance(action, FailJob)]


def sent(actions: list[SchedulerAction]) -> list[tuple[int, int]]:
    return [(action.process, action.job) for action in actions if isinstance(action, SendJob)]
