"""Tones of telephone keys, made and found (ITU-T Q.23), independently of the product's own: by Goertzel's algorithm."""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from voice_agent.audio import Pcm

RATE_HZ: Final = 8_000
FRAME: Final = 205
"""Samples of one look: long enough to tell neighbouring frequencies apart."""
LOW_HZ: Final = (697, 770, 852, 941)
HIGH_HZ: Final = (1209, 1336, 1477)
KEYS: Final = {
    key: (LOW_HZ[row], HIGH_HZ[column])
    for row, keys in enumerate(("123", "456", "789", "*0#"))
    for column, key in enumerate(keys)
}


def key_tone(key: str, duration_ms: int = 100, amplitude: int = 6_000) -> Pcm:
    """`int16[samples]`, whole frames of 20 ms where the duration is."""
    times = np.arange(duration_ms * RATE_HZ // 1_000) / RATE_HZ
    low, high = KEYS[key]
    wave = np.sin(2 * math.pi * low * times) + np.sin(2 * math.pi * high * times)
    return (amplitude * wave).astype(np.int16)


def keys_in(pcm: Pcm) -> str:
    """The keys whose tones are in a stretch of sound, in order; a tone that goes on counts once."""
    found: list[str] = []
    before: str | None = None
    for at in range(0, pcm.size - FRAME + 1, FRAME // 2):
        key = _key(pcm[at : at + FRAME].astype(np.float64))
        if key is not None and key != before:
            found.append(key)
        before = key
    return "".join(found)


def _key(samples: np.ndarray[tuple[int], np.dtype[np.float64]]) -> str | None:
    energy = float(samples @ samples)
    if energy < FRAME * 30.0**2:
        return None
    low = max(LOW_HZ, key=lambda hz: goertzel(samples, hz))
    high = max(HIGH_HZ, key=lambda hz: goertzel(samples, hz))
    power = goertzel(samples, low) + goertzel(samples, high)
    if power * 2 / FRAME < 0.6 * energy or min(goertzel(samples, low), goertzel(samples, high)) < 0.05 * power:
        return None
    return next(key for key, pair in KEYS.items() if pair == (low, high))


def goertzel(samples: np.ndarray[tuple[int], np.dtype[np.float64]], hz: float) -> float:
    """The squared magnitude of `samples` at `hz`."""
    coefficient = 2 * math.cos(2 * math.pi * hz / RATE_HZ)
    last = before = 0.0
    for sample in samples:
        last, before = float(sample) + coefficient * last - before, last
    return last * last + before * before - coefficient * last * before
