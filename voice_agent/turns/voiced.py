"""How much of some sound is voice: words take up the loud part of a clause, and its pauses are nobody's. Pure."""

from __future__ import annotations

from typing import Final

import numpy as np

from voice_agent.audio import Pcm, silence

WINDOW: Final = 80
"""10 ms."""
_LEAST_POWER: Final = (32_768 * 10 ** (-45 / 20)) ** 2


class Voiced:
    """Fed with `int16[samples]` of a synthetic voice, piece by piece."""

    def __init__(self) -> None:
        self._flags = bytearray()
        self._rest: Pcm = silence(0)

    def add(self, pcm: Pcm) -> None:
        whole = np.concatenate((self._rest, pcm)) if self._rest.size else pcm
        count = whole.size // WINDOW
        windows = whole[: count * WINDOW].reshape(count, WINDOW).astype(np.float32)
        powers = np.einsum("ij,ij->i", windows, windows) / WINDOW
        self._flags += (powers > _LEAST_POWER).tobytes()
        self._rest = whole[count * WINDOW :].copy()

    @property
    def windows(self) -> int:
        """Windows of 10 ms that are loud, of all that was fed."""
        return self._flags.count(1)

    def windows_until(self, samples: int) -> int:
        """Of the first `samples`."""
        return self._flags.count(1, 0, samples // WINDOW)
