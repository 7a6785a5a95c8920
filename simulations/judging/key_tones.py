"""Finds the tones of telephone keys in a recording (ITU-T Q.23): digits that can be heard were kept. Pure."""

from __future__ import annotations

from typing import Final

import numpy as np

from voice_agent.audio import RATE_HZ, Pcm

LOOK: Final = 205
"""Samples of one look: long enough to tell neighbouring frequencies apart."""
STEP: Final = 100
LOW_HZ: Final = (697, 770, 852, 941)
HIGH_HZ: Final = (1209, 1336, 1477, 1633)
KEYS: Final = ("123A", "456B", "789C", "*0#D")
LEAST_RMS: Final = 30.0
PURE: Final = 0.6
"""So much of the energy of a look must be in the two tones."""
_BALANCED: Final = 0.05
"""Neither tone has less than this share of both."""


def key_tones(pcm: Pcm) -> str:
    """The keys in `pcm` (`int16[samples]`, 8 kHz mono), in order; a tone that goes on counts once."""
    if pcm.size < LOOK:
        return ""
    looks = np.lib.stride_tricks.sliding_window_view(pcm, LOOK)[::STEP].astype(np.float32)
    energy = np.einsum("ij,ij->i", looks, looks)
    loud = energy > LOOK * LEAST_RMS**2
    found: list[str] = []
    before, before_at = "", -2
    for at in np.flatnonzero(loud):
        key = _key(looks[at], float(energy[at]))
        if key and (key != before or at != before_at + 1):
            found.append(key)
        before, before_at = key, int(at)
    return "".join(found)


_TIMES: Final = np.arange(LOOK) / RATE_HZ
_WAVES: Final = np.exp(-2j * np.pi * np.outer((*LOW_HZ, *HIGH_HZ), _TIMES)).astype(np.complex64)


def _key(look: np.ndarray[tuple[int], np.dtype[np.float32]], energy: float) -> str:
    """The key of one look, empty for none."""
    powers = np.abs(_WAVES @ look) ** 2
    low, high = int(np.argmax(powers[:4])), int(np.argmax(powers[4:]))
    pair = float(powers[low]), float(powers[4 + high])
    if sum(pair) * 2 / LOOK < PURE * energy or min(pair) < _BALANCED * sum(pair):
        return ""
    return KEYS[low][high]
