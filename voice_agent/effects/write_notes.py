"""Notes about writes in the agent's database: made before the effect, gone with its result.

A note of a dead owner is a write of which it isn't known what became of it. `begun` is false where its log says that it
was asked for and nothing more: then it certainly has not happened.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

import msgspec

from voice_agent.conversation.actions import CallTool
from voice_agent.conversation.redaction import redacted
from voice_agent.effects.database import AgentDatabase

RESULT: Final = "SELECT result FROM voice_agent_idempotency WHERE key = ?"
_KEEP: Final = "INSERT OR IGNORE INTO voice_agent_idempotency VALUES (?, ?)"
_BEGIN: Final = (
    "INSERT INTO voice_agent_writes VALUES (?, ?, ?, 1, ?) "
    "ON CONFLICT (key) DO UPDATE SET owner = excluded.owner, begun = 1"
)
_MISS: Final = "INSERT OR IGNORE INTO voice_agent_writes VALUES (?, '', ?, 0, ?)"
_SETTLE: Final = "DELETE FROM voice_agent_writes WHERE key = ?"
_BEGUN: Final = "SELECT 1 FROM voice_agent_writes WHERE key = ? AND begun"
_CLAIM: Final = "UPDATE voice_agent_writes SET owner = ? WHERE key = ? AND owner = ?"


class Note(msgspec.Struct, frozen=True):
    """`asked` is civil time, ISO 8601 with offset; `call` as the log has it, without secrets."""

    key: str
    owner: str
    asked: str
    begun: bool
    call: CallTool

    @property
    def conversation(self) -> str:
        return self.key.partition(":")[0]


def result_of(connection: sqlite3.Connection, key: str) -> str | None:
    """What the write with this key gave, as JSON text."""
    row = connection.execute(RESULT, (key,)).fetchone()
    return None if row is None else str(row[0])


def is_begun(connection: sqlite3.Connection, key: str) -> bool:
    """Whether somebody has begun this write and nobody knows of an end."""
    return connection.execute(_BEGUN, (key,)).fetchone() is not None


def begin(connection: sqlite3.Connection, call: CallTool, owner: str) -> None:
    """From the commit on, this write may have happened."""
    asked = datetime.now(UTC).isoformat(timespec="seconds")
    text = msgspec.json.encode(redacted(call)).decode()
    connection.execute(_BEGIN, (call.idempotency_key, owner, asked, text))


def keep(connection: sqlite3.Connection, key: str, result: str) -> str:
    """The first result of this key, which stays; nothing is open any more."""
    connection.execute(_KEEP, (key, result))
    settle(connection, key)
    return str(connection.execute(RESULT, (key,)).fetchone()[0])


def settle(connection: sqlite3.Connection, key: str) -> None:
    """It is known what became of it."""
    connection.execute(_SETTLE, (key,))


class WriteNotes:
    """What a server that starts does with notes; call from threads. `owner` is its own name."""

    def __init__(self, database: AgentDatabase, owner: str) -> None:
        self._database = database
        self._owner = owner

    def miss(self, call: CallTool, asked: str) -> None:
        """A lost conversation asked for this write: to be seen to, unless its result is there, or a note."""
        with self._database.writing() as connection:
            if result_of(connection, call.idempotency_key) is None:
                text = msgspec.json.encode(call).decode()
                connection.execute(_MISS, (call.idempotency_key, asked, text))

    def claim(self, is_dead: Callable[[str], bool]) -> list[Note]:
        """All notes of owners who are dead: they are this owner's from now on, and nobody else's."""
        found: list[Note] = []
        with self._database.writing() as connection:
            for row in connection.execute("SELECT * FROM voice_agent_writes ORDER BY asked, key").fetchall():
                owner = str(row["owner"])
                if owner == "" or (owner != self._owner and is_dead(owner)):
                    connection.execute(_CLAIM, (self._owner, row["key"], owner))
                    call = msgspec.json.decode(row["call"], type=CallTool)
                    found.append(Note(row["key"], self._owner, row["asked"], bool(row["begun"]), call))
        return found

    def settle(self, key: str) -> None:
        """Somebody has seen to it."""
        with self._database.writing() as connection:
            settle(connection, key)
