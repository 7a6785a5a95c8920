"""The thread that commits: it takes what has queued up, writes it as one transaction, and says how far it got.

Audio and decisions never wait for it. A caller that needs certainty before an effect asks with `on_committed`; the
answer comes when everything queued before the question is on disk.

What fails because of the moment (disk full, database locked) is tried again until it succeeds. A statement that is
wrong in itself would be refused for ever: it is put aside, on disk too, and those after it go on.
"""

from __future__ import annotations

import logging
import queue
import sqlite3
import threading
from collections.abc import Callable
from typing import Final

from voice_agent.errors import StoreError
from voice_agent.stores.put_aside import PutAside

GROUP_S: Final = 0.05
"""How long the first write of a group waits for company, unless somebody waits for the commit."""
QUEUE_LIMIT: Final = 200_000
"""Statements. Beyond it new ones are refused: the caller counts them as lost and raises an alarm."""
RETRY_S: Final = 0.5
REFUSED_FOR_GOOD: Final = frozenset(
    (
        sqlite3.SQLITE_ERROR,
        sqlite3.SQLITE_TOOBIG,
        sqlite3.SQLITE_CONSTRAINT,
        sqlite3.SQLITE_MISMATCH,
        sqlite3.SQLITE_MISUSE,
        sqlite3.SQLITE_RANGE,
    )
)
"""Primary result codes (sqlite.org/rescode.html) that say that the statement is wrong, not the moment."""

_log = logging.getLogger("voice_agent.stores")

Statement = tuple[str, tuple[object, ...]]
Committed = Callable[[StoreError | None], None]
_Item = Statement | Committed | None


class Writer:
    """One thread, one connection, one queue. Everything is written in the order in which it was given."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        aside: PutAside,
        alarm: Callable[[Exception], None] = lambda refused: None,
    ) -> None:
        """`alarm` is called from the writer's thread when committing begins to fail."""
        self._alarm = alarm
        self._aside = aside
        self._connection = connection
        self._queue: queue.SimpleQueue[_Item] = queue.SimpleQueue()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="store-writer", daemon=True)
        self._failing = False
        self._thread.start()

    @property
    def depth(self) -> int:
        """Statements that wait."""
        return self._queue.qsize()

    @property
    def failing(self) -> bool:
        """Whether the last attempt to commit failed (disk full, database locked)."""
        return self._failing

    def put(self, sql: str, values: tuple[object, ...]) -> bool:
        """Queues one statement; False where the queue is full and it was not taken. Never blocks."""
        if self._queue.qsize() >= QUEUE_LIMIT:
            return False
        self._queue.put((sql, values))
        return True

    def on_committed(self, committed: Committed) -> None:
        """Calls `committed`, from the writer's thread, once everything queued so far is on disk.

        It is handed a StoreError instead where the writer stops before that.
        """
        self._queue.put(committed)

    def close(self) -> None:
        """Commits what is queued and ends the thread.

        A database that refuses is given up after one more try; what it did not take is put aside.
        """
        self._stopping.set()
        self._queue.put(None)
        self._thread.join()
        self._connection.close()

    def _run(self) -> None:
        while True:
            group, last = self._gather()
            self._commit_until_done([item for item in group if isinstance(item, tuple)], group)
            if last:
                return

    def _gather(self) -> tuple[list[Statement | Committed], bool]:
        """The next group; True with it where the thread is to end after it."""
        group: list[Statement | Committed] = []
        wait: float | None = None
        while True:
            try:
                item = self._queue.get(timeout=wait)
            except queue.Empty:
                return group, False
            if item is None:
                return group, True
            group.append(item)
            if not isinstance(item, tuple):
                return group, False
            wait = GROUP_S if len(group) == 1 else 0.001 if len(group) < 5_000 else 0.0

    def _commit_until_done(self, statements: list[Statement], group: list[Statement | Committed]) -> None:
        problem: StoreError | None = None
        while True:
            try:
                self._commit(statements)
            except (sqlite3.Error, OSError) as refused:
                problem = StoreError(f"the conversation store refuses to commit: {refused}")
                if not self._failing:
                    self._begin_to_fail(refused, len(statements))
                if self._stopping.wait(RETRY_S):
                    self._give_up(statements, refused)
                    break
                continue
            problem = None
            if self._failing:
                self._failing = False
                _log.warning("the store commits again; %d statements wait", self.depth)
            break
        for item in group:
            if not isinstance(item, tuple):
                item(problem)

    def _begin_to_fail(self, refused: Exception, waiting: int) -> None:
        self._failing = True
        _log.error("the store refuses to commit (%s); %d statements wait", refused, waiting + self.depth)
        self._alarm(refused)

    def _give_up(self, statements: list[Statement], refused: Exception) -> None:
        try:
            self._aside.keep(statements, str(refused))
        except OSError as problem:
            _log.critical("%d statements are lost: they can't even be put aside: %s", len(statements), problem)

    def _commit(self, statements: list[Statement]) -> None:
        """Takes out of `statements` what is put aside; what remains is committed unless an error is raised."""
        if not statements:
            return
        try:
            self._connection.execute("BEGIN IMMEDIATE")
            for statement in list(statements):
                self._execute(statement, statements)
            self._connection.execute("COMMIT")
        except (sqlite3.Error, OSError):
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            raise

    def _execute(self, statement: Statement, statements: list[Statement]) -> None:
        try:
            self._connection.execute(*statement)
        except (
            sqlite3.Error,
            OverflowError,
            ValueError,
        ) as refused:  # the latter two: values that SQLite has no form for
            if not _for_good(refused):
                raise
            self._aside.keep([statement], str(refused))
            statements.remove(statement)
            _log.error("the store refuses a statement for good; it is put aside: %s", refused)


def _for_good(refused: Exception) -> bool:
    """Whether trying again can't help. Errors without a code are Python's own, about the values of the statement."""
    code = getattr(refused, "sqlite_errorcode", sqlite3.SQLITE_MISUSE)
    return code & 0xFF in REFUSED_FOR_GOOD
