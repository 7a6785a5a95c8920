"""Rate conversion by a polyphase windowed-sinc filter: what connects 8 kHz lines with engines of other rates.

The filter is flat to 0.42 of the lower rate (3.4 kHz on a telephone line) and 75 dB down from 0.54 of it. It is
linear-phase, and its delay is compensated: output sample n is the input at time n / to_hz.

    narrow = Resampler(24_000, 8_000)
    chunks = [narrow.process(chunk) for chunk in speech] + [narrow.flush()]
"""

from __future__ import annotations

from functools import lru_cache
from math import gcd
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

_Floats: TypeAlias = npt.NDArray[np.float32]

_TAPS_AT_LOWER_RATE: Final = 48
_KAISER_BETA: Final = 7.86
_CUTOFF: Final = 0.48


class Resampler:
    """Converts one stream, chunk by chunk. Chunks of any length give the same output as one long one."""

    def __init__(self, from_hz: int, to_hz: int) -> None:
        """Both rates in whole Hz; raises ValueError for one that is not positive."""
        if from_hz <= 0 or to_hz <= 0:
            raise ValueError(f"cannot resample from {from_hz} Hz to {to_hz} Hz: rates must be positive")
        divisor = gcd(from_hz, to_hz)
        self._up = to_hz // divisor
        self._down = from_hz // divisor
        self._bank = _polyphase_bank(self._up, self._down)
        self._taps = self._bank.shape[1]
        self._restart()

    def _restart(self) -> None:
        # Half a filter of silence before the first sample compensates the filter's delay.
        self._buffer: _Floats = np.zeros(self._taps // 2 - 1, np.float32)
        self._offset = 0  # of the next output's window from the buffer's start, in units of 1/(from_hz * up)

    def process(self, pcm: npt.NDArray[np.int16]) -> npt.NDArray[np.int16]:
        """`int16[n]` at `from_hz` to what can be said already at `to_hz`: it trails by half a filter (3 ms)."""
        if self._up == self._down:
            return pcm.copy()
        self._buffer = np.concatenate((self._buffer, pcm.astype(np.float32)))
        return self._drain()

    def flush(self) -> npt.NDArray[np.int16]:
        """The rest of the stream; afterwards a new stream may begin.

        In all, n input samples give ceil(n * to_hz / from_hz).
        """
        if self._up == self._down:
            return np.zeros(0, np.int16)
        self._buffer = np.concatenate((self._buffer, np.zeros(self._taps // 2, np.float32)))
        rest = self._drain()
        self._restart()
        return rest

    def _drain(self) -> npt.NDArray[np.int16]:
        windows_ready = self._buffer.size - self._taps + 1
        count = max(0, -(-(windows_ready * self._up - self._offset) // self._down))
        if count == 0:
            return np.zeros(0, np.int16)
        at = self._offset + self._down * np.arange(count)
        windows = np.lib.stride_tricks.sliding_window_view(self._buffer, self._taps)[at // self._up]
        out = np.einsum("nt,nt->n", windows, self._bank[at % self._up])
        self._offset += count * self._down
        consumed = min(self._offset // self._up, self._buffer.size)
        self._buffer = self._buffer[consumed:].copy()
        self._offset -= consumed * self._up
        samples: npt.NDArray[np.int16] = np.clip(np.rint(out), -32_768, 32_767).astype(np.int16)
        return samples


def resample(pcm: npt.NDArray[np.int16], from_hz: int, to_hz: int) -> npt.NDArray[np.int16]:
    """A whole recording at once: `int16[n]` to `int16[ceil(n * to_hz / from_hz)]`."""
    resampler = Resampler(from_hz, to_hz)
    return np.concatenate((resampler.process(pcm), resampler.flush()))


@lru_cache(maxsize=16)
def _polyphase_bank(up: int, down: int) -> _Floats:
    """`float32[up, taps]`: row p weighs a window of input for an output p/up of a sample past the window's middle."""
    taps = 2 * -(-_TAPS_AT_LOWER_RATE * max(up, down) // (2 * up))
    centre = up * taps // 2
    cutoff = 2 * _CUTOFF / max(up, down)  # in half-cycles per sample of the common multiple of both rates
    prototype = np.sinc(cutoff * (np.arange(up * taps) - centre)) * np.kaiser(up * taps + 1, _KAISER_BETA)[:-1]
    bank = prototype.reshape(taps, up).T[:, ::-1]
    # Each phase alone must pass a constant unchanged, or the phases' differences would be heard as a tone.
    bank = bank / bank.sum(axis=1, keepdims=True)
    return np.ascontiguousarray(bank, np.float32)
