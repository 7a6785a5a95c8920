"""How store and recordings of a worker are doing: for `/health`, for `/metrics`, and for who sees to the disk."""

from __future__ import annotations

import asyncio
import logging
import time
from pathlib import Path
from typing import Any, Final

from voice_agent.config import Config
from voice_agent.errors import StoreError
from voice_agent.stores.recordings import Recordings, delete_older_than
from voice_agent.stores.sqlite import Store, StoreReader

DAY_S: Final = 86_400

_log = logging.getLogger("voice_agent.server")


def make_data_dir(config: Config) -> None:
    """Before anything is put into it. Raises StoreError."""
    folder = Path(config.store.data_dir)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise StoreError(f"{folder} can't be made: {problem}", hint="check that the directory is writable") from problem


def storage_state(store: Store, recordings: Recordings | None) -> dict[str, Any]:
    """The parts of `/health`; no recordings where calls are not recorded."""
    state: dict[str, Any] = {
        "store": {
            "queued": store.depth,
            "failing": store.failing,
            "lost": store.lost,
            "put_aside": store.put_aside,
        }
    }
    if recordings is not None:
        state["recordings"] = {"failing": recordings.failing, "lost_seconds": recordings.lost_seconds}
    return state


def storage_readings(store: Store, recordings: Recordings | None) -> dict[str, tuple[str, float]]:
    """Name -> (meaning, value) for `Metrics`."""
    out = {
        "store_queued": ("Statements that wait for the store's writer", float(store.depth)),
        "store_lost": ("Records that could not be queued", float(store.lost)),
        "store_failing": ("1 while the store refuses to commit", float(store.failing)),
        "store_put_aside": ("Statements that the store refused for good", float(store.put_aside)),
    }
    if recordings is not None:
        out["recordings_failing"] = ("1 while recordings can't be written", float(recordings.failing))
        out["recordings_lost_seconds"] = ("Seconds of sound that were lost", float(recordings.lost_seconds))
    return out


def open_recordings(data_dir: Path) -> Recordings:
    """Recordings that go no further where the store says that a conversation was erased."""

    def erased(conversation: str) -> bool:
        with StoreReader(data_dir) as reader:
            return reader.is_erased(conversation)

    return Recordings(data_dir, erased)


async def delete_old_recordings(config: Config) -> None:
    """Once a day, the first time at once."""
    days = config.store.retention_days
    while days > 0:
        newest_kept = time.time() - days * DAY_S
        gone = await asyncio.to_thread(delete_older_than, Path(config.store.data_dir), newest_kept=newest_kept)
        if gone:
            _log.info("recordings past retention deleted", extra={"count": len(gone)})
        await asyncio.sleep(DAY_S)
