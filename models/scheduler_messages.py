"""What the scheduler of speech processes is told, and what it asks for. Times are microseconds of the pool's clock."""

from __future__ import annotations

from enum import Enum
from typing import TypeAlias

import msgspec

from models.ladder import Effort
from voice_agent.ports.urgency import Urgency


class JobKind(Enum):
    TRANSCRIBE = "transcribe"
    SYNTHESIZE = "synthesize"
    EMBED = "embed"


class Failure(Enum):
    """Why a job has no answer; each has its error in `voice_agent.errors`."""

    OVERLOADED = "overloaded"
    UNAVAILABLE = "unavailable"
    DEADLINE = "deadline"


class _Fact(msgspec.Struct, frozen=True, tag=True):
    """Something that happened."""


class _Wish(msgspec.Struct, frozen=True, tag=True):
    """Something to be done."""


class PoolOpened(_Fact, frozen=True):
    """The pool has begun to serve."""


class PoolClosed(_Fact, frozen=True):
    """Nobody wants answers any more; processes are to end for good."""


class JobRequested(_Fact, frozen=True):
    job: int
    kind: JobKind
    deadline_us: int
    urgency: Urgency = "final"


class JobCancelled(_Fact, frozen=True):
    """Whoever asked has gone. Told at any time, also for a job that has just ended."""

    job: int


class ChunkTaken(_Fact, frozen=True):
    """The consumer of a synthesis has taken one delivered chunk: there is room for another."""

    job: int


class ProcessReady(_Fact, frozen=True):
    process: int


class ProcessEnded(_Fact, frozen=True):
    process: int
    reason: str


class ChunkArrived(_Fact, frozen=True):
    process: int
    job: int
    generation: int
    samples: int


class AnswerArrived(_Fact, frozen=True):
    """The last message about a job: its result, the end of its chunks, or the acknowledgement of a cancellation."""

    process: int
    job: int
    generation: int


class AnswerFailed(_Fact, frozen=True):
    process: int
    job: int
    generation: int
    reason: str


class StartProcess(_Wish, frozen=True):
    process: int


class KillProcess(_Wish, frozen=True):
    process: int


class SendJob(_Wish, frozen=True):
    """`skip_samples` were delivered by an earlier attempt; `credit` is how many chunks may be sent unasked.

    `effort` is of recognitions; all else is done in the one way that there is.
    """

    process: int
    job: int
    generation: int
    deadline_us: int
    skip_samples: int
    credit: int
    effort: Effort = Effort.FULL


class SendCancel(_Wish, frozen=True):
    process: int
    job: int
    generation: int


class SendCredit(_Wish, frozen=True):
    process: int
    job: int
    generation: int
    chunks: int


class Deliver(_Wish, frozen=True):
    """Hand on what has just arrived. `last`: the job is over."""

    job: int
    last: bool


class FailJob(_Wish, frozen=True):
    job: int
    failure: Failure
    reason: str


class ReportDown(_Wish, frozen=True):
    process: int
    reason: str


class ReportUp(_Wish, frozen=True):
    """`restart_us`: since it ended, or since the pool opened."""

    process: int
    restart_us: int


SchedulerEvent: TypeAlias = (
    PoolOpened
    | PoolClosed
    | JobRequested
    | JobCancelled
    | ChunkTaken
    | ProcessReady
    | ProcessEnded
    | ChunkArrived
    | AnswerArrived
    | AnswerFailed
)
SchedulerAction: TypeAlias = (
    StartProcess | KillProcess | SendJob | SendCancel | SendCredit | Deliver | FailJob | ReportDown | ReportUp
)


class SchedulerLimits(msgspec.Struct, frozen=True):
    """The bounds of a pool. Beyond `queue` waiting jobs, further ones are refused at once."""

    processes: int = 2
    queue: int = 32
    window_chunks: int = 10
    next_chunk_us: int = 1_000_000
    patience_us: int = 3_000_000
    grace_us: int = 2_000_000
    start_limit_us: int = 60_000_000
    first_backoff_us: int = 250_000
    longest_backoff_us: int = 10_000_000
    stable_us: int = 30_000_000
