"""What a server has written so far, read from outside while it goes on."""

from __future__ import annotations

import wave
from pathlib import Path
from typing import TypeVar

import numpy as np

from models.modem import demodulated
from voice_agent.conversation.records import Header, Record
from voice_agent.errors import StoreError
from voice_agent.stores.recordings import audio_path
from voice_agent.stores.sqlite import StoreReader

EntryT = TypeVar("EntryT")


def stored(data_dir: Path, *, limit: int = 1_000) -> list[tuple[Header, list[Record]]]:
    """The newest conversations, oldest first; none where there is no store yet."""
    try:
        reader = StoreReader(data_dir)
    except StoreError:
        return []
    with reader:
        return [reader.read(header.conversation) for header in reversed(reader.headers(limit=limit))]


def newest(data_dir: Path) -> list[Record]:
    """Records of the newest conversation, empty for none."""
    conversations = stored(data_dir, limit=1)
    return conversations[-1][1] if conversations else []


def agents_words(data_dir: Path, conversation: str) -> str:
    """What scripted engines said in a recorded conversation, as it was sent."""
    with wave.open(str(audio_path(data_dir, conversation)), "rb") as recording:
        both = np.frombuffer(recording.readframes(recording.getnframes()), "<i2").reshape(-1, 2)
    return demodulated(both[:, 1].astype(np.int16))


def entries(records: list[Record], kind: type[EntryT]) -> list[EntryT]:
    """The events or actions of one kind."""
    return [record.entry for record in records if isinstance(record.entry, kind)]
