"""One row a conversation of what a list of calls shows, kept by the database itself beside the log.

It is a fold over the log like any other, kept by triggers so that it commits with the records that it is made of,
whoever writes them: a page of calls needs no log to be read. A test holds it against `conversation.state.fold`.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from typing import Final, NamedTuple

import msgspec

from voice_agent.insights.shown import CallRow

INDEX: Final = """
CREATE TABLE IF NOT EXISTS calls (
    conversation TEXT PRIMARY KEY,
    started_ms INTEGER NOT NULL,
    channel TEXT NOT NULL,
    agent TEXT NOT NULL,
    civil_start TEXT NOT NULL,
    erased INTEGER NOT NULL DEFAULT 0,
    caller TEXT NOT NULL DEFAULT '',
    turns INTEGER NOT NULL DEFAULT 0,
    outcomes TEXT NOT NULL DEFAULT '[]',
    ended_by TEXT,
    ended_reason TEXT
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS calls_by_time ON calls (started_ms, conversation);

CREATE TRIGGER IF NOT EXISTS calls_begin AFTER INSERT ON conversations BEGIN
    INSERT INTO calls (conversation, started_ms, channel, agent, civil_start, erased)
    VALUES (
        NEW.id,
        coalesce(CAST(round((julianday(NEW.civil_start) - 2440587.5) * 86400000) AS INTEGER), 0),
        coalesce(json_extract(NEW.header, '$.channel'), ''),
        coalesce(json_extract(NEW.header, '$.agent'), ''),
        NEW.civil_start,
        NEW.erased
    );
END;

CREATE TRIGGER IF NOT EXISTS calls_record AFTER INSERT ON records
WHEN NEW.tag IN ('call_started', 'understand', 'record_outcome', 'call_ended') AND NEW.body IS NOT NULL BEGIN
    UPDATE calls SET
        caller = CASE NEW.tag WHEN 'call_started' THEN json_extract(NEW.body, '$.caller') ELSE caller END,
        turns = turns + (NEW.tag = 'understand'),
        outcomes = CASE NEW.tag WHEN 'record_outcome' THEN json_insert(
            outcomes, '$[#]', json_extract(NEW.body, '$.journey') || '.' || json_extract(NEW.body, '$.outcome')
        ) ELSE outcomes END,
        ended_by = CASE NEW.tag WHEN 'call_ended' THEN json_extract(NEW.body, '$.by') ELSE ended_by END,
        ended_reason = CASE NEW.tag WHEN 'call_ended' THEN json_extract(NEW.body, '$.reason') ELSE ended_reason END
    WHERE conversation = NEW.conversation;
END;

CREATE TRIGGER IF NOT EXISTS calls_erase AFTER UPDATE OF erased ON conversations WHEN NEW.erased BEGIN
    UPDATE calls SET erased = 1, caller = '', turns = 0, outcomes = '[]', ended_by = NULL, ended_reason = NULL
    WHERE conversation = NEW.id;
END;
"""
"""Times are milliseconds since 1970 in UTC, so that an offset that changes with the season changes no order."""

BACKFILL: Final = """
INSERT INTO calls SELECT
    id,
    coalesce(CAST(round((julianday(civil_start) - 2440587.5) * 86400000) AS INTEGER), 0),
    coalesce(json_extract(header, '$.channel'), ''),
    coalesce(json_extract(header, '$.agent'), ''),
    civil_start,
    erased,
    coalesce((SELECT json_extract(body, '$.caller') FROM records
        WHERE conversation = id AND tag = 'call_started' AND body IS NOT NULL), ''),
    (SELECT count(*) FROM records WHERE conversation = id AND tag = 'understand' AND body IS NOT NULL),
    (SELECT json_group_array(done) FROM (
        SELECT json_extract(body, '$.journey') || '.' || json_extract(body, '$.outcome') AS done FROM records
        WHERE conversation = id AND tag = 'record_outcome' AND body IS NOT NULL ORDER BY seq)),
    (SELECT json_extract(body, '$.by') FROM records
        WHERE conversation = id AND tag = 'call_ended' AND body IS NOT NULL),
    (SELECT json_extract(body, '$.reason') FROM records
        WHERE conversation = id AND tag = 'call_ended' AND body IS NOT NULL)
FROM conversations WHERE id NOT IN (SELECT conversation FROM calls);
"""
"""Rows of conversations that were written before there was an index."""

_COLUMNS: Final = """
SELECT started_ms, conversation, civil_start, channel, agent, caller,
    coalesce((SELECT max(t_us) FROM (
        SELECT t_us FROM records WHERE records.conversation = calls.conversation ORDER BY seq DESC LIMIT 1
    )), 0),
    turns, outcomes, ended_by, ended_reason, erased
FROM calls
"""
_ONE: Final = _COLUMNS + "WHERE conversation = ?"
_BEFORE: Final = (
    _COLUMNS
    + """
WHERE started_ms >= ? AND (started_ms, conversation) < (?, ?) ORDER BY started_ms DESC, conversation DESC LIMIT ?
"""
)

SERVER_LOST: Final = "the server was lost"
"""The reason that stands in the end of a call whose process died before it."""

LATEST: Final = 2**62
"""A time, in milliseconds, after that of every call."""


class Position(NamedTuple):
    """A place in the order of calls. No two calls share one, so a page that begins there never shifts."""

    started_ms: int
    conversation: str


class CallSummary(msgspec.Struct, frozen=True):
    """What a list shows of a call. `outcomes` are `journey.outcome`; `ended_by` is None while it lasts or if erased."""

    started_ms: int
    conversation: str
    civil_start: str
    channel: str
    agent: str
    caller: str
    last_us: int
    turns: int
    outcomes: tuple[str, ...]
    ended_by: str | None
    ended_reason: str | None
    erased: bool

    @property
    def lost(self) -> bool:
        """Whether its server died, and the next one said so (`lost`)."""
        return self.ended_by == "fault" and self.ended_reason == SERVER_LOST

    def shown(self) -> CallRow:
        """As commands and API show it."""
        return CallRow(
            self.conversation,
            self.civil_start,
            self.channel,
            self.agent,
            self.caller,
            round(self.last_us / 1_000_000, 3),
            self.turns,
            self.outcomes,
            self.ended_by,
            self.erased,
            self.lost,
        )

    @property
    def position(self) -> Position:
        return Position(self.started_ms, self.conversation)


def calls_before(
    connection: sqlite3.Connection, position: Position, *, since_ms: int = 0, limit: int
) -> Iterator[CallSummary]:
    """Calls that come before `position`, newest first, at most `limit`, none older than `since_ms`; read as wanted."""
    for row in connection.execute(_BEFORE, (since_ms, *position, limit)):
        yield _summary(row)


def call(connection: sqlite3.Connection, conversation: str) -> CallSummary | None:
    """One call, None where there is none."""
    row = connection.execute(_ONE, (conversation,)).fetchone()
    return None if row is None else _summary(row)


def _summary(row: tuple[object, ...]) -> CallSummary:
    values = dict(zip(CallSummary.__struct_fields__, row, strict=True))
    values["outcomes"] = msgspec.json.decode(str(values["outcomes"]))
    values["erased"] = bool(values["erased"])
    return msgspec.convert(values, CallSummary)
