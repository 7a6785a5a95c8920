"""Tables of the conversation store, and how a connection to it is opened.

WAL mode lets other processes read while the worker writes. `synchronous=FULL` makes a commit survive a power cut; it
costs milliseconds, which is why commits are grouped and made by a thread of their own.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Final

from voice_agent.errors import StoreError
from voice_agent.stores.call_index import BACKFILL, INDEX

SCHEMA_VERSION: Final = 2
"""2 added `calls`; a store of version 1 is brought up to it by whoever opens it for writing first."""
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
CREATE TABLE IF NOT EXISTS chats (
    conversation TEXT PRIMARY KEY,
    sha256 TEXT NOT NULL UNIQUE,
    expires_ms INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TRIGGER IF NOT EXISTS chats_erase AFTER UPDATE OF erased ON conversations WHEN NEW.erased BEGIN
    DELETE FROM chats WHERE conversation = NEW.id;
END;
CREATE TABLE IF NOT EXISTS correspondence (
    conversation TEXT NOT NULL UNIQUE,
    channel TEXT NOT NULL,
    address TEXT NOT NULL,
    sending INTEGER NOT NULL DEFAULT 0,
    shown INTEGER NOT NULL DEFAULT 0,
    over INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE IF NOT EXISTS inbox (
    channel TEXT NOT NULL,
    id TEXT NOT NULL,
    address TEXT NOT NULL,
    form TEXT NOT NULL,
    body TEXT NOT NULL,
    sent_ms INTEGER NOT NULL,
    came_ms INTEGER NOT NULL,
    taken INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (channel, id)
);
CREATE TRIGGER IF NOT EXISTS correspondence_erase AFTER UPDATE OF erased ON conversations WHEN NEW.erased BEGIN
    UPDATE inbox SET taken = 1, address = '', body = '' WHERE (channel, address) IN (
        SELECT channel, address FROM correspondence WHERE conversation = NEW.id
    );
    DELETE FROM correspondence WHERE conversation = NEW.id;
END;
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
        raise _absent(path)
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(path, timeout=BUSY_TIMEOUT_S, isolation_level=None, check_same_thread=False)
        _prepare(connection, path, create=create)
    except (sqlite3.Error, OSError) as problem:
        raise StoreError(f"{path} can't be opened: {problem}", hint="check that the directory is writable") from problem
    return connection


def connect_reading(data_dir: Path, *, timeout_s: float = BUSY_TIMEOUT_S) -> sqlite3.Connection:
    """A connection that can't write, whatever is asked of it.

    Raises StoreError where there is no store, it can't be opened, or it is not of this version.
    """
    path = database_path(data_dir)
    if not path.exists():
        raise _absent(path)
    try:
        connection = sqlite3.connect(
            f"{path.resolve().as_uri()}?mode=ro",
            uri=True,
            timeout=timeout_s,
            isolation_level=None,
            check_same_thread=False,
        )
        try:
            version = _version(connection)
            if version != SCHEMA_VERSION:
                raise _of_another_version(path, version)
        except BaseException:
            connection.close()
            raise
    except sqlite3.Error as problem:
        raise StoreError(f"{path} can't be opened: {problem}", hint="check that the directory is writable") from problem
    return connection


def _prepare(connection: sqlite3.Connection, path: Path, *, create: bool) -> None:
    version = _version(connection)
    if version not in (0, 1, SCHEMA_VERSION):
        raise _of_another_version(path, version)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA secure_delete=ON")
    if version == SCHEMA_VERSION and create:
        connection.executescript(f"{_TABLES}{INDEX}")
    elif version == 1 or create:
        connection.executescript(
            f"BEGIN IMMEDIATE;{_TABLES}{INDEX}{BACKFILL if version == 1 else ''}"
            f"PRAGMA user_version={SCHEMA_VERSION};COMMIT;"
        )


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _absent(path: Path) -> StoreError:
    return StoreError(f"{path} does not exist", hint="start a server on this --data-dir first, or name another")


def _of_another_version(path: Path, version: int) -> StoreError:
    older = version < SCHEMA_VERSION
    return StoreError(
        f"{path} has schema version {version}, this program uses {SCHEMA_VERSION}",
        hint="`voice-agent calls list` brings it up to date"
        if older
        else "use the program that made it, or another --data-dir",
    )
