"""Whether 20 ms of sound hold the tone of a telephone key (ITU-T Q.23): one frequency of each of two groups.

It does not tell which key: that is nobody's business here.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from voice_agent.audio import FRAME_SAMPLES, RATE_HZ, Pcm

LOW_HZ: Final = (697, 770, 852, 941)
HIGH_HZ: Final = (1209, 1336, 1477, 1633)
_LEAST: Final = 30.0 * FRAME_SAMPLES
"""Of the correlation: a tone of about -50 dBFS."""
_SHARE: Final = 0.5
"""Of the frame's energy in the two strongest tones; voice spreads its own over many."""

_TIMES: Final = np.arange(FRAME_SAMPLES) / RATE_HZ
_WAVES: Final = np.exp(-2j * np.pi * np.outer((*LOW_HZ, *HIGH_HZ), _TIMES))


def has_key_tone(pcm: Pcm) -> bool:
    """`int16[160]`."""
    samples = pcm.astype(np.float64)
    strengths = np.abs(_WAVES @ samples)
    low, high = float(strengths[:4].max()), float(strengths[4:].max())
    if min(low, high) < _LEAST:
        return False
    energy = float(samples @ samples)
    return (low * low + high * high) * 2 / FRAME_SAMPLES >= _SHARE * energy
