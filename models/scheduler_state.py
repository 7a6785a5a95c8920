"""What the scheduler remembers of a job and of a process. `models.scheduler` alone changes it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from models.scheduler_messages import JobKind


class JobPhase(Enum):
    QUEUED = "queued"
    RUNNING = "running"
    PAUSED = "paused"
    ABANDONED = "abandoned"


class ProcessPhase(Enum):
    STARTING = "starting"
    READY = "ready"
    ENDING = "ending"
    WAITING = "waiting"


@dataclass
class Job:
    """`answer_by_us` bounds the next message about it; `generation` counts attempts, from 1.

    `granted` chunks may still come unasked, `untaken` have been delivered and not been taken by the consumer. `avoid`
    is the process that failed it. `kill_us` is set for abandoned jobs only.
    """

    number: int
    kind: JobKind
    requested_us: int
    answer_by_us: int
    phase: JobPhase = JobPhase.QUEUED
    process: int | None = None
    avoid: int | None = None
    generation: int = 0
    sent_us: int = 0
    kill_us: int | None = None
    delivered_samples: int = 0
    granted: int = 0
    untaken: int = 0

    @property
    def wake_us(self) -> int | None:
        """When something must happen about this job even if nothing is heard of it."""
        match self.phase:
            case JobPhase.QUEUED | JobPhase.RUNNING:
                return self.answer_by_us
            case JobPhase.PAUSED:
                return None
            case JobPhase.ABANDONED:
                return self.kill_us


@dataclass
class Process:
    """`wake_us` is when to start it (waiting) or to give up on it (starting); `down_us` is since when it is missed."""

    number: int
    phase: ProcessPhase = ProcessPhase.WAITING
    wake_us: int = 0
    ready_us: int = 0
    down_us: int = -1
    failures: int = 0
    kill_reason: str | None = None
