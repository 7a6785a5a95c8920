"""The tone after which a message may be left: one steady frequency of 400 to 2,000 Hz that lasts longer than 150 ms.

Looks at 20 ms at a time. A key of a telephone and the tone of a line that rings have two frequencies, a voice has many,
and music changes. It is told once the tone has ended: then it is our turn to speak.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from voice_agent.audio import FRAME_MS, FRAME_SAMPLES, FRAME_US, RATE_HZ, Pcm, level_dbfs
from voice_agent.conversation.media_events import BeepHeard

LOW_HZ: Final = 400
HIGH_HZ: Final = 2_000
LEAST_MS: Final = 150
LONGEST_MS: Final = 3_000
LEAST_DBFS: Final = -45.0
_SHARE: Final = 0.85
"""Of the frame's energy, around its strongest frequency."""
_DRIFT_HZ: Final = 30.0
_SIZE: Final = 512
_WINDOW: Final = np.hanning(FRAME_SAMPLES)
_BIN_HZ: Final = RATE_HZ / _SIZE
_AROUND: Final = 7
"""Bins on each side that a windowed sine reaches."""


class Beeps:
    """One call's. `frame` is called once every 20 ms."""

    def __init__(self) -> None:
        self._frames = 0
        self._hz = 0.0
        self._run = 0

    def frame(self, pcm: Pcm) -> BeepHeard | None:
        """`int16[160]`; what it told where a tone has ended with the frame before."""
        self._frames += 1
        hz = tone_hz(pcm)
        if hz is not None and (self._run == 0 or abs(hz - self._hz) <= _DRIFT_HZ):
            self._hz = hz if self._run == 0 else self._hz + (hz - self._hz) / 4
            self._run += 1
            return None
        ended, self._run = self._run, 0 if hz is None else 1
        before_hz, self._hz = self._hz, 0.0 if hz is None else hz
        if not LEAST_MS < ended * FRAME_MS <= LONGEST_MS:
            return None
        at_sample = (self._frames - 1) * FRAME_SAMPLES
        return BeepHeard(at_sample, round(before_hz), ended * FRAME_US)


def tone_hz(pcm: Pcm) -> float | None:
    """The one frequency that `int16[160]` consist of, None where there is none in the range."""
    if level_dbfs(pcm) < LEAST_DBFS:
        return None
    power = np.square(np.abs(np.fft.rfft(pcm * _WINDOW, _SIZE)))
    peak = int(np.argmax(power))
    hz = peak * _BIN_HZ
    if not LOW_HZ <= hz <= HIGH_HZ:
        return None
    near = power[max(0, peak - _AROUND) : peak + _AROUND + 1].sum()
    return hz if near >= _SHARE * power.sum() else None
