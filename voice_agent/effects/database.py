"""The SQLite file that belongs to one agent: what its tools read and write, and the tasks it leaves for people.

Seeded once, whole or not at all; one connection a thread; WAL, so that readers don't wait for a writer.
"""

from __future__ import annotations

import os
import sqlite3
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Literal

from voice_agent.errors import AgentFolderError, StoreError, ToolError

_BUSY_MS = 5_000
_TABLES = (
    "CREATE TABLE IF NOT EXISTS voice_agent_idempotency (key TEXT PRIMARY KEY, result TEXT NOT NULL) WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS voice_agent_writes (key TEXT PRIMARY KEY, owner TEXT NOT NULL, asked TEXT NOT NULL, "
    "begun INTEGER NOT NULL, call TEXT NOT NULL) WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS callback_tasks (id TEXT PRIMARY KEY, conversation TEXT NOT NULL, target TEXT NOT NULL, "
    "reason TEXT NOT NULL, summary TEXT NOT NULL, created TEXT NOT NULL, state TEXT NOT NULL)",
    "CREATE TABLE IF NOT EXISTS text_messages (id TEXT PRIMARY KEY, conversation TEXT NOT NULL, "
    "recipient TEXT NOT NULL, body TEXT NOT NULL, created INTEGER NOT NULL, state TEXT NOT NULL) WITHOUT ROWID",
)


class ToolConnection(sqlite3.Connection):
    """A connection whose transaction belongs to the runner: `commit` and `with connection:` inside a tool end
    nothing."""

    def commit(self) -> None:
        """Left to the runner, which commits the tool's writes and its result together."""

    def __enter__(self) -> ToolConnection:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> Literal[False]:
        return False


class AgentDatabase:
    """The file `<data_dir>/<agent>.db`. Use from threads; `close` when they have ended."""

    def __init__(self, data_dir: Path, agent: str, *, seed: Path | None = None) -> None:
        """`seed` is SQL that fills a new file; an existing file is left as it is."""
        self.path = data_dir / f"{agent}.db"
        self._seed = seed
        self._local = threading.local()
        self._lock = threading.Lock()
        self._open: list[sqlite3.Connection] = []
        self._ready = False

    def prepare(self) -> None:
        """Makes and fills the file where there is none. Raises AgentFolderError for a broken seed, StoreError."""
        try:
            with self._lock:
                self._prepare()
        except (sqlite3.Error, OSError) as problem:
            raise StoreError(
                f"{self.path} can't be opened: {problem}", hint="check that the directory is writable"
            ) from problem

    def connection(self) -> ToolConnection:
        """This thread's connection."""
        known: ToolConnection | None = getattr(self._local, "connection", None)
        if known is None:
            with self._lock:
                self._prepare()
                known = _connect(self.path)
                self._open.append(known)
            self._local.connection = known
        return known

    @contextmanager
    def reading(self) -> Iterator[ToolConnection]:
        """One consistent view; writing fails."""
        connection = self.connection()
        connection.execute("PRAGMA query_only = ON")
        connection.execute("BEGIN")
        try:
            yield connection
        finally:
            _end(connection, "ROLLBACK")
            connection.execute("PRAGMA query_only = OFF")

    @contextmanager
    def writing(self) -> Iterator[ToolConnection]:
        """One transaction: all of it or, on an error, nothing."""
        connection = self.connection()
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield connection
            if not connection.in_transaction:
                raise ToolError("a tool ended the transaction by SQL", hint="leave COMMIT and ROLLBACK to the runner")
            connection.execute("COMMIT")
        finally:
            _end(connection, "ROLLBACK")

    def close(self) -> None:
        """Close all threads' connections."""
        with self._lock:
            for connection in self._open:
                connection.close()
            self._open.clear()
            self._local = threading.local()

    def _prepare(self) -> None:
        if self._ready:
            return
        self.path.parent.mkdir(parents=True, exist_ok=True)
        if not self.path.exists() and self._seed is not None:
            _fill(self.path, self._seed)
        connection = _connect(self.path)
        # Kept open: the last one to close removes the shared index, and on a full disk nobody could make it again.
        self._open.append(connection)
        for statement in _TABLES:
            connection.execute(statement)
        self._ready = True


def _connect(path: Path) -> ToolConnection:
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, factory=ToolConnection)
    connection.row_factory = sqlite3.Row
    connection.execute(f"PRAGMA busy_timeout = {_BUSY_MS}")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")
    return connection


def _end(connection: sqlite3.Connection, statement: str) -> None:
    if connection.in_transaction:
        connection.execute(statement)


def _fill(path: Path, seed: Path) -> None:
    """Build the file beside its place and put it there in one step; another process may have been faster."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f"{path.name}.", suffix=".part")
    os.close(handle)
    try:
        connection = sqlite3.connect(name, isolation_level=None)
        try:
            connection.executescript(seed.read_text(encoding="utf-8"))
        except (sqlite3.Error, OSError, ValueError) as error:  # the latter two: unreadable, or not UTF-8
            raise AgentFolderError(f"{seed}:1: the seed can't be loaded: {error}") from error
        finally:
            connection.close()
        try:
            os.link(name, path)
        except FileExistsError:
            return
    finally:
        os.unlink(name)
