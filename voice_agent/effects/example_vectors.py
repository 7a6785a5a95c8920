"""The vectors of example sentences, each made once for its text and the model, and kept in a folder."""

from __future__ import annotations

import hashlib
import logging
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from voice_agent.understanding.router import Vector

logger = logging.getLogger(__name__)


def cache_path(folder: Path | None, model: str, texts: Sequence[str]) -> Path | None:
    """Where the vectors of exactly these texts by this model are kept."""
    if folder is None:
        return None
    content = "\0".join([model, *texts]).encode()
    return folder / f"examples-{hashlib.sha256(content).hexdigest()[:32]}.npy"


def load_vectors(path: Path | None, count: int) -> list[Vector] | None:
    if path is None or not path.exists():
        return None
    try:
        rows = np.load(path, allow_pickle=False)
    except (OSError, ValueError, EOFError) as error:
        logger.warning("%s can't be read and is made again: %s", path, error)
        return None
    return list(rows.astype(np.float32)) if rows.ndim == 2 and len(rows) == count else None


def save_vectors(path: Path | None, rows: Sequence[Vector]) -> None:
    """Whole or not at all; a cache that can't be written is no reason not to start."""
    if path is None:
        return
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, suffix=".part", delete=False) as file:
            np.save(file, np.stack(rows))
        os.replace(file.name, path)
    except OSError as error:
        logger.warning("%s can't be written: %s", path, error)
