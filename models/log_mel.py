"""The log-mel spectrogram that Whisper was trained on: 80 Slaney mel bands, 25 ms Hann windows, a hop of 10 ms.

Source: Radford et al., Robust Speech Recognition via Large-Scale Weak Supervision, section 2.2; mel scale of Slaney's
Auditory Toolbox. Written here because importing the usual package for it costs half a second and 30 MB.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt

from models.resample import Samples

RATE_HZ: Final = 16_000
HOP: Final = 160
FRAMES_PER_SECOND: Final = RATE_HZ // HOP
BANDS: Final = 80
_WINDOW: Final = 400
_LINEAR_HZ: Final = 200 / 3
_KNEE_HZ: Final = 1_000.0
_KNEE_MEL: Final = _KNEE_HZ / _LINEAR_HZ
_LOG_STEP: Final = np.log(6.4) / 27.0
_FLOOR_DECADES: Final = 8.0


def log_mel(samples: Samples) -> npt.NDArray[np.float32]:
    """`float32[n]` at 16 kHz (-1..1) to `float32[80, n // 160 + 1]`, about -1..1.5."""
    half = _WINDOW // 2
    tail = np.pad(samples, (0, max(HOP, half + 1 - samples.size)))
    padded = np.pad(tail, half, mode="reflect")
    frames = np.lib.stride_tricks.sliding_window_view(padded, _WINDOW)[::HOP][:-1]
    spectrum = np.fft.rfft(frames * _hann(), axis=1)
    power = np.square(spectrum.real) + np.square(spectrum.imag)
    decades = np.log10(np.maximum(_filters() @ power.T.astype(np.float32), 1e-10))
    decades = np.maximum(decades, decades.max() - _FLOOR_DECADES)
    return np.asarray((decades + 4.0) / 4.0, np.float32)


@lru_cache(maxsize=1)
def _hann() -> Samples:
    return np.hanning(_WINDOW + 1)[:-1].astype(np.float32)


def _mel_to_hz(mel: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    return np.where(mel < _KNEE_MEL, mel * _LINEAR_HZ, _KNEE_HZ * np.exp(_LOG_STEP * (mel - _KNEE_MEL)))


@lru_cache(maxsize=1)
def _filters() -> npt.NDArray[np.float32]:
    """`float32[80, 201]`: triangles of equal area between neighbouring mel centres, 0 to 8 kHz."""
    top = _KNEE_MEL + float(np.log(RATE_HZ / 2 / _KNEE_HZ) / _LOG_STEP)
    edges = _mel_to_hz(np.linspace(0.0, top, BANDS + 2))
    bins = np.fft.rfftfreq(_WINDOW, 1 / RATE_HZ)
    rising = (bins - edges[:-2, None]) / (edges[1:-1] - edges[:-2])[:, None]
    falling = (edges[2:, None] - bins) / (edges[2:] - edges[1:-1])[:, None]
    triangles = np.maximum(0.0, np.minimum(rising, falling))
    return np.asarray(triangles * (2.0 / (edges[2:] - edges[:-2]))[:, None], np.float32)
