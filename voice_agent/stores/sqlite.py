"""The conversation store on SQLite: written through a thread by the worker, read by anybody.

One `Store` per process that writes; `StoreReader` opens the same files elsewhere and can't change a conversation.
"""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import Iterator, Mapping
from pathlib import Path

import msgspec

from voice_agent.conversation.records import Header, Record, body_of, check_order, decode_body
from voice_agent.errors import ConversationUnknown, LogCorrupt, StoreError
from voice_agent.stores.call_index import LATEST, CallSummary, Position, call, calls_before
from voice_agent.stores.owners import Owner
from voice_agent.stores.put_aside import PutAside, erase_put_aside, put_aside_path
from voice_agent.stores.schema import connect
from voice_agent.stores.writer import Writer

_log = logging.getLogger("voice_agent.stores")

INSERT_RECORD = """
INSERT INTO records (conversation, seq, t_us, kind, tag, body) VALUES (
    ?1, ?2, ?3, ?4, ?5, CASE WHEN (SELECT erased FROM conversations WHERE id = ?1) THEN NULL ELSE ?6 END
)
"""
"""A conversation that was erased while it lasts keeps none of what comes after."""


class Store:
    """Keeps conversations as they happen. Every method but `committed` returns at once."""

    def __init__(self, data_dir: Path) -> None:
        self.data_dir = data_dir
        self._aside = PutAside(put_aside_path(data_dir))
        self._writer = Writer(connect(data_dir, create=True), self._aside)
        self._owner = Owner.claim(data_dir)
        self.lost = 0

    @property
    def owner(self) -> str:
        """The name under which this process marks what it has begun."""
        return self._owner.name

    @property
    def depth(self) -> int:
        """Statements that wait for the writer."""
        return self._writer.depth

    @property
    def failing(self) -> bool:
        """Whether the database refuses to commit at present. Nothing is lost by that until the queue is full."""
        return self._writer.failing

    @property
    def put_aside(self) -> int:
        """Statements that the database refused for good; they are in a file beside it."""
        return self._aside.count

    def begin(self, header: Header) -> None:
        """A conversation exists from now on."""
        text = msgspec.json.encode(header).decode()
        # The owner first: a conversation without one belongs to nobody who lives.
        self._put("INSERT INTO owners (conversation, owner) VALUES (?, ?)", (header.conversation, self._owner.name))
        self._put(
            "INSERT INTO conversations (id, header, civil_start) VALUES (?, ?, ?)",
            (header.conversation, text, header.civil_start),
        )

    def write(self, conversation: str, record: Record) -> None:
        """One more record of `conversation`."""
        body = body_of(record)
        text = None if body is None else body.decode()
        self._put(INSERT_RECORD, (conversation, record.seq, record.t_us, record.kind, record.tag, text))

    def keep(self, digest: str, body: Mapping[str, object]) -> None:
        """Keeps an agent folder or a configuration under its digest, so that a replay finds it again."""
        text = msgspec.json.encode(body).decode()
        self._put("INSERT OR IGNORE INTO artifacts (digest, body) VALUES (?, ?)", (digest, text))

    def keep_chat(self, conversation: str, sha256: str, expires_ms: int) -> None:
        """Whoever has the token with this digest may come back to the chat until then (Unix time)."""
        self._put(
            "INSERT INTO chats (conversation, sha256, expires_ms) VALUES (?, ?, ?)", (conversation, sha256, expires_ms)
        )

    def adopt(self, conversation: str) -> None:
        """This process goes on with a conversation whose own has ended."""
        self._put("INSERT OR REPLACE INTO owners (conversation, owner) VALUES (?, ?)", (conversation, self._owner.name))

    async def committed(self) -> None:
        """Returns when everything written so far is on disk. Raises StoreError where the store closes before."""
        loop = asyncio.get_running_loop()
        done: asyncio.Future[None] = loop.create_future()

        def settle(problem: StoreError | None) -> None:
            if done.done():
                return
            if problem is None:
                done.set_result(None)
            else:
                done.set_exception(problem)

        def answer(problem: StoreError | None) -> None:
            loop.call_soon_threadsafe(settle, problem)

        self._writer.on_committed(answer)
        await done

    def close(self) -> None:
        """Commits what waits, then ends."""
        self._writer.close()
        self._owner.close()

    def _put(self, sql: str, values: tuple[object, ...]) -> None:
        if not self._writer.put(sql, values):
            self.lost += 1
            _log.critical("the writer's queue is full; %d records are lost so far", self.lost)


