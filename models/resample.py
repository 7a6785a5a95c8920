"""Sample-rate conversion between the product's 8 kHz and the rates engines work at, by windowed-sinc filters.

Only the three ratios that occur: 8 to 16 kHz (recognition, and frame by frame for voice activity) and 24 to 8 kHz
(synthesis). Filters are Kaiser-windowed, see Oppenheim & Schafer, Discrete-Time Signal Processing, 7.6.
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
