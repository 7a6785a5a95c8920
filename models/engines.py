"""What an engine looks like inside a speech process: blocking calls, one at a time, no asyncio.

The ports in `voice_agent.ports.speech` are what the rest of the product sees; `models.pool` implements them with these.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

import numpy as np
import numpy.typing as npt

from models.delivery import NATURAL, Delivery
from voice_agent.audio import Pcm
from voice_agent.ports.speech import ENGLISH, Languages, Recognition


class BlockingRecogniser(Protocol):
    def transcribe(self, pcm: Pcm, *, expects: str, budget_us: int, languages: Languages = ENGLISH) -> Recognition:
        """`budget_us` is what is left until the deadline; a slower, safer decode is tried only where it fits."""
        ...


class BlockingSynthesiser(Protocol):
    def synthesize(self, text: str, delivery: Delivery = NATURAL) -> Iterator[Pcm]:
        """The same text and delivery always give the same samples: another process can resume where one died."""
        ...


class BlockingEmbedder(Protocol):
    def embed(self, texts: Sequence[str]) -> npt.NDArray[np.float32]: ...
