"""The caller's track: the last stretch of what came in, addressed by sample position.

Recognition asks for positions, not for buffers, so the same stretch can be recognised again or cut differently.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from voice_agent.audio import FRAME_SAMPLES, RATE_HZ, Pcm, silence

KEEP_SAMPLES: Final = 64 * RATE_HZ


class CallerTrack:
    """A ring of the newest 64 s. `position` is the number of samples appended so far."""

    def __init__(self) -> None:
        self._ring = silence(KEEP_SAMPLES)
        self.position = 0

    def append(self, frame: Pcm) -> None:
        """`int16[160]`."""
        at = self.position % KEEP_SAMPLES
        self._ring[at : at + FRAME_SAMPLES] = frame
        self.position += FRAME_SAMPLES

    def cut(self, from_sample: int, to_sample: int) -> Pcm:
        """A copy of `from_sample` up to `to_sample`, without what is older than the ring or not yet there."""
        start = max(from_sample, self.position - KEEP_SAMPLES, 0)
        end = min(to_sample, self.position)
        if end <= start:
            return silence(0)
        first, last = start % KEEP_SAMPLES, end % KEEP_SAMPLES
        if first < last:
            return self._ring[first:last].copy()
        return np.concatenate((self._ring[first:], self._ring[:last]))