class StoreReader:
    """Reads the store of a data directory, also while a worker writes it."""

    def __init__(self, data_dir: Path) -> None:
        self.data_dir = data_dir
        self._connection = connect(data_dir, create=False)

    def headers(self, *, limit: int = 100) -> list[Header]:
        """The newest conversations, newest first."""
        rows = self._connection.execute(
            "SELECT header FROM conversations ORDER BY civil_start DESC, id DESC LIMIT ?", (limit,)
        )
        return [msgspec.json.decode(row[0], type=Header) for row in rows]

    def calls(self, *, limit: int = 100) -> list[CallSummary]:
        """The newest conversations, newest first, without reading their logs."""
        return list(calls_before(self._connection, Position(LATEST, ""), limit=limit))

    def call(self, conversation: str) -> CallSummary:
        """What a list shows of one conversation. Raises ConversationUnknown."""
        found = call(self._connection, conversation)
        if found is None:
            raise self._unknown(conversation)
        return found

    def read(self, conversation: str) -> tuple[Header, list[Record]]:
        """Header and records of one conversation. Raises ConversationUnknown, LogCorrupt."""
        row = self._connection.execute("SELECT header FROM conversations WHERE id = ?", (conversation,)).fetchone()
        if row is None:
            raise self._unknown(conversation)
        header = msgspec.json.decode(row[0], type=Header)
        rows = self._connection.execute(
            "SELECT seq, t_us, kind, tag, body FROM records WHERE conversation = ? ORDER BY seq", (conversation,)
        )
        records = [record_from(conversation, *row) for row in rows]
        check_order(records, name=conversation)
        return header, records

    def tagged(self, tag: str) -> Iterator[tuple[Header, Record]]:
        """Every record of that tag that holds something, of all conversations, oldest first. Raises LogCorrupt."""
        rows = self._connection.execute(
            "SELECT header, conversation, seq, t_us, kind, tag, body FROM records JOIN conversations "
            "ON records.conversation = conversations.id WHERE tag = ? AND body IS NOT NULL "
            "ORDER BY civil_start, conversation, seq",
            (tag,),
        )
        for header, *row in rows:
            yield msgspec.json.decode(header, type=Header), record_from(*row)

    def is_erased(self, conversation: str) -> bool:
        row = self._connection.execute("SELECT erased FROM conversations WHERE id = ?", (conversation,)).fetchone()
        return row is not None and bool(row[0])

    def artifact(self, digest: str) -> dict[str, object]:
        """What `Store.keep` kept. Raises StoreError where there is nothing under `digest`."""
        row = self._connection.execute("SELECT body FROM artifacts WHERE digest = ?", (digest,)).fetchone()
        if row is None:
            raise StoreError(f"nothing is kept under digest {digest[:12]} in {self.data_dir}")
        return msgspec.json.decode(row[0], type=dict[str, object])

    def _unknown(self, conversation: str) -> ConversationUnknown:
        return ConversationUnknown(
            f"no conversation {conversation!r} in {self.data_dir}", hint="`voice-agent calls list` shows what there is"
        )

    def close(self) -> None:
        self._connection.close()

    def __enter__(self) -> StoreReader:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def erase_records(data_dir: Path, conversation: str) -> int:
    """Empties every record of `conversation`, keeping sequence numbers, times and tags. Returns how many there were.

    What was put aside of it goes too. Raises ConversationUnknown. The freed bytes are overwritten, and the write-ahead
    log is emptied. A conversation that is going on stays erased: of what comes after only numbers, times and tags are
    kept.
    """
    connection = connect(data_dir, create=False)
    try:
        connection.execute("BEGIN IMMEDIATE")
        known = connection.execute("UPDATE conversations SET erased = 1 WHERE id = ?", (conversation,)).rowcount
        count = connection.execute("UPDATE records SET body = NULL WHERE conversation = ?", (conversation,)).rowcount
        connection.execute("COMMIT")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        erase_put_aside(data_dir, conversation)
    except (sqlite3.Error, OSError) as problem:
        raise StoreError(f"{conversation} could not be erased: {problem}") from problem
    finally:
        connection.close()
    if known == 0:
        raise ConversationUnknown(f"no conversation {conversation!r} in {data_dir}")
    return count


def record_from(conversation: str, seq: int, t_us: int, kind: str, tag: str, body: str | None) -> Record:
    """One row. Raises LogCorrupt."""
    if kind not in ("event", "action"):
        raise LogCorrupt(f"{conversation}:{seq}: kind {kind!r}")
    content = None if body is None else msgspec.json.decode(body, type=dict[str, object])
    entry = decode_body(kind, tag, content, place=f"{conversation}:{seq}")
    return Record(seq, t_us, tag, "event" if kind == "event" else "action", entry)
