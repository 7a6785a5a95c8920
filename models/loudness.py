"""Makes synthesised speech fit a telephone line: no silence around it, one loudness for all voices, no peak cut.

Loudness and peaks are those of `models.loudness_meter` (ITU-R BS.1770). Each clause is brought to the target by one
gain; what then rises above the ceiling is turned down for some milliseconds around it, not bent.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from models.loudness_meter import SILENT_LUFS, loudness_lufs, true_peaks
from models.resample import Samples
from voice_agent.audio import RATE_HZ, Pcm

TARGET_LUFS: Final = -22.0
"""Unless the settings say otherwise; leaves the headroom that speech needs for its peaks."""
CEILING_DBFS: Final = -1.0
"""No peak is higher, those between the samples included."""
_MAX_GAIN: Final = 16.0
_BLOCK: Final = RATE_HZ // 200
_AUDIBLE: Final = 0.03
"""Fraction of the loudest block (-30 dB) from which a block counts as speech when trimming."""
_SILENT: Final = 1e-4
_REACH: Final = RATE_HZ * 4 // 1_000
"""Samples before and after a peak within which it is turned down."""


def _block_levels(speech: Samples) -> Samples:
    whole = speech[: speech.size // _BLOCK * _BLOCK].reshape(-1, _BLOCK)
    return np.asarray(np.sqrt(np.square(whole).mean(axis=1)), np.float32)


def trimmed(speech: Samples, *, lead_ms: int = 20, trail_ms: int = 80) -> Samples:
    """`speech` at 8 kHz without its silence, but for `lead_ms` before and `trail_ms` after; empty if all is silence."""
    levels = _block_levels(speech)
    if levels.size == 0 or levels.max() < _SILENT:
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


def levelled(speech: Samples, target_lufs: float = TARGET_LUFS) -> Samples:
    """`speech` at `target_lufs`, within the ceiling; silence stays as it is, and so quiet a sound is not blown up."""
    loudness = loudness_lufs(speech)
    if loudness == SILENT_LUFS:
        return speech
    gain = min(_MAX_GAIN, 10 ** ((target_lufs - loudness) / 20))
    return limited(speech * np.float32(gain))


def limited(sound: Samples) -> Samples:
    """`sound` with its gain turned down smoothly around what is higher than the ceiling; as it is where nothing is."""
    ceiling = 10 ** (CEILING_DBFS / 20)
    peaks = true_peaks(sound)
    if peaks.size == 0 or peaks.max() <= ceiling:
        return sound
    wanted = np.minimum(1.0, ceiling / np.maximum(peaks, 1e-9))
    around = np.pad(wanted, 2 * _REACH, mode="edge")
    least = np.lib.stride_tricks.sliding_window_view(around, 2 * _REACH + 1).min(axis=1)
    window = np.hanning(2 * _REACH + 3)[1:-1]
    gain = np.convolve(least, window / window.sum(), "valid")  # a mean of gains that are each low enough is low enough
    return np.asarray(sound * gain, np.float32)


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
