"""Noise at a level, without end: a ring of sound that is read on and on. Pure; files are read by `noise_files`."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import numpy as np

from simulations.line.chance import generator
from simulations.line.spectrum import HANDSET, Floats, gain_of, shaped, unit_power
from simulations.line.surroundings import KINDS
from voice_agent.audio import Pcm

_KEPT_RINGS: Final = 8


class NoiseSource:
    """Reads a ring (mean power 1) from `start` on, at `level_dbfs`."""

    def __init__(self, ring: Floats, level_dbfs: float, start: int) -> None:
        self._ring = ring
        self._gain = 32_768 * gain_of(level_dbfs)
        self._at = start % ring.size

    def next(self, samples: int) -> Floats:
        """`float64[samples]` at the scale of 16-bit samples."""
        where = np.arange(self._at, self._at + samples) % self._ring.size
        self._at = (self._at + samples) % self._ring.size
        out: Floats = self._gain * self._ring[where]
        return out


def made_noise(kind: str, level_dbfs: float, seed: int) -> NoiseSource:
    """One of `settings.NOISES`; where in it the call begins is drawn too."""
    ring = _made_ring(kind, seed)
    return NoiseSource(ring, level_dbfs, int(generator(seed, "noise begins").integers(ring.size)))


def recorded_noise(recording: Pcm, level_dbfs: float, seed: int) -> NoiseSource:
    """A recording over the telephone's band, repeated. Raises ValueError where there is nothing to hear in it."""
    if not recording.any():
        raise ValueError("the recording of noise is silent")
    ring = unit_power(shaped(recording.astype(np.float64), HANDSET))
    return NoiseSource(ring, level_dbfs, int(generator(seed, "noise begins").integers(ring.size)))


@lru_cache(maxsize=_KEPT_RINGS)
def _made_ring(kind: str, seed: int) -> Floats:
    ring = unit_power(shaped(KINDS[kind](generator(seed, f"noise {kind}")), HANDSET))
    ring.flags.writeable = False
    return ring
