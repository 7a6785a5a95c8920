"""What the scheduler remembers of a job and of a process. `models.scheduler` alone changes it."""

from __future__ import annotations

from dataclasses import dataclass

from models.ladder import Effort
from models.scheduler_messages import JobKind, SchedulerLimits
from models.scheduler_phases import (
    JOB_TRANSITIONS,
    PROCESS_TRANSITIONS,
    JobHappening,
    JobPhase,
    ProcessHappening,
    ProcessPhase,
)


@dataclass
class Job:
    """`answer_by_us` bounds the next message about it, `due_us` is when somebody begins to wait for its answer;
    `generation` counts attempts, from 1.

    `granted` chunks may still come unasked, `untaken` have been delivered and not been taken by the consumer. `avoid`
    is the process that failed it. `kill_us` is set for abandoned jobs only.
    """

    number: int
    kind: JobKind
    requested_us: int
    answer_by_us: int
    due_us: int = 0
    early: bool = False
    effort: Effort = Effort.FULL
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

    def go(self, happening: JobHappening) -> None:
        self.phase = JOB_TRANSITIONS[self.phase, happening]


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

    def go(self, happening: ProcessHappening) -> None:
        self.phase = PROCESS_TRANSITIONS[self.phase, happening]

    def starts(self, now_us: int, limits: SchedulerLimits) -> None:
        self.go(ProcessHappening.STARTED)
        self.wake_us = now_us + limits.start_limit_us
        if self.down_us < 0:
            self.down_us = now_us

    def ends(self, reason: str, now_us: int, limits: SchedulerLimits) -> str:
        """It is gone; says why. `wake_us` is when to start it again: the later, the more often it has failed."""
        reason = reason if self.kill_reason is None else self.kill_reason
        stable = self.phase is ProcessPhase.READY and now_us - self.ready_us >= limits.stable_us
        self.failures = 0 if stable else self.failures + 1
        self.go(ProcessHappening.ENDED)
        self.down_us = now_us
        self.kill_reason = None
        doubled = limits.first_backoff_us << min(max(0, self.failures - 2), 16)
        self.wake_us = now_us + (min(doubled, limits.longest_backoff_us) if self.failures > 1 else 0)
        return reason
