"""Runs a suite: has every planned run played by whoever can, tells a watcher of each as it ends, and makes the report.

    with Jobs(setting, 2, logs) as jobs:
        report = run_suite(suite, jobs.played, watch)

An interrupt ends it with what there is: the report then says `complete: false` and is whole otherwise. A thin shell.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Final, Protocol, TypeAlias

import msgspec

from simulations.runs.machine import this_machine
from simulations.runs.plan import Plan
from simulations.runs.records import Level, RunKey, RunRecord, SuiteReport
from simulations.runs.summary import summary

Played: TypeAlias = Callable[[Sequence[RunKey]], Iterator[RunRecord | None]]
"""Plays runs: each record as it ends, once; None now and then, so that progress can be shown."""


class Suite(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be run, for the report. `agent` is its name for people, `digest` that of its folder."""

    agent: str
    digest: str
    level: Level
    seed: int
    repetitions: int
    plan: Plan


class Progress(msgspec.Struct, frozen=True):
    """`left_s` is what is to be expected of the rest, None before anything is known."""

    done: int
    planned: int
    short: int
    """How many fell short: failed, or could not be played."""
    left_s: float | None


class Watch(Protocol):
    """Whoever looks on."""

    def finished(self, record: RunRecord, progress: Progress) -> None:
        """A run has ended."""
        ...

    def waiting(self, progress: Progress) -> None:
        """Nothing has ended for a while."""
        ...


def run_suite(suite: Suite, played: Played, watch: Watch) -> SuiteReport:
    """All runs of `suite`, in the order of its plan, or those that were done before an interrupt.

    Raises what `played` raises where nothing can be played.
    """
    began, began_s = datetime.now(UTC).astimezone().isoformat(timespec="seconds"), time.monotonic()
    done: dict[RunKey, RunRecord] = {}
    short = 0
    try:
        for record in played(suite.plan.runs):
            if record is not None:
                done[record.key] = record
                short += record.status != "passed"
            progress = _progress(len(done), len(suite.plan.runs), short, time.monotonic() - began_s)
            if record is None:
                watch.waiting(progress)
            else:
                watch.finished(record, progress)
    except KeyboardInterrupt:
        pass
    runs = tuple(done[key] for key in suite.plan.runs if key in done)
    return SuiteReport(
        agent=suite.agent,
        agent_digest=suite.digest,
        level=suite.level,
        seed=suite.seed,
        repetitions=suite.repetitions,
        began=began,
        wall_ms=round((time.monotonic() - began_s) * 1_000),
        complete=len(runs) == len(suite.plan.runs),
        planned=len(suite.plan.runs),
        left_out=suite.plan.left_out,
        machine=this_machine(),
        runs=runs,
        summary=summary(runs),
    )


def joined(reports: Sequence[SuiteReport], *, planned: int) -> SuiteReport:
    """One report of the same suite at several levels, in their order; `planned` are the runs of all of them.

    Where one was interrupted, none comes after it.
    """
    first, last = reports[0], reports[-1]
    if len(reports) == 1 and planned == first.planned:
        return first
    runs = tuple(run for report in reports for run in report.runs)
    return msgspec.structs.replace(
        last,
        levels=tuple(report.level for report in reports),
        began=first.began,
        wall_ms=sum(report.wall_ms for report in reports),
        complete=len(runs) == planned,
        planned=planned,
        left_out=tuple(dict.fromkeys(name for report in reports for name in report.left_out)),
        runs=runs,
        summary=summary(runs),
    )


_SURE_AFTER: Final = 2
"""Runs: the first one waits until an agent is open."""


def _progress(done: int, planned: int, short: int, elapsed_s: float) -> Progress:
    left_s = elapsed_s / done * (planned - done) if done >= min(_SURE_AFTER, planned) else None
    return Progress(done, planned, short, left_s)
