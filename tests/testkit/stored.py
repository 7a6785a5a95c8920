"""What a server has written so far, read from outside while it goes on."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

from voice_agent.conversation.records import Header, Record
from voice_agent.errors import StoreError
from voice_agent.stores.sqlite import StoreReader

EntryT = TypeVar("EntryT")


def stored(data_dir: Path) -> list[tuple[Header, list[Record]]]:
    """Every conversation, oldest first; none where there is no store yet."""
    try:
        reader = StoreReader(data_dir)
    except StoreError:
        return []
    with reader:
        return [reader.read(header.conversation) for header in reversed(reader.headers(limit=1_000))]


def newest(data_dir: Path) -> list[Record]:
    """Records of the newest conversation, empty for none."""
    conversations = stored(data_dir)
    return conversations[-1][1] if conversations else []


def entries(records: list[Record], kind: type[EntryT]) -> list[EntryT]:
    """The events or actions of one kind."""
    return [record.entry for record in records if isinstance(record.entry, kind)]
