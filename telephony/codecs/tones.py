"""Tones: sines and the keypad's sixteen pairs (ITU-T Q.23), for synthetic callers and lines without RFC 4733."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

import numpy as np

from telephony.codecs.pcm import RATE_HZ, Pcm

_ROWS_HZ: Final = (697, 770, 852, 941)
_COLUMNS_HZ: Final = (1209, 1336, 1477, 1633)
_KEYS: Final = ("123A", "456B", "789C", "*0#D")

FREQUENCIES_HZ: Final[Mapping[str, tuple[int, int]]] = MappingProxyType(
    {key: (low, high) for keys, low in zip(_KEYS, _ROWS_HZ, strict=True)
     for key, high in zip(keys, _COLUMNS_HZ, strict=True)}
)  # fmt: skip
"""Key to its (low, high) pair."""

_RAMP_SAMPLES: Final = 16


def sine(frequency_hz: float, duration_ms: int, level_dbfs: float = -12.0) -> Pcm:
    """`int16[8 * duration_ms]`. `level_dbfs` is of the peak, 0 being full scale."""
    time_s = np.arange(RATE_HZ * duration_ms // 1_000) / RATE_HZ
    peak = 32_767 * 10 ** (level_dbfs / 20)
    return np.rint(peak * np.sin(2 * np.pi * frequency_hz * time_s)).astype(np.int16)


def dtmf_tone(digit: str, duration_ms: int = 100, level_dbfs: float = -10.0) -> Pcm:
    """`int16[8 * duration_ms]` of one key, its edges smoothed over 2 ms.

    `level_dbfs` is the peak of each of the two tones and must be -6 or less, or their sum would clip.
    Raises ValueError for what is no key (`0`-`9`, `*`, `#`, `A`-`D`).
    """
    if digit not in FREQUENCIES_HZ:
        raise ValueError(f"{digit!r} is no keypad digit: use one of {''.join(sorted(FREQUENCIES_HZ))}")
    low_hz, high_hz = FREQUENCIES_HZ[digit]
    tone = sine(low_hz, duration_ms, level_dbfs).astype(np.float64) + sine(high_hz, duration_ms, level_dbfs)
    edge = min(_RAMP_SAMPLES, tone.size // 2)
    ramp = (np.arange(edge) + 1) / (edge + 1)
    tone[:edge] *= ramp
    tone[tone.size - edge :] *= ramp[::-1]
    return np.rint(tone).astype(np.int16)


def dtmf_sequence(digits: str, *, on_ms: int = 100, off_ms: int = 60, level_dbfs: float = -10.0) -> Pcm:
    """Keys pressed one after the other, each followed by `off_ms` of silence. Raises as `dtmf_tone` does."""
    pause = np.zeros(RATE_HZ * off_ms // 1_000, np.int16)
    parts = [part for digit in digits for part in (dtmf_tone(digit, on_ms, level_dbfs), pause)]
    return np.concatenate(parts) if parts else np.zeros(0, np.int16)
