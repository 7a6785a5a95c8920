"""Where a track is loud enough to be voice, in windows of 10 ms: how synthetic callers tell speech from silence. Pure.

A fixed threshold does: a caller listens to one synthesised voice on a line without noise, and must judge it the same
way on every machine.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from voice_agent.audio import FRAME_SAMPLES, Pcm

WINDOW_MS: Final = 10
WINDOW_SAMPLES: Final = 80
WINDOWS_A_FRAME: Final = FRAME_SAMPLES // WINDOW_SAMPLES
THRESHOLD_DBFS: Final = -45.0

QUIET_FRAME: Final = bytes(WINDOWS_A_FRAME)
_LEAST_ENERGY: Final = 10 ** (THRESHOLD_DBFS / 10) * 32_768.0**2 * WINDOW_SAMPLES


def voiced_windows(pcm: Pcm) -> bytes:
    """One byte a window of `int16[n * 80]`: 1 where its RMS level is above -45 dBFS, else 0."""
    if not pcm.any():
        return bytes(pcm.size // WINDOW_SAMPLES)
    windows = pcm.reshape(-1, WINDOW_SAMPLES).astype(np.float32)
    energy = np.einsum("ij,ij->i", windows, windows)
    flags: bytes = (energy > _LEAST_ENERGY).tobytes()
    return flags


def voiced_runs(voiced: bytes | bytearray, *, gap: int, least: int) -> list[tuple[int, int]]:
    """Stretches `(from, to)` of voiced windows, those nearer than `gap` joined, then those under `least` dropped.

    Positions count from the beginning of `voiced`; `to` is excluded.
    """
    runs: list[tuple[int, int]] = []
    at = voiced.find(1)
    while at >= 0:
        end = voiced.find(0, at)
        end = len(voiced) if end < 0 else end
        if runs and at - runs[-1][1] < gap:
            runs[-1] = (runs[-1][0], end)
        else:
            runs.append((at, end))
        at = voiced.find(1, end)
    return [(start, end) for start, end in runs if end - start >= least]
