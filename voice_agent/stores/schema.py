"""Tables of the conversation store, and how a connection to it is opened.

WAL mode lets other processes read while the worker writes. `synchronous=FULL` makes a commit survive a power cut; it
costs milliseconds, which is why commits are grouped and made by a thread of their own.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Final

from voice_agent.errors import StoreError

SCHEMA_VERSION: Final = 1
BUSY_TIMEOUT_S: Final = 5.0

_TABLES: Final = """
CREATE TABLE IF NOT EXISTS conversations (
    id TEXT PRIMARY KEY,
    header TEXT NOT NULL,
    civil_start TEXT NOT NULL,
    erased INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS conversations_by_time ON conversations (civil_start);
CREATE TABLE IF NOT EXISTS owners (
    conversation TEXT PRIMARY KEY,
    owner TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS records (
    conversation TEXT NOT NULL,
    seq INTEGER NOT NULL,
    t_us INTEGER NOT NULL,
    kind TEXT NOT NULL,
    tag TEXT NOT NULL,
    body TEXT,
    PRIMARY KEY (conversation, seq)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS artifacts (
    digest TEXT PRIMARY KEY,
    body TEXT NOT NULL
) WITHOUT ROWID;
"""


def database_path(data_dir: Path) -> Path:
    """Where the store of a data directory is."""
    return data_dir / "conversations.db"


def connect(data_dir: Path, *, create: bool) -> sqlite3.Connection:
    """A connection to the store of `data_dir`, made on first use where `create`.

    Raises StoreError where there is none, it can't be opened, or another version of this program made it.
    """
    path = database_path(data_dir)
    if not create and not path.exists():
        raise StoreError(f"{path} does not exist", hint="start a server on this --data-dir first, or name another")
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(path, timeout=BUSY_TIMEOUT_S, isolation_level=None, check_same_thread=False)
        _prepare(connection, path, create=create)
    except (sqlite3.Error, OSError) as problem:
        raise StoreError(f"{path} can't be opened: {problem}", hint="check that the directory is writable") from problem
    return connection


def _prepare(connection: sqlite3.Connection, path: Path, *, create: bool) -> None:
    version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    if version not in (0, SCHEMA_VERSION):
        raise StoreError(
            f"{path} has schema version {version}, this program writes {SCHEMA_VERSION}",
            hint="use the program that made it, or another --data-dir",
        )
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA secure_delete=ON")
    if create:
        connection.executescript(_TABLES)
        connection.execute(f"PRAGMA user_version={SCHEMA_VERSION}")
