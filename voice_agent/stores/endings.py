"""Conversations in which a journey ended, with the records that say how: read without their whole logs."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from typing import Final

import msgspec

from voice_agent.conversation.records import Header, Record
from voice_agent.insights.outcomes import NEEDED
from voice_agent.stores.sqlite import record_from

_CALLS: Final = """
SELECT conversation, header FROM calls JOIN conversations ON conversations.id = calls.conversation
WHERE started_ms >= ? AND outcomes != '[]' AND NOT calls.erased ORDER BY started_ms, conversation LIMIT ?
"""
_RECORDS: Final = f"""
SELECT seq, t_us, kind, tag, body FROM records
WHERE conversation = ? AND tag IN ({", ".join("?" for _ in NEEDED)}) ORDER BY seq
"""


def endings_since(
    connection: sqlite3.Connection, since_ms: int, *, limit: int
) -> Iterator[tuple[Header, list[Record]]]:
    """Those that began then or later (Unix time), oldest first, at most `limit`. Raises LogCorrupt."""
    for conversation, header in connection.execute(_CALLS, (since_ms, limit)).fetchall():
        rows = connection.execute(_RECORDS, (conversation, *NEEDED))
        yield msgspec.json.decode(header, type=Header), [record_from(conversation, *row) for row in rows]
