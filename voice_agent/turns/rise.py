"""Whether what the network doubts may yet be the beginning of a voice: it stands out of a still line, and hums. Pure.

A voice-activity network needs 100 to 300 ms of some beginnings ("I already", "excuse me") until it believes in them. To
mute the agent less is enough: a sound well above what the line is like otherwise, periodic as a voice is (by normalised
autocorrelation, as Boersma, IFA Proceedings 17, 1993, without his window), in which the network sees at least a little
voice. Breath, clicks and coughs aren't periodic; music and babble that are there all the time don't stand out.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from voice_agent.audio import FRAME_MS, RATE_HZ, Pcm, silence
from voice_agent.turns.settings import RiseSettings

_UP_DB, _DOWN_DB = 0.5, 1.0
"""A frame: how fast the line's own level is followed."""
_UP_FIRST_DB: Final = 2.0
_UNKNOWN_FRAMES: Final = 25
"""A line is listened to for so long before anything stands out of it; its level is found fast in twice that."""
_QUIETEST_DBFS: Final = -70.0
_SHORTEST, _LONGEST = RATE_HZ // 400, RATE_HZ // 60
"""Lags of the pitches of voices."""


class Rise:
    """One caller's. `frame` is asked while the agent speaks, and of a voice that nothing but this is known of."""

    def __init__(self, settings: RiseSettings) -> None:
        self._settings = settings
        self._floor_dbfs: float | None = None
        self._before = silence(0)
        self._lasting = 0
        self._followed = 0
        """Frames that the line's own level was followed for."""

    def frame(self, pcm: Pcm, probability: float, level_dbfs: float, *, begun: bool) -> bool:
        """Whether `int16[160]` may be voice. `begun`: by this alone it is on, and goes on while it is as loud."""
        before, self._before = self._before, pcm
        loud = self.stands_out(level_dbfs)
        if begun:
            self._lasting += 1
            return loud and self._lasting * FRAME_MS <= self._settings.limit_ms
        self._follow(level_dbfs)
        settings = self._settings
        return (
            loud
            and self._followed > _UNKNOWN_FRAMES
            and probability >= settings.least_probability
            and periodicity(np.concatenate((before, pcm))) >= settings.least_periodicity
        )

    def stands_out(self, level_dbfs: float) -> bool:
        """Whether that is well above the line's own level."""
        floor_dbfs = _QUIETEST_DBFS if self._floor_dbfs is None else self._floor_dbfs
        return level_dbfs >= max(self._settings.least_dbfs, floor_dbfs + self._settings.rise_db)

    def _follow(self, level_dbfs: float) -> None:
        level_dbfs = max(_QUIETEST_DBFS, level_dbfs)
        if self._floor_dbfs is None:
            self._floor_dbfs = level_dbfs
        up_db = _UP_FIRST_DB if self._followed < 2 * _UNKNOWN_FRAMES else _UP_DB
        if self._lasting * FRAME_MS > self._settings.limit_ms:  # it was no voice: it is how the line is now
            up_db = -_QUIETEST_DBFS
        self._floor_dbfs += min(up_db, max(-_DOWN_DB, level_dbfs - self._floor_dbfs))
        self._followed += 1
        self._lasting = 0


def periodicity(pcm: Pcm) -> float:
    """How well `int16[samples]`, two frames, repeat themselves at the period of a voice: 0 to 1."""
    if pcm.size <= _LONGEST:
        return 0.0
    wave = pcm - pcm.mean(dtype=np.float64)
    spectrum = np.fft.rfft(wave, 2 * pcm.size)
    products = np.fft.irfft(spectrum.real**2 + spectrum.imag**2)[_SHORTEST:_LONGEST]
    energy = np.concatenate((np.zeros(1), np.cumsum(wave * wave)))
    lags = np.arange(_SHORTEST, _LONGEST)
    energies = energy[pcm.size - lags] * (energy[-1] - energy[lags])
    return float(np.max(products / np.sqrt(np.maximum(energies, 1.0)), initial=0.0))
