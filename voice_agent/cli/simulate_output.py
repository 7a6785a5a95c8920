"""What `voice-agent simulate` shows of a suite while it runs: runs and the report on stdout, progress on stderr."""

from __future__ import annotations

import sys
import time
from typing import Final

from simulations.reports.terminal import report_lines, run_lines
from simulations.runs.records import RunRecord, SuiteReport
from simulations.runs.suite import Progress

EVERY_S: Final = 1.0
PLAIN_EVERY_S: Final = 15.0
_CLEAR: Final = "\r\x1b[K"


class Shown:
    """`quiet`: stdout is for JSON alone. `verbose`: runs that pass are told as well."""

    def __init__(self, *, quiet: bool, verbose: bool, repetitions: int) -> None:
        self._quiet = quiet
        self._verbose = verbose
        self._repetitions = repetitions
        self._rewrites = sys.stderr.isatty()
        self._told_at = time.monotonic()
        self._opened = False

    @property
    def every_s(self) -> float:
        """How often progress is wanted where nothing ends."""
        return EVERY_S if self._rewrites else PLAIN_EVERY_S

    def finished(self, record: RunRecord, progress: Progress) -> None:
        if not self._quiet and (self._verbose or record.status != "passed"):
            self._print("\n".join(run_lines(record, repetitions=self._repetitions)))
        self.waiting(progress)

    def waiting(self, progress: Progress, what: str = "") -> None:
        """`what` is being played, where several things are one after another."""
        self._opened = self._opened or progress.done > 0
        text = told(progress, what) if self._opened else f"the agent is being opened; runs to play: {progress.planned}"
        if self._rewrites:
            sys.stderr.write(f"{_CLEAR}{text}")
            sys.stderr.flush()
        elif time.monotonic() - self._told_at >= PLAIN_EVERY_S:
            self.say(text)

    def report(self, report: SuiteReport) -> None:
        self.clear()
        if not self._quiet:
            self._print("\n".join(report_lines(report)).lstrip("\n"))

    def clear(self) -> None:
        """Progress is over."""
        if self._rewrites:
            sys.stderr.write(_CLEAR)
            sys.stderr.flush()

    def say(self, text: str) -> None:
        """One line on stderr."""
        self._told_at = time.monotonic()
        print(text, file=sys.stderr, flush=True)

    def _print(self, text: str) -> None:
        self.clear()
        print(text, flush=True)


def told(progress: Progress, what: str = "") -> str:
    """`34 of 96 runs, 2 fell short, about 3 min left`"""
    parts = [f"{what + ': ' if what else ''}{progress.done} of {progress.planned} runs"]
    if progress.short:
        parts.append(f"{progress.short} fell short")
    if progress.left_s is not None and progress.done < progress.planned:
        parts.append(f"about {_duration(progress.left_s)} left")
    return ", ".join(parts)


def _duration(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.0f} min"
