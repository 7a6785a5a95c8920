"""Filters over whole stretches of sound, in the frequency domain: what noises are made with. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

from voice_agent.audio import RATE_HZ

Floats: TypeAlias = npt.NDArray[np.float64]
"""`float64[samples]` at 8 kHz; any scale."""

HANDSET: Final = (
    (100.0, -30.0), (200.0, -12.0), (300.0, -2.0), (500.0, 0.0), (3_200.0, 0.0), (3_500.0, -8.0), (4_000.0, -35.0),
)  # fmt: skip
"""About what a telephone's microphone and line leave of a sound: points of Hz and dB."""


def shaped(sound: Floats, points: Sequence[tuple[float, float]]) -> Floats:
    """`sound` with the gain of `points`, (Hz, dB) in rising order, straight lines over log frequency between them.

    It is taken as a ring, so that what is repeated has no seam.
    """
    spectrum = np.fft.rfft(sound)
    at_hz = np.maximum(np.fft.rfftfreq(sound.size, 1 / RATE_HZ), 1.0)
    bounds_hz, gains_db = zip(*points, strict=True)
    gain_db = np.interp(np.log(at_hz), np.log(bounds_hz), gains_db)
    out: Floats = np.fft.irfft(spectrum * 10 ** (gain_db / 20), sound.size)
    return out


def unit_power(sound: Floats) -> Floats:
    """`sound` with a mean power of 1. It must not be silent."""
    out: Floats = sound / np.sqrt(np.mean(sound**2))
    return out


def gain_of(db: float) -> float:
    """The factor for amplitudes."""
    return float(10 ** (db / 20))


def filter_taps(points: Sequence[tuple[float, float]], taps: int = 129) -> Floats:
    """The same gains as a filter of `taps` coefficients (odd), symmetric: it delays by half of them."""
    length = 1_024
    impulse = np.zeros(length)
    impulse[length // 2] = 1.0
    around = shaped(impulse, points)[length // 2 - taps // 2 : length // 2 + taps // 2 + 1]
    return around * np.hamming(taps)
