"""Has runs played by workers on any number of machines, through a queue on PostgreSQL, by DBOS. A shell.

    with DbosJobs(url, digest, "scripted") as jobs:
        for record in jobs.played(keys):         # in the order in which they end, each once

Every run has one place in the queue, under its own name. What a worker had that is not there any more goes back into
the queue; a run that loses worker after worker is an `error`.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, suppress
from types import TracebackType
from typing import Any, Final
from uuid import uuid4

import msgspec

from simulations.runs.jobs import CannotPlay, failed_run
from simulations.runs.records import RunKey, RunRecord
from simulations.runs.shared_queue import (
    AHEAD,
    APPLICATION,
    POLL_S,
    WORKFLOW,
    QueuedRun,
    Roll,
    number_of,
    queue_of,
    version_of,
)
from simulations.runs.worker_messages import Engines
from voice_agent.errors import StoreError

ATTEMPTS: Final = 3
"""So many workers may be lost with a run before it is given up."""
ALONE_S: Final = 60.0
"""How long the suite waits while no worker of its version is there."""
LOOK_S: Final = 1.0
_ENDED: Final = ["SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"]
_PAGE: Final = 200


class DbosJobs:
    """Use as a context manager. What is left in the queue at its end is taken out."""

    def __init__(self, url: str, digest: str, engines: Engines, *, alone_s: float = ALONE_S) -> None:
        self._url = url
        self._version = version_of(digest)
        self._engines: Engines = engines
        self._alone_s = alone_s
        self._suite = uuid4().hex[:12]
        self._stack = ExitStack()
        self._waiting: dict[str, RunKey] = {}
        self._lost: dict[str, int] = {}
        self._queued: list[str] = []

    def __enter__(self) -> DbosJobs:
        """Raises StoreError where the database can't be used."""
        from dbos import DBOS, DBOSClient

        with ExitStack() as stack:
            self._roll = stack.enter_context(Roll.open(self._url))
            try:
                DBOS.migrate(self._url)
                self._client: Any = DBOSClient(system_database_url=self._url, application_name=APPLICATION)
            except Exception as problem:
                raise StoreError(f"the queue can't be made: {problem}", hint="check --database") from problem
            stack.callback(self._client.destroy)
            stack.callback(self._clear)
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    def played(self, keys: Sequence[RunKey], *, every_s: float | None = None) -> Iterator[RunRecord | None]:
        """As `jobs.Jobs.played`. Raises CannotPlay where no worker of this version comes."""
        self._enqueue(keys)
        told = looked = seen = time.monotonic()
        while self._waiting:
            records = self._ended()
            yield from records
            now = time.monotonic()
            if now - looked >= LOOK_S:
                looked = now
                present = self._roll.present(self._version)
                seen = now if present else seen
                yield from self._without_worker(present)
                if now - seen >= self._alone_s:
                    yield from self._given_up(len(keys))
            if every_s is not None and (records or now - told >= every_s):
                told = now
                yield None
            if not records:
                time.sleep(POLL_S)

    def _enqueue(self, keys: Sequence[RunKey]) -> None:
        for level in {key.level for key in keys}:
            self._client.register_queue(queue_of(level), worker_concurrency=AHEAD[level], polling_interval_sec=POLL_S)
        for key in keys:
            name = f"{self._suite}-{hashlib.sha256(msgspec.json.encode(key)).hexdigest()[:24]}"
            options = {
                "workflow_name": WORKFLOW,
                "queue_name": queue_of(key.level),
                "workflow_id": name,
                "app_version": self._version,
            }
            self._queued.append(name)
            self._waiting[name] = key
            self._client.enqueue(options, msgspec.json.encode(QueuedRun(key, self._engines)).decode())

    def _ended(self) -> list[RunRecord]:
        """The records of what has ended since the last look."""
        found: list[RunRecord] = []
        for page in self._pages():
            for status in self._client.list_workflows(workflow_ids=page, status=_ENDED, load_input=False):
                key = self._waiting.pop(status.workflow_id)
                if status.status == "SUCCESS":
                    found.append(msgspec.json.decode(status.output, type=RunRecord))
                else:
                    found.append(failed_run(key, f"the queue gave it up as {status.status}: {status.error}"))
        return found

    def _without_worker(self, present: set[int]) -> list[RunRecord]:
        """Puts back what a worker had that is gone; the records of runs that have lost too many."""
        lost: list[str] = []
        for page in self._pages():
            under_way = self._client.list_workflows(
                workflow_ids=page, status="PENDING", load_input=False, load_output=False
            )
            lost += [each.workflow_id for each in under_way if number_of(each.executor_id) not in present]
        found: list[RunRecord] = []
        for name in lost:
            self._lost[name] = self._lost.get(name, 0) + 1
            if self._lost[name] < ATTEMPTS:
                self._client.resume_workflow(name, queue_name=queue_of(self._waiting[name].level))
            else:
                self._client.cancel_workflow(name)
                key = self._waiting.pop(name)
                found.append(failed_run(key, f"{ATTEMPTS} workers were lost that played it"))
        return found

    def _given_up(self, planned: int) -> list[RunRecord]:
        """What is left where no worker is there any more; raises CannotPlay where there never was one."""
        others = len(self._roll.present())
        there = f"{others} workers are there, all of other versions" if others else "no worker is there"
        if len(self._waiting) == planned:
            raise CannotPlay(
                f"nobody plays this agent: for {self._alone_s:g} s {there}",
                hint="start `voice-agent simulate-worker AGENT --database URL` with the same agent folder and code",
            )
        left = [failed_run(key, f"no worker was left to play it: {there}") for key in self._waiting.values()]
        self._waiting.clear()
        return left

    def _pages(self) -> Iterator[list[str]]:
        names = list(self._waiting)
        for at in range(0, len(names), _PAGE):
            yield names[at : at + _PAGE]

    def _clear(self) -> None:
        """Takes the suite out of the database: its records are in the report."""
        with suppress(Exception):
            left = list(self._waiting)
            if left:
                self._client.cancel_workflows(left)
            for at in range(0, len(self._queued), _PAGE):
                self._client.delete_workflows(self._queued[at : at + _PAGE])
