"""What was sent to the caller lately, and how like it something is that comes back. Pure.

Both are whitened by a difference: the correlation of voices as they are is broad, and says little of where they match.
What was sent is worked on only once something is compared with it: most of it never is.
"""

from __future__ import annotations

import math
from typing import Final

import msgspec
import numpy as np
import numpy.typing as npt

from voice_agent.audio import FRAME_SAMPLES, Pcm

Floats = npt.NDArray[np.float32]

WINDOW: Final = 4 * FRAME_SAMPLES
"""80 ms of the caller are compared: a syllable, or the beginning of one."""
LONGEST_DELAY: Final = 4_160
"""520 ms: two jitter buffers, a network and a room."""
NEAR: Final = 24
"""So many samples around a known delay are looked at: clocks drift, and jitter buffers make up for it."""
LEAST_POWER: Final = 30.0
"""A mean square below which nothing is worth comparing: -75 dBFS."""
_HELD_FRAMES: Final = 8
_DECAY: Final = 10**-0.3
"""How fast a room is taken to fall silent: 3 dB a frame, 60 dB in 400 ms."""
_FLAT: Final = np.float32(0.9)
_KEPT: Final = LONGEST_DELAY + WINDOW
_KEPT_FRAMES: Final = _KEPT // FRAME_SAMPLES
_RING: Final = 4 * _KEPT


class Sighting(msgspec.Struct, frozen=True):
    """How like the caller is to what was sent `delay` samples ago, and by how much it is louder (power)."""

    likeness: float
    delay: int
    gain: float


class SentSound:
    """What was sent lately, whitened. Delays count from the end of the last tick."""

    def __init__(self) -> None:
        self._ring: Floats = np.zeros(_RING, np.float32)
        self._end = _KEPT
        self._energies = np.zeros(_RING + 1)
        """Of all samples in the ring before each, up to `_summed`."""
        self._summed = 0
        self._powers: Floats = np.zeros(_KEPT_FRAMES, np.float32)
        """Mean squares of the frames that were sent, the newest last."""
        self._last = np.float32(0)
        self._new: list[Pcm] = []
        """Frames that the ring doesn't have yet."""
        self._audible_frames = 0

    @property
    def audible(self) -> bool:
        """Whether anything was sent that might come back now."""
        return self._audible_frames > 0

    def sent(self, agent: Pcm) -> None:
        """`int16[160]`, which must stay as they are."""
        if agent.any():
            self._audible_frames = _KEPT_FRAMES
        elif self._audible_frames == 0:
            return
        self._audible_frames -= 1
        self._new.append(agent)
        if len(self._new) == _KEPT_FRAMES:
            self._take_in()

    def _take_in(self) -> None:
        """What is new goes into the ring."""
        frames = len(self._new)
        if frames == 0:
            return
        if self._end + frames * FRAME_SAMPLES > _RING:
            self._ring[:_KEPT] = self._ring[self._end - _KEPT : self._end]
            self._end, self._summed = _KEPT, 0
        out = self._ring[self._end : self._end + frames * FRAME_SAMPLES]
        self._last = whitened(self._new[0] if frames == 1 else np.concatenate(self._new), self._last, out)
        self._new.clear()
        self._end += out.size
        self._powers[:-frames] = self._powers[frames:]
        self._powers[-frames:] = [float(np.dot(frame, frame)) / FRAME_SAMPLES for frame in out.reshape(frames, -1)]

    def at(self, delay: int) -> float:
        """The mean square of the frame that was sent `delay` ago."""
        self._take_in()
        return float(self._powers[self._powers.size - 1 - delay // FRAME_SAMPLES])

    def lately(self, delay: int) -> float:
        """The most of what was sent `delay` ago and a little before, as a room falls silent."""
        self._take_in()
        newest = self._powers.size - 1 - delay // FRAME_SAMPLES
        power, fallen = 0.0, 1.0
        for back in range(min(_HELD_FRAMES, newest + 1)):
            power = max(power, float(self._powers[newest - back]) * fallen)
            if back > 0:
                fallen *= _DECAY
        return power

    def near(self, delay: int, heard: Floats) -> Sighting:
        """The best likeness around `delay`."""
        self._take_in()
        shortest, longest = max(0, delay - NEAR), min(LONGEST_DELAY, delay + NEAR)
        stretch = self._ring[self._end - WINDOW - longest : self._end - shortest]
        products = np.correlate(stretch, heard, "valid")
        best = int(np.argmax(np.abs(products)))
        row = stretch[best : best + WINDOW]
        return _sighting(float(products[best]), float(np.dot(row, row)), float(np.dot(heard, heard)), longest - best)

    def anywhere(self, heard: Floats) -> Sighting:
        """The best likeness over all delays."""
        self._take_in()
        sent = self._ring[self._end - _KEPT : self._end]
        energy = float(np.dot(heard, heard))
        spectrum = np.fft.rfft(sent)
        spectrum *= np.conj(np.fft.rfft(heard, _KEPT))
        products = np.abs(np.fft.irfft(spectrum, _KEPT)[: LONGEST_DELAY + 1])
        energies = np.maximum(self._windows(), LEAST_POWER * WINDOW)
        best = int(np.argmax(products * products / energies))
        return _sighting(float(products[best]), float(energies[best]), energy, LONGEST_DELAY - best)

    def _windows(self) -> npt.NDArray[np.float64]:
        """The energy of what was sent in each window, at the longest delay first."""
        since, end, sums = self._summed, self._end, self._energies
        np.cumsum(np.square(self._ring[since:end], dtype=np.float64), out=sums[since + 1 : end + 1])
        sums[since + 1 : end + 1] += sums[since]
        self._summed = end
        return sums[end - _KEPT + WINDOW : end + 1] - sums[end - _KEPT : end - WINDOW + 1]


def _sighting(product: float, sent: float, heard: float, delay: int) -> Sighting:
    if sent == 0.0 or heard == 0.0:
        return Sighting(0.0, delay, 0.0)
    likeness = abs(product) / math.sqrt(sent * heard)
    return Sighting(likeness, delay, min(1.0, likeness**2 * heard / sent))


def samples_that_count(heard: Floats) -> float:
    """Of how many samples the energy is: few where a window holds one click, all where it is of one loudness."""
    squares = heard * heard
    fourth = float(np.dot(squares, squares))
    return 1.0 if fourth == 0.0 else float(squares.sum()) ** 2 / fourth


def whitened(pcm: Pcm, before: np.float32, out: Floats) -> np.float32:
    """Each sample less nine tenths of the one before it; returns what the next call needs as `before`."""
    out[:] = pcm
    last = np.float32(out[-1])
    out[1:] -= _FLAT * out[:-1]
    out[0] -= _FLAT * before
    return last
