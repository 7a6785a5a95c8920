"""Questions to the store, each on a connection of its own that can't write, and each with an end.

A page looks at no more than `EXAMINED` calls, a query that takes longer than `QUERY_S` is interrupted, and no more than
`AT_ONCE` run at the same time: whatever is asked, the disk and the processor stay with the calls.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http import HTTPStatus
from pathlib import Path
from typing import Final, TypeVar

import anyio
import anyio.to_thread
import msgspec

from voice_agent.api.problems import ApiProblem
from voice_agent.api.queries import CallQuery
from voice_agent.conversation.records import Header, Record, check_order
from voice_agent.errors import ConversationUnknown, LogCorrupt, StoreError
from voice_agent.stores.call_index import CallSummary, Position, call, calls_before
from voice_agent.stores.endings import endings_since
from voice_agent.stores.recordings import audio_path
from voice_agent.stores.schema import connect_reading
from voice_agent.stores.sqlite import record_from

EXAMINED: Final = 5_000
"""Calls that are looked at for one page."""
QUERY_S: Final = 2.0
AT_ONCE: Final = 4
RECORDS_READ: Final = 100_000
"""Records of one call; an hour of talk has a few thousand."""
_STEPS: Final = 2_000
"""Instructions of SQLite's machine between looks at the clock: well under a millisecond."""

_HEADER: Final = "SELECT header FROM conversations WHERE id = ?"
_RECORDS: Final = "SELECT seq, t_us, kind, tag, body FROM records WHERE conversation = ? ORDER BY seq LIMIT ?"
_ANNOUNCED: Final = "SELECT 1 FROM records WHERE conversation = ? AND tag = 'start_recording' LIMIT 1"

ResultT = TypeVar("ResultT")


class Sound(msgspec.Struct, frozen=True):
    """The recording of a call: where it is, or why it isn't anywhere."""

    state: str
    path: Path


class Page(msgspec.Struct, frozen=True):
    """`after` is the last call looked at, None where there is none after it."""

    calls: tuple[CallSummary, ...]
    after: Position | None


class CallReader:
    """Reads the store of a data directory. Its questions are coroutines; threads do the work."""

    def __init__(
        self, data_dir: Path, *, retention_days: int, query_s: float = QUERY_S, records_read: int = RECORDS_READ
    ) -> None:
        self._data_dir = data_dir
        self._retention_s = retention_days * 86_400
        self._query_s = query_s
        self._records_read = records_read
        self._limiter = anyio.CapacityLimiter(AT_ONCE)

    async def check(self) -> None:
        """Raises StoreError, ApiProblem where the store can't be read."""
        await self._ask(lambda connection: connection.execute("SELECT 1 FROM calls LIMIT 1").fetchone())

    async def page(self, query: CallQuery) -> Page:
        """Raises StoreError, ApiProblem."""
        return await self._ask(lambda connection: _page(connection, query))

    async def call(self, conversation: str) -> tuple[CallSummary, Header, list[Record], Sound]:
        """Everything about one call, at one moment. Raises ConversationUnknown, LogCorrupt, StoreError, ApiProblem."""

        def read(connection: sqlite3.Connection) -> tuple[CallSummary, Header, list[Record], Sound]:
            connection.execute("BEGIN")
            found = _known(connection, conversation)
            header = msgspec.json.decode(connection.execute(_HEADER, (conversation,)).fetchone()[0], type=Header)
            return found, header, _records(connection, conversation, self._records_read), self._sound(connection, found)

        return await self._ask(read)

    async def endings(self, since_ms: int) -> tuple[list[tuple[Header, list[Record]]], bool]:
        """Conversations that began then or later in which a journey ended, oldest first; whether that is all of them.

        Raises LogCorrupt, StoreError, ApiProblem.
        """

        def read(connection: sqlite3.Connection) -> tuple[list[tuple[Header, list[Record]]], bool]:
            found = list(endings_since(connection, since_ms, limit=EXAMINED + 1))
            return found[:EXAMINED], len(found) <= EXAMINED

        return await self._ask(read)

    async def sound(self, conversation: str) -> Sound:
        """Raises ConversationUnknown, StoreError, ApiProblem."""
        return await self._ask(lambda connection: self._sound(connection, _known(connection, conversation)))

    def _sound(self, connection: sqlite3.Connection, found: CallSummary) -> Sound:
        path = audio_path(self._data_dir, found.conversation)
        if found.erased:
            return Sound("erased", path)
        try:
            age_s = time.time() - path.stat().st_mtime
        except OSError:
            announced = connection.execute(_ANNOUNCED, (found.conversation,)).fetchone() is not None
            return Sound("expired" if announced and found.ended_by is not None else "not_recorded", path)
        return Sound("expired" if 0 < self._retention_s < age_s else "available", path)

    async def in_thread(self, work: Callable[[], ResultT]) -> ResultT:
        """Something that takes its time, among the questions that may run at once."""
        return await anyio.to_thread.run_sync(work, limiter=self._limiter)

    async def _ask(self, question: Callable[[sqlite3.Connection], ResultT]) -> ResultT:
        def answer() -> ResultT:
            with _reading(self._data_dir, self._query_s) as connection:
                return question(connection)

        return await anyio.to_thread.run_sync(answer, limiter=self._limiter)


@contextmanager
def _reading(data_dir: Path, query_s: float) -> Iterator[sqlite3.Connection]:
    connection = connect_reading(data_dir, timeout_s=query_s)
    end_s = time.monotonic() + query_s
    late = False

    def look() -> int:
        nonlocal late
        late = time.monotonic() > end_s
        return late

    connection.set_progress_handler(look, _STEPS)
    try:
        yield connection
    except sqlite3.Error as problem:
        if late:
            raise ApiProblem(
                HTTPStatus.SERVICE_UNAVAILABLE,
                "timeout",
                f"the query took longer than {query_s:g} s and was given up",
                remedy="ask for less, or again later",
                headers={"Retry-After": "5"},
            ) from problem
        raise StoreError(
            f"the store can't be read: {problem}", hint="look at the disk and at the server's log"
        ) from problem
    finally:
        connection.close()


def _page(connection: sqlite3.Connection, query: CallQuery) -> Page:
    shown: list[CallSummary] = []
    last: Position | None = None
    looked_at = 0
    for found in calls_before(connection, query.before, since_ms=query.since_ms, limit=EXAMINED):
        if len(shown) == query.limit:
            return Page(tuple(shown), last)
        looked_at += 1
        last = found.position
        if query.matches(found):
            shown.append(found)
    return Page(tuple(shown), last if looked_at == EXAMINED else None)


def _known(connection: sqlite3.Connection, conversation: str) -> CallSummary:
    found = call(connection, conversation)
    if found is None:
        raise ConversationUnknown(f"no conversation {conversation!r}", hint="GET /calls lists what there is")
    return found


def _records(connection: sqlite3.Connection, conversation: str, most: int) -> list[Record]:
    rows = connection.execute(_RECORDS, (conversation, most + 1)).fetchall()
    if len(rows) > most:
        raise LogCorrupt(
            f"{conversation} has more than {most} records",
            hint="read it with `voice-agent calls show --log` where the store is",
        )
    records = [record_from(conversation, *row) for row in rows]
    check_order(records, name=conversation)
    return records
