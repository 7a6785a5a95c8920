"""Customers who write elsewhere, as on WhatsApp: what has come from them, and how far their conversations went out.

A message is on disk before whoever brings it is told so, and its id is known from then on: brought again, days later
even, it is the same one. Its words are kept until a conversation's log has them. What is shown of a conversation is
noted before and after it is sent, so that the next process knows what was sent and what may have been.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import msgspec

from voice_agent.errors import StoreError
from voice_agent.stores.schema import connect

_KEEP: Final = """
INSERT OR IGNORE INTO inbox (channel, id, address, form, body, sent_ms, came_ms) VALUES (?, ?, ?, ?, ?, ?, ?)
"""


class Arrived(msgspec.Struct, frozen=True):
    """A message that came. `form` is "text", or what it is else; `sent_ms` is Unix time, as its sender says."""

    id: str
    address: str
    form: str
    body: str
    sent_ms: int


class Delivered(msgspec.Struct, frozen=True):
    """A conversation with `address`: up to which record of its log it was delivered (`shown`), and which one was being
    sent last (`sending`): where that is beyond `shown`, nobody knows whether it went out."""

    conversation: str
    address: str
    sending: int = 0
    shown: int = 0


class Mailbox:
    """Of one channel. Every method blocks for a commit, from any thread, and raises StoreError where there is none."""

    def __init__(self, data_dir: Path, channel: str) -> None:
        self._connection = connect(data_dir, create=True)
        self._channel = channel
        self._lock = threading.Lock()

    def keep(self, messages: Iterable[Arrived], *, now_ms: int) -> list[Arrived]:
        """Keeps messages, all or none. Those among them that had not come before, in their order."""
        with self._transaction() as connection:
            return [
                one
                for one in messages
                if connection.execute(
                    _KEEP, (self._channel, one.id, one.address, one.form, one.body, one.sent_ms, now_ms)
                ).rowcount
            ]

    def waiting(self) -> list[Arrived]:
        """What no log has yet, in the order of sending."""
        sql = (
            "SELECT id, address, form, body, sent_ms FROM inbox WHERE channel = ? AND NOT taken ORDER BY sent_ms, rowid"
        )
        with self._transaction() as connection:
            return [Arrived(*row) for row in connection.execute(sql, (self._channel,))]

    def taken(self, ids: Sequence[str]) -> None:
        """A log has these messages: their ids stay, their words and senders go."""
        sql = "UPDATE inbox SET taken = 1, address = '', body = '' WHERE channel = ? AND id = ?"
        with self._transaction() as connection:
            connection.executemany(sql, [(self._channel, each) for each in ids])

    def forget(self, before_ms: int) -> None:
        """Ids of messages that came so long ago (Unix time) that nobody brings them again."""
        with self._transaction() as connection:
            connection.execute(
                "DELETE FROM inbox WHERE channel = ? AND taken AND came_ms < ?", (self._channel, before_ms)
            )

    def begin(self, conversation: str, address: str) -> None:
        """A conversation with `address` exists from now on."""
        with self._transaction() as connection:
            connection.execute(
                "INSERT INTO correspondence (conversation, channel, address) VALUES (?, ?, ?)",
                (conversation, self._channel, address),
            )

    def open(self) -> list[Delivered]:
        """Conversations that were not delivered to their end, in the order of their beginnings."""
        columns = "conversation, address, sending, shown"
        sql = f"SELECT {columns} FROM correspondence WHERE channel = ? AND NOT over ORDER BY rowid"
        with self._transaction() as connection:
            return [Delivered(*row) for row in connection.execute(sql, (self._channel,))]

    def sending(self, conversation: str, seq: int) -> None:
        """Record `seq` of its log is about to be sent."""
        with self._transaction() as connection:
            connection.execute("UPDATE correspondence SET sending = ? WHERE conversation = ?", (seq, conversation))

    def shown(self, conversation: str, seq: int) -> None:
        """Everything up to record `seq` of its log has been sent; less than before where that turned out wrong."""
        with self._transaction() as connection:
            connection.execute(
                "UPDATE correspondence SET sending = ?1, shown = ?1 WHERE conversation = ?2", (seq, conversation)
            )

    def over(self, conversation: str) -> None:
        """Nothing more of it will be sent."""
        with self._transaction() as connection:
            connection.execute("UPDATE correspondence SET over = 1 WHERE conversation = ?", (conversation,))

    def close(self) -> None:
        with self._lock:
            self._connection.close()

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            try:
                self._connection.execute("BEGIN IMMEDIATE")
                try:
                    yield self._connection
                    self._connection.execute("COMMIT")
                finally:
                    if self._connection.in_transaction:
                        self._connection.execute("ROLLBACK")
            except sqlite3.Error as problem:
                raise StoreError(f"the mailbox of {self._channel} can't be used: {problem}") from problem
