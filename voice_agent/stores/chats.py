"""Chats that somebody may come back to: which token leads to which conversation. Of tokens only digests are kept."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Final

import msgspec

from voice_agent.errors import StoreError
from voice_agent.stores.schema import connect

_OPEN: Final = """
SELECT chats.conversation, sha256, expires_ms FROM chats JOIN conversations ON conversations.id = chats.conversation
WHERE expires_ms > ? AND NOT erased
AND NOT EXISTS (SELECT 1 FROM records WHERE records.conversation = chats.conversation AND tag = 'call_ended')
ORDER BY civil_start, chats.conversation
"""


class KnownChat(msgspec.Struct, frozen=True):
    """`sha256` is the digest of its token, in hexadecimal; `expires_ms` is Unix time."""

    conversation: str
    sha256: str
    expires_ms: int


def open_chats(data_dir: Path, *, now_ms: int) -> list[KnownChat]:
    """Chats that have not ended and whose token is good, oldest first. Raises StoreError."""
    return _read(data_dir, _OPEN, (now_ms,))


def chat_of(data_dir: Path, sha256: str, *, now_ms: int) -> KnownChat | None:
    """The chat that a token leads to, ended ones too; None where there is none (any more). Raises StoreError."""
    sql = "SELECT conversation, sha256, expires_ms FROM chats WHERE sha256 = ? AND expires_ms > ?"
    return next(iter(_read(data_dir, sql, (sha256, now_ms))), None)


def _read(data_dir: Path, sql: str, values: tuple[object, ...]) -> list[KnownChat]:
    try:
        with closing(connect(data_dir, create=True)) as connection:
            return [KnownChat(*row) for row in connection.execute(sql, values)]
    except sqlite3.Error as problem:
        raise StoreError(f"the chats of {data_dir} can't be read: {problem}") from problem
