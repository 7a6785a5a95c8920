"""Two embeddings side by side as one: what one mistakes for alike the other often tells apart.

The first speaks every language and knows articles; the second is asked about sentences only. So what is looked for in
articles (`QUERY`, `PASSAGE`) is compared by the first alone, and costs no more than it did.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from models.engines import BlockingEmbedder
from voice_agent.ports.speech import PASSAGE, QUERY

_FIRST_WEIGHT: Final = 2.0
"""Of the first beside the second. Vectors of multilingual-e5-small lie within a narrow cone, so that they differ half
as much as MiniLM's: this makes both count alike."""


class EmbeddingPair:
    """`BlockingEmbedder`; rows are the first's dimensions, then the second's."""

    def __init__(self, first: BlockingEmbedder, second: BlockingEmbedder) -> None:
        self._first = first
        self._second = second
        self._width = second.embed(["ready"]).shape[1]

    def embed(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """`float32[len(texts), both]`, rows of unit length."""
        first = self._first.embed(texts)
        second = np.zeros((len(texts), self._width), np.float32)
        at = [number for number, text in enumerate(texts) if not text.startswith((QUERY, PASSAGE))]
        if at:
            second[at] = self._second.embed([texts[number] for number in at])
            first[at] *= np.float32(_FIRST_WEIGHT)
        both = np.hstack([first, second])
        out: npt.NDArray[np.float32] = both / np.linalg.norm(both, axis=1, keepdims=True)
        return out
