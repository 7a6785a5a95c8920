"""A worker of a queue of runs: takes one after another from PostgreSQL, by DBOS, and plays it. A shell.

    with DbosWorker(url, folder, config, logs) as worker:
        worker.wait(stop)

It plays in a process of its own, as the workers of one machine do, so that a run that kills it fails only itself. A run
may be played twice (a worker that was killed had it, or lost the database): that gives the same record, and the queue
keeps one.
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Final

import msgspec

from simulations.runs.jobs import Jobs, failed_run
from simulations.runs.records import RunRecord
from simulations.runs.shared_queue import (
    AHEAD,
    APPLICATION,
    POLL_S,
    WORKFLOW,
    QueuedRun,
    Roll,
    executor_of,
    queue_of,
    version_of,
)
from simulations.runs.worker_messages import Setting
from voice_agent.config import Config
from voice_agent.errors import VoiceAgentError

_NUMBER_BITS: Final = 31


class Stand:
    """Where runs are played, one at a time, in a process that stays while suites are alike."""

    def __init__(self, folder: Path, digest: str, config: Config, logs: Path) -> None:
        self._folder = str(folder)
        self._digest = digest
        self._config = config
        self._logs = logs
        self._lock = threading.Lock()
        self._open: tuple[Setting, Jobs] | None = None

    def play(self, asked: QueuedRun) -> RunRecord:
        """Never raises: what can't be played is an `error`."""
        setting = Setting(self._folder, self._digest, asked.key.level, asked.engines, self._config)
        with self._lock:
            try:
                records = [record for record in self._jobs(setting).played([asked.key]) if record is not None]
            except VoiceAgentError as problem:
                self._close()
                return failed_run(asked.key, problem.message)
        return records[0]

    def close(self) -> None:
        with self._lock:
            self._close()

    def _jobs(self, setting: Setting) -> Jobs:
        if self._open is None or self._open[0] != setting:
            self._close()
            self._open = setting, Jobs(setting, 1, self._logs).__enter__()
        return self._open[1]

    def _close(self) -> None:
        if self._open is not None:
            self._open[1].__exit__(None, None, None)
        self._open = None


class DbosWorker:
    """On the roll, and at work, from `__enter__` to `__exit__`. One in a process, as DBOS wants it."""

    def __init__(self, url: str, folder: Path, digest: str, config: Config, logs: Path) -> None:
        self.version: Final = version_of(digest)
        self.number: Final = secrets.randbits(_NUMBER_BITS)
        self._url = url
        self._stand = Stand(folder, digest, config, logs)
        self._stack = ExitStack()

    def __enter__(self) -> DbosWorker:
        """Raises StoreError where the database can't be used."""
        with ExitStack() as stack:
            self._roll = stack.enter_context(Roll.open(self._url))
            self._roll.sign(self.version, self.number)
            stack.callback(self._stand.close)
            self._launch(stack)
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    def _launch(self, stack: ExitStack) -> None:
        from dbos import DBOS

        DBOS(
            config={
                "name": APPLICATION,
                "system_database_url": self._url,
                "application_version": self.version,
                "executor_id": executor_of(self.number),
                "console_log_level": "ERROR",
                "log_level": "ERROR",
            }
        )
        stack.callback(DBOS.destroy, destroy_registry=True)
        _register(self._stand.play)
        DBOS.launch()
        for level, ahead in AHEAD.items():
            DBOS.register_queue(queue_of(level), worker_concurrency=ahead, polling_interval_sec=POLL_S)


def _register(play: Callable[[QueuedRun], RunRecord]) -> None:
    """The durable part: one step, whose result is kept under the run's own name."""
    from dbos import DBOS

    def step(asked: str) -> str:
        return msgspec.json.encode(play(msgspec.json.decode(asked, type=QueuedRun))).decode()

    durable_step = DBOS.step(name="play")(step)

    def workflow(asked: str) -> str:
        return durable_step(asked)

    DBOS.workflow(name=WORKFLOW)(workflow)
