"""Chats that somebody may come back to: which token leads to which conversation. Of tokens only digests are kept."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any, Final

import msgspec

from voice_agent.errors import StoreError
from voice_agent.stores.owners import is_alive
from voice_agent.stores.schema import connect

_OPEN: Final = """
SELECT chats.conversation, sha256, expires_ms, owner
FROM chats JOIN conversations ON conversations.id = chats.conversation
LEFT JOIN owners ON owners.conversation = chats.conversation
LEFT JOIN correspondence ON correspondence.conversation = chats.conversation
WHERE expires_ms > ? AND NOT erased AND channel IS ?
AND NOT EXISTS (SELECT 1 FROM records WHERE records.conversation = chats.conversation AND tag = 'call_ended')
ORDER BY civil_start, chats.conversation
"""


class KnownChat(msgspec.Struct, frozen=True):
    """`sha256` is the digest of its token, in hexadecimal; `expires_ms` is Unix time."""

    conversation: str
    sha256: str
    expires_ms: int


def open_chats(data_dir: Path, *, now_ms: int, channel: str | None = None) -> list[KnownChat]:
    """Chats that have not ended, whose token is good and whose owner is dead, oldest first. Raises StoreError.

    Those of a `channel` of correspondence (`stores.mailbox`), where one is named; otherwise those of none.
    """
    rows = _read(data_dir, _OPEN, (now_ms, channel))
    owners = {owner for *_, owner in rows if owner is not None}
    alive = {owner for owner in owners if is_alive(data_dir, owner)}
    return [KnownChat(*known) for *known, owner in rows if owner not in alive]


def chat_of(data_dir: Path, sha256: str, *, now_ms: int) -> KnownChat | None:
    """The chat that a token leads to, ended ones too; None where there is none (any more). Raises StoreError."""
    sql = "SELECT conversation, sha256, expires_ms FROM chats WHERE sha256 = ? AND expires_ms > ?"
    return next((KnownChat(*row) for row in _read(data_dir, sql, (sha256, now_ms))), None)


def _read(data_dir: Path, sql: str, values: tuple[object, ...]) -> list[tuple[Any, ...]]:
    try:
        with closing(connect(data_dir, create=True)) as connection:
            return connection.execute(sql, values).fetchall()
    except sqlite3.Error as problem:
        raise StoreError(f"the chats of {data_dir} can't be read: {problem}") from problem
