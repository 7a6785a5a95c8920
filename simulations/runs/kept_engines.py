"""Engines of this process behind the ports, for virtual time: they take their time, while it stands still.

A thin shell.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from models.engines import BlockingEmbedder, BlockingRecogniser
from voice_agent.audio import Pcm
from voice_agent.ports.speech import ENGLISH, Languages, Recognition
from voice_agent.ports.urgency import Urgency

UNHURRIED_US: Final = 60_000_000
"""A second look at what was heard badly has all the time it wants, which in a call it may not have."""


class ThreadedRecogniser:
    """A recognition engine in a thread of this process; one job at a time is all that there is.

    `decoded` counts what it was asked for; `budget_us` is what it may spend on each.
    """

    def __init__(self, engine: BlockingRecogniser, *, budget_us: int = UNHURRIED_US) -> None:
        self.decoded = 0
        self._engine = engine
        self._budget_us = budget_us

    async def transcribe(
        self, pcm: Pcm, *, expects: str, deadline_us: int, urgency: Urgency = "final", languages: Languages = ENGLISH
    ) -> Recognition:
        """As the port says, but that nothing is late: whoever asks holds time."""
        self.decoded += 1
        return await asyncio.to_thread(self._engine.transcribe, pcm, expects=expects, budget_us=self._budget_us)


class RememberingEmbedder:
    """An embedding engine that never works out the same text twice."""

    def __init__(self, engine: BlockingEmbedder) -> None:
        self._engine = engine
        self._known: dict[str, npt.NDArray[np.float32]] = {}

    async def embed(self, texts: Sequence[str], *, deadline_us: int) -> npt.NDArray[np.float32]:
        """As the port says, but that it blocks: in virtual time nothing else waits."""
        missing = [text for text in dict.fromkeys(texts) if text not in self._known]
        if missing:
            self._known.update(zip(missing, self._engine.embed(missing), strict=True))
        return np.stack([self._known[text] for text in texts])
