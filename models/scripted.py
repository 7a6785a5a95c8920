"""Doubles of all engines, for tests, simulations and load: instant, deterministic, and text still travels as sound.

Latencies are slept on the running loop, so that they pass in virtual time too; their variation comes from a seed.

    voice, ears = ScriptedSynthesiser(), ScriptedRecogniser()
    pcm = np.concatenate([chunk async for chunk in voice.synthesize("hello", deadline_us=later)])
    (await ears.transcribe(pcm[:2_400], expects="open", deadline_us=later)).text    # "hello", cut short: "hell"
"""

from __future__ import annotations

import asyncio
import random
import zlib
from collections.abc import AsyncGenerator, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from models.modem import demodulated, modulated
from voice_agent.audio import RATE_HZ, Pcm, level_dbfs
from voice_agent.ports.speech import ENGLISH, Languages, Recognition
from voice_agent.ports.urgency import Urgency

DIMENSIONS: Final = 384
CHUNK_SAMPLES: Final = RATE_HZ // 5
_SPEECH_DBFS: Final = -45.0


class ScriptedLatency:
    """`median_us` give or take `spread` of it, drawn in order from `seed`."""

    def __init__(self, median_us: int, *, spread: float = 0.2, seed: int = 0) -> None:
        self._median_us = median_us
        self._spread = spread
        self._random = random.Random(seed)

    async def pass_by(self) -> None:
        if self._median_us > 0:
            factor = 1 + self._spread * self._random.uniform(-1.0, 1.0)
            await asyncio.sleep(self._median_us * factor / 1_000_000)


class ScriptedRecogniser:
    """Reads what `ScriptedSynthesiser` says, whole or cut; `voice_agent.ports.speech.Recogniser`."""

    def __init__(self, latency_us: int = 0, *, seed: int = 0) -> None:
        self._latency = ScriptedLatency(latency_us, seed=seed)

    async def transcribe(
        self, pcm: Pcm, *, expects: str, deadline_us: int, urgency: Urgency = "final", languages: Languages = ENGLISH
    ) -> Recognition:
        await self._latency.pass_by()
        return Recognition(demodulated(pcm), engine="scripted")


class ScriptedSynthesiser:
    """Says text by `models.modem`; `latency_us` passes before the first chunk."""

    def __init__(self, latency_us: int = 0, *, seed: int = 0) -> None:
        self._latency = ScriptedLatency(latency_us, seed=seed)

    async def synthesize(self, text: str, *, deadline_us: int, speed: float = 1.0) -> AsyncGenerator[Pcm, None]:
        await self._latency.pass_by()
        pcm = modulated(text)
        for start in range(0, pcm.size, CHUNK_SAMPLES):
            yield pcm[start : start + CHUNK_SAMPLES]


class ScriptedEmbedder:
    """Embeds by `hashed`."""

    def __init__(self, latency_us: int = 0, *, seed: int = 0) -> None:
        self._latency = ScriptedLatency(latency_us, seed=seed)

    async def embed(self, texts: Sequence[str], *, deadline_us: int) -> npt.NDArray[np.float32]:
        await self._latency.pass_by()
        return hashed(texts)


class ScriptedVoiceActivity:
    """1.0 for every frame above -45 dBFS, 0.0 for the others."""

    def prepare(self, frame: Pcm) -> None:
        pass

    def probability(self, frame: Pcm) -> float:
        return 1.0 if level_dbfs(frame) > _SPEECH_DBFS else 0.0


def noise(duration_ms: int, seed: int) -> Pcm:
    """`int16[8 * duration_ms]` that voice activity takes for speech and that says nothing: a cough, a passing car."""
    samples = np.random.default_rng(seed).standard_normal(duration_ms * RATE_HZ // 1_000)
    return np.clip(np.round(samples * 3_000), -32_768, 32_767).astype(np.int16)


def hashed(texts: Sequence[str]) -> npt.NDArray[np.float32]:
    """`float32[len(texts), 384]` of unit length: words and character 3-grams, hashed. Similar texts are near."""
    out = np.zeros((len(texts), DIMENSIONS), np.float32)
    for row, text in enumerate(texts):
        for feature, weight in _features(text):
            code = zlib.crc32(feature.encode("utf-8", "replace"))
            out[row, code % DIMENSIONS] += weight if code & 0x8000_0000 else -weight
        length = float(np.linalg.norm(out[row]))
        if length == 0.0:
            out[row, 0] = 1.0
        else:
            out[row] /= length
    return out


def _features(text: str) -> list[tuple[str, float]]:
    words = "".join(character if character.isalnum() else " " for character in text.lower()).split()
    features = [(f"w:{word}", 2.0) for word in words]
    for word in words:
        padded = f" {word} "
        features += [(f"c:{padded[at : at + 3]}", 1.0) for at in range(len(padded) - 2)]
    return features
