"""What one caller's pauses last, learned within the call.

Two kinds of pauses count: those after which the caller went on although the words didn't say that they would, and those
after which they went on although the turn had been taken: a false cut-off, which must not happen again. Pauses between
the groups of a number teach nothing: who reads slowly doesn't speak slowly. Pure.
"""

from __future__ import annotations

from collections import deque
from typing import Final

_KEPT: Final = 12
_FEWEST: Final = 3
_QUANTILE: Final = 0.8
_USUAL_LIMIT_US: Final = 550_000
"""Waiting longer after every sentence costs all of them more than it saves one; a false cut-off is another matter."""
_LONGEST_US: Final = 3_000_000
"""Longer ones are not hesitation: the caller went to look for something."""


class OwnPauses:
    """The newest twelve pauses of a caller."""

    def __init__(self) -> None:
        self._pauses_us: deque[int] = deque(maxlen=_KEPT)
        self._cut_off_us: deque[int] = deque(maxlen=3)

    @property
    def typical_us(self) -> int | None:
        """The 80 % quantile once there were three, and never less than the latest pauses that were cut off; else None.

        A quantile, not a mean: one call to the kitchen must not make the agent slow.
        """
        usual_us = None
        if len(self._pauses_us) >= _FEWEST:
            ordered = sorted(self._pauses_us)
            usual_us = min(ordered[min(len(ordered) - 1, int(_QUANTILE * len(ordered)))], _USUAL_LIMIT_US)
        return max((each for each in (usual_us, *self._cut_off_us) if each is not None), default=None)

    def went_on(self, pause_us: int) -> None:
        """The caller paused within a turn for `pause_us`, and went on."""
        if 0 < pause_us <= _LONGEST_US:
            self._pauses_us.append(pause_us)

    def was_cut_off(self, pause_us: int) -> None:
        """The turn had been taken, and the caller went on all the same, `pause_us` after the end of their voice."""
        self.went_on(pause_us)
        if 0 < pause_us <= _LONGEST_US:
            self._cut_off_us.append(pause_us)
