"""Both sides of a synthetic call by sample position, in memory; written as a stereo WAV file on request."""

from __future__ import annotations

import wave
from pathlib import Path
from typing import Final

import numpy as np

from voice_agent.audio import FRAME_SAMPLES, RATE_HZ, Pcm

_FIRST_SAMPLES: Final = 60 * RATE_HZ


class Tape:
    """Left the caller, right the agent. Bounded by the call, which its scenario bounds: 2 MB a minute."""

    def __init__(self) -> None:
        self._tracks = np.zeros((_FIRST_SAMPLES, 2), np.int16)
        self.samples = 0

    def append(self, caller: Pcm, agent: Pcm) -> None:
        """The next 20 ms of both, `int16[160]` each; copied."""
        end = self.samples + FRAME_SAMPLES
        if end > len(self._tracks):
            self._tracks = np.concatenate((self._tracks, np.zeros_like(self._tracks)))
        self._tracks[self.samples : end, 0] = caller
        self._tracks[self.samples : end, 1] = agent
        self.samples = end

    def agent(self, from_sample: int, to_sample: int) -> Pcm:
        """A copy of the agent's side, within what there is."""
        return self._tracks[max(0, from_sample) : min(to_sample, self.samples), 1].copy()

    def caller(self, from_sample: int, to_sample: int) -> Pcm:
        """A copy of the caller's side, within what there is."""
        return self._tracks[max(0, from_sample) : min(to_sample, self.samples), 0].copy()

    def save(self, path: Path) -> None:
        """Writes a 16-bit stereo WAV file at 8 kHz. Raises OSError."""
        with wave.open(str(path), "wb") as file:
            file.setnchannels(2)
            file.setsampwidth(2)
            file.setframerate(RATE_HZ)
            file.writeframes(self._tracks[: self.samples].astype("<i2").tobytes())
