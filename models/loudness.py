"""Makes synthesised speech fit a telephone line: no silence around it, an even loudness, no clipping."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from models.resample import Samples
from voice_agent.audio import RATE_HZ, Pcm

TARGET_DBFS: Final = -20.0
"""Active speech level; leaves the headroom that G.711 needs for peaks."""
_CEILING: Final = 0.89
_MAX_GAIN: Final = 16.0
_BLOCK: Final = RATE_HZ // 200
_AUDIBLE: Final = 0.03
"""Fraction of the loudest block (-30 dB) from which a block counts as speech when trimming."""


def _block_levels(speech: Samples) -> Samples:
    whole = speech[: speech.size // _BLOCK * _BLOCK].reshape(-1, _BLOCK)
    return np.asarray(np.sqrt(np.square(whole).mean(axis=1)), np.float32)


def trimmed(speech: Samples, *, lead_ms: int = 20, trail_ms: int = 80) -> Samples:
    """`speech` at 8 kHz without its silence, but for `lead_ms` before and `trail_ms` after; empty if all is silence."""
    levels = _block_levels(speech)
    if levels.size == 0 or levels.max() < 1e-4:
        return np.empty(0, np.float32)
    audible = np.flatnonzero(levels >= _AUDIBLE * levels.max())
    start = max(0, int(audible[0]) * _BLOCK - lead_ms * RATE_HZ // 1_000)
    end = min(speech.size, (int(audible[-1]) + 1) * _BLOCK + trail_ms * RATE_HZ // 1_000)
    out = speech[start:end].copy()
    fade = min(out.size, 5 * RATE_HZ // 1_000)
    ramp = np.linspace(0.0, 1.0, fade, dtype=np.float32)
    out[:fade] *= ramp
    out[out.size - fade :] *= ramp[::-1]
    return out


def levelled(speech: Samples) -> Samples:
    """`speech` at `TARGET_DBFS` over its audible part; peaks above -1 dBFS are bent, not cut."""
    levels = _block_levels(speech)
    if levels.size == 0 or levels.max() < 1e-4:
        return speech
    active = levels[levels >= _AUDIBLE * levels.max()]
    level = float(np.sqrt(np.square(active).mean()))
    gain = min(_MAX_GAIN, 10 ** (TARGET_DBFS / 20) / level)
    louder = speech * np.float32(gain)
    knee = _CEILING / 2
    over = np.abs(louder) > knee
    bent = knee + (_CEILING - knee) * np.tanh((np.abs(louder[over]) - knee) / (_CEILING - knee))
    louder[over] = np.sign(louder[over]) * bent
    return np.asarray(louder, np.float32)


def chunks(speech: Samples, samples: int) -> Iterator[Pcm]:
    """`int16` pieces of `samples` each; what would be a last piece of less than half joins the one before."""
    pcm = np.round(speech * 32_767).astype(np.int16)
    start = 0
    while start < pcm.size:
        end = start + samples
        if pcm.size - end < samples // 2:
            end = pcm.size
        yield pcm[start:end]
        start = end
