"""Conversations whose process died before they ended: each gets the record that it lacks, once.

Only those of an owner who is dead are touched (`owners`), so that any process may look at any time. The end stands at
the last time that is known, after everything that was committed.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable
from contextlib import closing
from pathlib import Path
from typing import Final, Protocol

import msgspec

from voice_agent.conversation import actions as act
from voice_agent.conversation import events as ev
from voice_agent.conversation.events import CallEnded
from voice_agent.conversation.records import Record, body_of, record_of
from voice_agent.errors import StoreError
from voice_agent.stores.call_index import LATEST, SERVER_LOST
from voice_agent.stores.owners import forget, is_alive
from voice_agent.stores.schema import connect
from voice_agent.stores.sqlite import INSERT_RECORD, record_from

OPEN: Final = """
SELECT id, owner, erased FROM conversations LEFT JOIN owners ON owners.conversation = conversations.id
WHERE NOT EXISTS (SELECT 1 FROM records WHERE records.conversation = conversations.id AND tag = 'call_ended')
AND NOT EXISTS (SELECT 1 FROM chats WHERE chats.conversation = conversations.id AND expires_ms > ?)
ORDER BY civil_start, id
"""
"""Conversations without an end, but for chats that go on at the Unix time (ms) that is given."""


class LostConversation(msgspec.Struct, frozen=True):
    """What became of one. `promised` are hand-overs that were asked for and of which nothing more is known."""

    conversation: str
    records: int
    promised: tuple[act.Transfer, ...]


def find_lost(data_dir: Path, *, now_ms: int = LATEST) -> list[LostConversation]:
    """Every conversation in the store of `data_dir` whose owner is dead, as it would be closed. Raises StoreError.

    What was promised in one has to be kept before it is closed: afterwards nobody looks at it again.
    """
    return _each_lost(data_dir, now_ms, _found, None)


def close_lost(data_dir: Path, *, now_ms: int = LATEST, only: Collection[str] | None = None) -> list[LostConversation]:
    """Ends every conversation in the store of `data_dir` whose owner is dead, or `only` these. Raises StoreError.

    Chats that somebody may still come back to at `now_ms` (Unix time) are left to whoever serves chats.
    """
    return _each_lost(data_dir, now_ms, _close, only)


def _each_lost(data_dir: Path, now_ms: int, see_to: _SeesTo, only: Collection[str] | None) -> list[LostConversation]:
    found: list[LostConversation] = []
    dead: dict[str, bool] = {}
    try:
        with closing(connect(data_dir, create=True)) as connection:
            for conversation, owner, erased in connection.execute(OPEN, (now_ms,)).fetchall():
                if owner is not None and not dead.setdefault(owner, not is_alive(data_dir, owner)):
                    continue
                if only is not None and conversation not in only:
                    continue
                lost = see_to(connection, conversation, erased=bool(erased))
                if lost is not None:
                    found.append(lost)
    except sqlite3.Error as problem:
        raise StoreError(f"lost conversations of {data_dir} could not be closed: {problem}") from problem
    for owner, is_dead in dead.items():
        if is_dead and see_to is _close:
            forget(data_dir, owner)
    return found


def find_one(data_dir: Path, conversation: str) -> LostConversation | None:
    """One conversation that nobody can go on with, as `close_one` would end it. Raises StoreError."""
    return _one(data_dir, conversation, _found)


def close_one(data_dir: Path, conversation: str) -> LostConversation | None:
    """Ends one conversation that nobody can go on with; None where it has ended. Raises StoreError."""
    return _one(data_dir, conversation, _close)


def _one(data_dir: Path, conversation: str, see_to: _SeesTo) -> LostConversation | None:
    try:
        with closing(connect(data_dir, create=True)) as connection:
            row = connection.execute("SELECT erased FROM conversations WHERE id = ?", (conversation,)).fetchone()
            return None if row is None else see_to(connection, conversation, erased=bool(row[0]))
    except sqlite3.Error as problem:
        raise StoreError(f"{conversation} could not be closed: {problem}") from problem


class _SeesTo(Protocol):
    def __call__(self, connection: sqlite3.Connection, conversation: str, *, erased: bool) -> LostConversation | None:
        """Finds or ends one; None where it has ended."""
        ...


def _found(connection: sqlite3.Connection, conversation: str, *, erased: bool) -> LostConversation | None:
    records = records_in(connection, conversation)
    if any(record.tag == "call_ended" for record in records):
        return None
    return LostConversation(conversation, len(records), () if erased else _promised(records))


def _close(connection: sqlite3.Connection, conversation: str, *, erased: bool) -> LostConversation | None:
    """One transaction; None where another process was faster."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        records = records_in(connection, conversation)
        if any(record.tag == "call_ended" for record in records):
            return None
        last = records[-1] if records else None
        seq, t_us = (1, 0) if last is None else (last.seq + 1, last.t_us)
        end = record_of(seq, t_us, CallEnded("fault", SERVER_LOST))
        body = body_of(end)
        text = None if body is None else body.decode()
        connection.execute(INSERT_RECORD, (conversation, end.seq, end.t_us, end.kind, end.tag, text))
        connection.execute("COMMIT")
        return LostConversation(conversation, end.seq, () if erased else _promised(records))
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")


def records_in(connection: sqlite3.Connection, conversation: str) -> list[Record]:
    """A conversation's log, in order."""
    rows = connection.execute(
        "SELECT seq, t_us, kind, tag, body FROM records WHERE conversation = ? ORDER BY seq", (conversation,)
    )
    return [record_from(conversation, *row) for row in rows]


def _promised(records: Iterable[Record]) -> tuple[act.Transfer, ...]:
    """Hand-overs that the caller was told of and that nobody confirmed or refused."""
    waiting: list[act.Transfer] = []
    for record in records:
        match record.entry:
            case act.Transfer() as transfer:
                waiting.append(transfer)
            case act.Connect() as connect:
                waiting.append(connect.as_transfer())
            case (
                ev.Transferred(target=target)
                | ev.TransferFailed(target=target)
                | ev.Connected(target=target)
                | ev.ConnectFailed(target=target)
            ):
                waiting = [transfer for transfer in waiting if transfer.target != target]
            case _:
                pass
    return tuple(waiting)
