"""Plays runs in several processes on one machine, each with the agent open, and gives back what came of each. A shell.

    with Jobs(setting, processes=2, logs=folder) as jobs:
        for record in jobs.played(keys):          # in the order in which they end
            ...

A worker that dies fails only the run that it had: that one is played once more in a fresh worker, and if that dies too,
the run is an `error` and the others go on. A run that doesn't come to an end is an `error` at its limit.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from multiprocessing.connection import wait
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import Final

import msgspec

from simulations.runs.records import Level, RunKey, RunRecord
from simulations.runs.worker_link import WorkerLink
from simulations.runs.worker_messages import Opened, PlayRun, Refused, RunFinished, Setting
from simulations.scenario import Scenario
from voice_agent.errors import WorkerFailed

ATTEMPTS: Final = 2
NOTHING_GIVEN: Final[Mapping[RunKey, Scenario]] = MappingProxyType({})
OPENING_S: Final = 180.0
"""An agent that was never opened before has hundreds of examples to learn."""
LIMIT_S: Final[dict[Level, float]] = {"text": 120.0, "audio": 900.0, "phone": 600.0}
"""Real seconds for one run. A scenario bounds its call itself; this is for what hangs all the same."""


class CannotPlay(WorkerFailed):
    """Not a single run can be played: every worker would refuse for the same reason. `code` is the worker's."""

    def __init__(self, message: str, *, hint: str | None = None, code: str = WorkerFailed.code) -> None:
        super().__init__(message, hint=hint)
        self.reason = code


class _Task(msgspec.Struct):
    key: RunKey
    scenario: Scenario | None = None
    attempts: int = 0


class _Worker:
    """A process, and what it is at: opening, idle, or a task until `due`."""

    def __init__(self, number: int, link: WorkerLink, due: float) -> None:
        self.number: Final = number
        self.link: Final = link
        self.opened = False
        self.task: _Task | None = None
        self.due = due


class Jobs:
    """`logs` is a folder for what workers write. Use as a context manager: no process outlives it."""

    def __init__(
        self,
        setting: Setting,
        processes: int,
        logs: Path,
        *,
        limit_s: float | None = None,
        opening_s: float = OPENING_S,
    ) -> None:
        self._setting = setting
        self._processes = processes
        self._logs = logs
        self._limit_s = LIMIT_S[setting.level] if limit_s is None else limit_s
        self._opening_s = opening_s
        self._workers: dict[int, _Worker] = {}
        self._waiting: deque[_Task] = deque()
        self._failed_openings = 0

    def __enter__(self) -> Jobs:
        self._logs.mkdir(parents=True, exist_ok=True)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for worker in self._workers.values():
            if kind is None and worker.task is None:
                worker.link.close()
            else:
                worker.link.kill()
        self._workers.clear()

    @property
    def level(self) -> Level:
        """At which runs are played."""
        return self._setting.level

    @property
    def pids(self) -> list[int]:
        """Of the processes that run now."""
        return [worker.link.pid for worker in self._workers.values()]

    def played(
        self,
        keys: Sequence[RunKey],
        *,
        given: Mapping[RunKey, Scenario] = NOTHING_GIVEN,
        every_s: float | None = None,
    ) -> Iterator[RunRecord | None]:
        """Each run as it ends; None every `every_s` seconds in between. Raises CannotPlay where nothing can be played.

        `given` are scenarios that the agent's folder hasn't. The first worker opens the agent alone: what it learns is
        kept on disk, where the others find it.
        """
        self._waiting.extend(_Task(key, given.get(key)) for key in keys)
        left = len(keys)
        while left:
            self._staff(left)
            connections = {worker.link.connection: worker for worker in self._workers.values()}
            ready = wait(list(connections), self._patience(every_s))
            if not ready and every_s is not None:
                yield None
            ended = [self._heard(connections[each]) for each in ready]  # type: ignore[index]
            ended += [
                self._overdue(worker) for worker in list(self._workers.values()) if time.monotonic() >= worker.due
            ]
            for record in filter(None, ended):
                left -= 1
                yield record

    def _staff(self, left: int) -> None:
        """Starts the workers that are missing and gives tasks to those that are idle."""
        opened = any(worker.opened for worker in self._workers.values())
        wanted = min(self._processes, left) if opened else 1
        for number in range(wanted):
            if number not in self._workers:
                link = WorkerLink.start(self._setting, self._logs / f"worker-{number + 1}.log")
                self._workers[number] = _Worker(number, link, time.monotonic() + self._opening_s)
        for worker in self._workers.values():
            if worker.opened and worker.task is None and self._waiting:
                self._assign(worker, self._waiting.popleft())

    def _assign(self, worker: _Worker, task: _Task) -> None:
        task.attempts += 1
        worker.task = task
        worker.due = time.monotonic() + self._limit_s
        worker.link.send(PlayRun(task.key, task.scenario))

    def _heard(self, worker: _Worker) -> RunRecord | None:
        """What the worker has to say: a record where it finished a run, or where a run is given up with it."""
        message = worker.link.receive()
        match message:
            case Opened():
                worker.opened = True
                worker.due = float("inf")
                self._failed_openings = 0
            case RunFinished(record):
                worker.task = None
                worker.due = float("inf")
                return record
            case Refused(code, text, hint):
                raise CannotPlay(text, hint=hint, code=code)
            case None:
                return self._lost(worker, worker.link.died())
        return None

    def _lost(self, worker: _Worker, how: str) -> RunRecord | None:
        del self._workers[worker.number]
        task = worker.task
        if task is None:
            self._opening_failed(how)
            return None
        if task.attempts < ATTEMPTS:
            self._waiting.appendleft(task)
            return None
        return failed_run(task.key, f"the process that played it died {task.attempts} times, at last by {how}")

    def _overdue(self, worker: _Worker) -> RunRecord | None:
        worker.link.kill()
        del self._workers[worker.number]
        if worker.task is None:
            self._opening_failed(f"its agent was not open after {self._opening_s:g} s")
            return None
        return failed_run(worker.task.key, f"given up after {self._limit_s:g} s: the run did not come to an end")

    def _opening_failed(self, how: str) -> None:
        self._failed_openings += 1
        if self._failed_openings >= ATTEMPTS:
            raise CannotPlay(f"a process that plays runs could not start: {how}", hint=f"{self._logs} says more")

    def _patience(self, every_s: float | None) -> float | None:
        """How long to wait for a message: until the next worker is overdue, or progress is to be shown."""
        due = min(worker.due for worker in self._workers.values()) - time.monotonic()
        waits = [each for each in (due, every_s) if each is not None and each != float("inf")]
        return max(0.0, min(waits)) if waits else None


def failed_run(key: RunKey, reason: str) -> RunRecord:
    """The record of a run that could not be played, which says nothing of the agent."""
    return RunRecord(
        key=key,
        status="error",
        outcome=None,
        expected=None,
        ended_by="simulation",
        reason=reason,
        duration_ms=0,
        wall_ms=0,
        problems=(reason,),
    )
