"""Sample-rate conversion between the product's 8 kHz and the rates engines work at, by windowed-sinc filters.

The ratios that occur always: 8 to 16 kHz (recognition, and frame by frame for voice activity) and 24 to 8 kHz
(synthesis); and any rate down to 8 kHz, for voices of other rates and pitches. Filters are Kaiser-windowed, see
Oppenheim & Schafer, Discrete-Time Signal Processing, 7.6; any ratio by a table of the filter's phases, see J. O. Smith,
Digital Audio Resampling Home Page.
"""

from __future__ import annotations

from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

Samples: TypeAlias = npt.NDArray[np.float32]
"""`float32[samples]`, full scale at -1..1, mono."""


def _low_pass(taps: int, cutoff: float, beta: float) -> Samples:
    """Symmetric low-pass of unit gain at DC; `cutoff` as a fraction of the sampling rate (0..0.5)."""
    at = np.arange(taps) - (taps - 1) / 2
    shape = 2 * cutoff * np.sinc(2 * cutoff * at) * np.kaiser(taps, beta)
    return np.asarray(shape / shape.sum(), np.float32)


_HALF_TAPS: Final = 16
_HALF_BAND: Final = _low_pass(4 * _HALF_TAPS - 1, 0.25, 6.0) * np.float32(2)
# Between two input samples lies one output sample: it needs every other tap only; the rest of a half-band is zero.
_BETWEEN: Final = np.ascontiguousarray(_HALF_BAND[0::2])
_THIRD_TAPS: Final = 121
_THIRD_BAND: Final = _low_pass(_THIRD_TAPS, 3_650 / 24_000, 7.0)


def upsample_2x(samples: Samples) -> Samples:
    """`float32[n]` to `float32[2n]`, in phase: output 2k is input k."""
    out = np.empty(2 * samples.size, np.float32)
    if samples.size == 0:
        return out
    padded = np.concatenate((np.zeros(_HALF_TAPS - 1, np.float32), samples, np.zeros(_HALF_TAPS, np.float32)))
    out[0::2] = samples
    out[1::2] = np.convolve(padded, _BETWEEN, "valid")
    return out


def downsample_3x(samples: Samples) -> Samples:
    """`float32[n]` to `float32[ceil(n/3)]`, in phase: pass band to 3.4 kHz, stop band from 4 kHz."""
    if samples.size == 0:
        return np.empty(0, np.float32)
    margin = np.zeros(_THIRD_TAPS // 2, np.float32)
    padded = np.concatenate((margin, samples, margin))
    return np.convolve(padded, _THIRD_BAND, "valid")[::3].astype(np.float32)


_PHASES: Final = 128
_SPAN_S: Final = 0.005
_BLOCK: Final = 4_096


def telephone_rate(samples: Samples, from_hz: float) -> Samples:
    """`float32[n]` at `from_hz` (12,000 or more, whole or not) to 8 kHz, in phase, with the band of `downsample_3x`."""
    if samples.size == 0:
        return np.empty(0, np.float32)
    half = round(from_hz * _SPAN_S / 2)
    phases = _phases(half, 3_650 / from_hz)
    padded = np.concatenate((np.zeros(half, np.float32), samples, np.zeros(half + 1, np.float32)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, 2 * half)
    out = np.empty(int((samples.size - 1) * 8_000 / from_hz) + 1, np.float32)
    for start in range(0, out.size, _BLOCK):
        at = np.arange(start, min(out.size, start + _BLOCK)) * (from_hz / 8_000)
        whole = at.astype(np.int64)
        phase = (at - whole) * _PHASES
        nearest = phase.astype(np.int64)
        between = (phase - nearest).astype(np.float32)[:, None]
        taps = phases[nearest] * (1 - between) + phases[nearest + 1] * between
        out[start : start + at.size] = np.einsum("ij,ij->i", windows[whole + 1], taps)
    return out


def _phases(half: int, cutoff: float) -> Samples:
    """`float32[_PHASES + 1, 2 * half]`: the low-pass sampled at each fraction of an input sample, of unit gain each."""
    at = np.arange(1 - half, half + 1)[None, :] - np.arange(_PHASES + 1)[:, None] / _PHASES
    window = np.i0(7.0 * np.sqrt(np.clip(1 - (at / half) ** 2, 0, None)))
    shape = np.sinc(2 * cutoff * at) * window
    return np.asarray(shape / shape.sum(axis=1, keepdims=True), np.float32)


class Upsampler:
    """Doubles the rate of a stream, frame by frame, without seams; delays it by 8 input samples (1 ms at 8 kHz)."""

    _SPAN: Final = 16
    _TAPS: Final = np.ascontiguousarray((_low_pass(2 * _SPAN - 1, 0.25, 5.0) * np.float32(2))[0::2])

    def __init__(self) -> None:
        self._joined: Samples = np.zeros(self._SPAN - 1, np.float32)
        self._past = 0
        """Samples of `_joined` before those that came last: what the filter still needs begins there."""

    def push(self, samples: Samples, out: Samples | None = None) -> Samples:
        """`float32[n]` to `float32[2n]`, written to `out` if that is given."""
        size, history = samples.size, self._SPAN - 1
        joined = self._joined
        if joined.size != history + size:
            joined = np.empty(history + size, np.float32)
        joined[:history] = self._joined[self._past :]
        joined[history:] = samples
        self._joined, self._past = joined, size
        if out is None:
            out = np.empty(2 * size, np.float32)
        centre = self._SPAN // 2 - 1
        out[0::2] = joined[centre : centre + size]
        out[1::2] = np.correlate(joined, self._TAPS, "valid")  # the taps are symmetric
        return out
