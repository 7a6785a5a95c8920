"""Which of the waiting jobs goes to which free process, and with how much effort. Pure: it changes no job.

The job whose answer is due first goes first (earliest deadline first), of equals the one that was asked for first, so
that calls are served in turn. What was asked for ahead of time comes after all that somebody waits for, until it may be
waited for itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from models.ladder import Effort, Ladder
from models.scheduler_messages import JobKind
from models.scheduler_phases import JobPhase, ProcessPhase
from models.scheduler_state import Job, Process

DUE_US: Final = {JobKind.TRANSCRIBE: 500_000, JobKind.SYNTHESIZE: 250_000, JobKind.EMBED: 300_000}
"""From the request to when its caller begins to wait for the answer: recognition runs while the pause grows."""

AHEAD_US: Final = 140_000
"""From a dip of the voice to its being a pause: for so long what was asked for at the dip is ahead of time."""


def due_us(kind: JobKind, requested_us: int, deadline_us: int) -> int:
    """When the answer is due; `deadline_us` is when nobody waits for it any more."""
    return min(deadline_us, requested_us + DUE_US[kind])


def working(jobs: Iterable[Job]) -> set[int]:
    """Processes that have something to do."""
    busy = (JobPhase.RUNNING, JobPhase.ABANDONED)
    return {job.process for job in jobs if job.process is not None and job.phase in busy}


def free(processes: Iterable[Process], jobs: Iterable[Job]) -> list[int]:
    """Processes that could begin a job."""
    busy = working(jobs)
    return [each.number for each in processes if each.phase is ProcessPhase.READY and each.number not in busy]


def soon_free(processes: Iterable[Process], jobs: Iterable[Job]) -> list[int]:
    """Those too that only owe the end of what nobody wants any more: it is given up at the next step."""
    busy = {job.process for job in jobs if job.phase is JobPhase.RUNNING}
    return [each.number for each in processes if each.phase is ProcessPhase.READY and each.number not in busy]


def in_order(waiting: Iterable[Job], now_us: int) -> list[Job]:
    """Those that can still be answered in time, the one that goes first first."""
    return sorted(
        (job for job in waiting if job.answer_by_us > now_us),
        key=lambda job: (job.early and now_us < job.requested_us + AHEAD_US, job.due_us, job.number),
    )


def assigned(
    waiting: Iterable[Job], processes: Iterable[int], ladder: Ladder, now_us: int
) -> Iterator[tuple[Job, int, Effort]]:
    """Each job that can be sent now to one of the free `processes`, its process, and how well it is to be done."""
    jobs, left = in_order(waiting, now_us), list(processes)
    for place, job in enumerate(jobs):
        if not left:
            return
        number = next((number for number in left if number != job.avoid), left[0])
        left.remove(number)
        behind = max(0, len(jobs) - place - 1 - len(left))
        recognition = job.kind is JobKind.TRANSCRIBE
        yield job, number, ladder.effort(now_us - job.requested_us, behind) if recognition else Effort.FULL
