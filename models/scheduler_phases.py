"""The phases of a speech process and of a job, and the tables of what leads from one to the other. Pure data."""

from __future__ import annotations

from enum import Enum
from typing import Final


class ProcessPhase(Enum):
    WAITING = "waiting"
    """For its next start."""
    STARTING = "starting"
    READY = "ready"
    ENDING = "ending"
    """Killed, and not gone yet."""


class ProcessHappening(Enum):
    STARTED = "started"
    LOADED = "models loaded"
    KILLED = "killed"
    ENDED = "ended"


PROCESS_TRANSITIONS: Final = {
    (ProcessPhase.WAITING, ProcessHappening.STARTED): ProcessPhase.STARTING,
    (ProcessPhase.WAITING, ProcessHappening.ENDED): ProcessPhase.WAITING,
    (ProcessPhase.STARTING, ProcessHappening.LOADED): ProcessPhase.READY,
    (ProcessPhase.STARTING, ProcessHappening.KILLED): ProcessPhase.ENDING,
    (ProcessPhase.STARTING, ProcessHappening.ENDED): ProcessPhase.WAITING,
    (ProcessPhase.READY, ProcessHappening.KILLED): ProcessPhase.ENDING,
    (ProcessPhase.READY, ProcessHappening.ENDED): ProcessPhase.WAITING,
    (ProcessPhase.ENDING, ProcessHappening.KILLED): ProcessPhase.ENDING,
    (ProcessPhase.ENDING, ProcessHappening.ENDED): ProcessPhase.WAITING,
}


class JobPhase(Enum):
    QUEUED = "queued"
    RUNNING = "running"
    PAUSED = "paused"
    """Its consumer is behind."""
    ABANDONED = "abandoned"
    """Nobody wants it, and the process still owes the end of it."""


class JobHappening(Enum):
    SENT = "sent to a process"
    CHUNK = "chunk, more may come"
    LAST_CHUNK = "chunk, no more may come"
    GRANTED = "chunks were taken"
    GIVEN_UP = "cancelled, or too late"
    FAILED = "failed, or its process ended"


JOB_TRANSITIONS: Final = {
    (JobPhase.QUEUED, JobHappening.SENT): JobPhase.RUNNING,
    (JobPhase.RUNNING, JobHappening.CHUNK): JobPhase.RUNNING,
    (JobPhase.RUNNING, JobHappening.LAST_CHUNK): JobPhase.PAUSED,
    (JobPhase.RUNNING, JobHappening.GRANTED): JobPhase.RUNNING,
    (JobPhase.RUNNING, JobHappening.GIVEN_UP): JobPhase.ABANDONED,
    (JobPhase.RUNNING, JobHappening.FAILED): JobPhase.QUEUED,
    (JobPhase.PAUSED, JobHappening.LAST_CHUNK): JobPhase.PAUSED,
    (JobPhase.PAUSED, JobHappening.GRANTED): JobPhase.RUNNING,
    (JobPhase.PAUSED, JobHappening.GIVEN_UP): JobPhase.ABANDONED,
    (JobPhase.PAUSED, JobHappening.FAILED): JobPhase.QUEUED,
}
"""A job that is over is forgotten: it has no phase."""
