"""A delay that is exact to the sample. Pure."""

from __future__ import annotations

import numpy as np

from voice_agent.audio import Pcm, silence, us_to_samples


class DelayLine:
    """Gives out what came in `delay_ms` ago, silence before that."""

    def __init__(self, delay_ms: int) -> None:
        self._waiting = silence(us_to_samples(delay_ms * 1_000))

    def process(self, pcm: Pcm) -> Pcm:
        """As many samples out as go in."""
        whole = np.concatenate((self._waiting, pcm))
        self._waiting = whole[pcm.size :]
        return whole[: pcm.size]
