"""The doubles as engines of a speech process, so that processes, retries and load are tested without models."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from models.delivery import NATURAL, Delivery
from models.modem import demodulated, modulated
from models.scripted import CHUNK_SAMPLES, hashed
from voice_agent.audio import Pcm
from voice_agent.ports.speech import ENGLISH, Languages, Recognition


class ScriptedBlockingRecogniser:
    def __init__(self, latency_us: int, *, engine: str = "scripted") -> None:
        self._latency_us = latency_us
        self._engine = engine

    def transcribe(self, pcm: Pcm, *, expects: str, budget_us: int, languages: Languages = ENGLISH) -> Recognition:
        time.sleep(self._latency_us / 1_000_000)
        return Recognition(demodulated(pcm), engine=self._engine, engine_us=self._latency_us)


class ScriptedBlockingSynthesiser:
    """The latency passes before every chunk, so that a synthesis can be interrupted half way."""

    def __init__(self, latency_us: int) -> None:
        self._latency_us = latency_us

    def synthesize(self, text: str, delivery: Delivery = NATURAL) -> Iterator[Pcm]:
        """At any delivery the same: text that travels as sound has no pitch."""
        pcm = modulated(text)
        for start in range(0, pcm.size, CHUNK_SAMPLES):
            time.sleep(self._latency_us / 1_000_000)
            yield pcm[start : start + CHUNK_SAMPLES]


class ScriptedBlockingEmbedder:
    def __init__(self, latency_us: int) -> None:
        self._latency_us = latency_us

    def embed(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        time.sleep(self._latency_us / 1_000_000)
        return hashed(texts)
