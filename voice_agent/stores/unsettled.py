"""Writes that conversations asked for whose process died, and of which their logs say no more.

Read before such conversations are closed (`lost`): once they are, nobody looks at their logs again.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import msgspec

from voice_agent.conversation import actions as act
from voice_agent.conversation import events as ev
from voice_agent.conversation.records import Header, Record
from voice_agent.errors import StoreError
from voice_agent.stores.call_index import LATEST
from voice_agent.stores.lost import OPEN, records_in
from voice_agent.stores.owners import is_alive
from voice_agent.stores.schema import connect


class Unsettled(msgspec.Struct, frozen=True):
    """A write that was agreed to at `asked` (civil time, ISO 8601) with the agent called `agent`."""

    conversation: str
    agent: str
    asked: str
    call: act.CallTool


def unsettled_writes(data_dir: Path, *, now_ms: int = LATEST) -> list[Unsettled]:
    """Of all conversations whose owner is dead, oldest first, but for chats that go on. Raises StoreError."""
    found: list[Unsettled] = []
    dead: dict[str, bool] = {}
    try:
        with closing(connect(data_dir, create=True)) as connection:
            for conversation, owner, erased in connection.execute(OPEN, (now_ms,)).fetchall():
                if erased or (owner is not None and not dead.setdefault(owner, not is_alive(data_dir, owner))):
                    continue
                row = connection.execute("SELECT header FROM conversations WHERE id = ?", (conversation,)).fetchone()
                header = msgspec.json.decode(row[0], type=Header)
                found += of_log(header, records_in(connection, conversation))
    except sqlite3.Error as problem:
        raise StoreError(f"lost writes of {data_dir} could not be read: {problem}") from problem
    return found


def of_log(header: Header, records: Iterable[Record]) -> list[Unsettled]:
    """Writes of one log that neither returned nor failed."""
    open_calls: dict[int, Unsettled] = {}
    for record in records:
        match record.entry:
            case act.CallTool(effect="write", call=number) as call:
                asked = datetime.fromisoformat(header.civil_start) + timedelta(microseconds=record.t_us)
                open_calls[number] = Unsettled(header.conversation, header.agent, asked.isoformat(), call)
            case ev.ToolReturned(call=number) | ev.ToolFailed(call=number):
                open_calls.pop(number, None)
            case _:
                pass
    return list(open_calls.values())
