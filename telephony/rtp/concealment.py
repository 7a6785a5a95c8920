"""What is played where packets are missing: the last frame again, fading over 60 ms, then silence. Pure."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from telephony.codecs.pcm import FRAME_SAMPLES, Pcm, silent_frame

FADE_FRAMES: Final = 3

_GAINS: Final = np.linspace(1.0, 0.0, FADE_FRAMES * FRAME_SAMPLES, dtype=np.float32).reshape(FADE_FRAMES, -1)


class Concealer:
    """Makes up frames. `heard` every whole frame, then `conceal` or `patch` those that are not."""

    def __init__(self) -> None:
        self._last = silent_frame()
        self._run = 0

    @property
    def faded(self) -> bool:
        """Whether the next made-up frame is silence."""
        return self._run >= FADE_FRAMES

    def heard(self, frame: Pcm) -> None:
        """`int16[160]` came whole; it is kept and must not be written to."""
        self._last = frame
        self._run = 0

    def conceal(self) -> Pcm:
        """`int16[160]` in place of a frame that did not come, owned by the caller."""
        if self.faded:
            return silent_frame()
        frame: Pcm = (self._last * _GAINS[self._run]).astype(np.int16)
        self._run += 1
        return frame

    def patch(self, frame: Pcm, came: npt.NDArray[np.bool_]) -> Pcm:
        """`frame` with made-up samples where `came` (`bool[160]`) says no."""
        return np.where(came, frame, self.conceal())
