"""What audio is inside the product: 16-bit linear PCM, 8 kHz, mono, in frames of 20 ms.

Pcm = int16[samples]            Frame = int16[160]
"""

from __future__ import annotations

import math
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

Pcm: TypeAlias = npt.NDArray[np.int16]
"""`int16[samples]`, 8 kHz mono unless a docstring says otherwise."""

RATE_HZ: Final = 8_000
FRAME_MS: Final = 20
FRAME_US: Final = FRAME_MS * 1_000
FRAME_SAMPLES: Final = RATE_HZ * FRAME_MS // 1_000


SILENT_DBFS: Final = -120.0
"""The level of digital silence."""


def silence(samples: int) -> Pcm:
    """`int16[samples]` of zeros, owned by the caller."""
    return np.zeros(samples, np.int16)


def samples_to_us(samples: int) -> int:
    """Duration of `samples` at 8 kHz, in microseconds (exact: a sample lasts 125 us)."""
    return samples * 125


def us_to_samples(duration_us: int) -> int:
    """Whole samples at 8 kHz that fit in `duration_us`."""
    return duration_us // 125


def active_dbfs(pcm: Pcm) -> int | None:
    """How loud `int16[samples]` are where they are loud: the level of the frames within 15 dB of the loudest.

    None where there is nothing to hear.
    """
    frames = pcm[: pcm.size // FRAME_SAMPLES * FRAME_SAMPLES].reshape(-1, FRAME_SAMPLES).astype(np.float32)
    powers = np.einsum("ij,ij->i", frames, frames) / FRAME_SAMPLES
    loudest = float(powers.max(initial=0.0))
    if loudest < 1.0:
        return None
    return round(10.0 * math.log10(float(powers[powers > loudest / _ACTIVE].mean()) / 32768.0**2))


def snr_db(pcm: Pcm) -> int | None:
    """How far `int16[samples]` of speech stand out of what is behind them: loud frames against the quietest tenth.

    None where there is nothing to hear, or nothing behind it.
    """
    frames = pcm[: pcm.size // FRAME_SAMPLES * FRAME_SAMPLES].reshape(-1, FRAME_SAMPLES).astype(np.float32)
    powers = np.sort(np.einsum("ij,ij->i", frames, frames) / FRAME_SAMPLES)
    voice, quiet = active_dbfs(pcm), float(powers[powers.size // 10]) if powers.size else 0.0
    if voice is None or quiet < 1.0:
        return None
    return voice - round(10.0 * math.log10(quiet / 32768.0**2))


_ACTIVE: Final = 10**1.5


def level_dbfs(pcm: Pcm) -> float:
    """Root-mean-square level in dB relative to full scale; `SILENT_DBFS` for digital silence or no samples."""
    if pcm.size == 0:
        return SILENT_DBFS
    wide = pcm.astype(np.float32)
    # A dot product and `math`: once a frame and call, this is three times cheaper than numpy's mean of squares.
    power = float(np.dot(wide, wide)) / wide.size
    if power == 0.0:
        return SILENT_DBFS
    return max(SILENT_DBFS, 10.0 * math.log10(power / 32768.0**2))
