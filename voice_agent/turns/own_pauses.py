"""What one caller's pauses last, learned within the call.

Two kinds of pauses count: those after which the caller went on although the words didn't say that they would, and those
after which they went on although the turn had been taken: a false cut-off, which must not happen again. Pauses between
the groups of a number teach nothing: who reads slowly doesn't speak slowly. Pure.
"""

from __future__ import annotations

from collections import deque

from voice_agent.turns.settings import OwnPauseSettings


class OwnPauses:
    """The newest pauses of a caller."""

    def __init__(self, settings: OwnPauseSettings) -> None:
        self._settings = settings
        self._pauses_us: deque[int] = deque(maxlen=settings.kept)
        self._cut_off_us: deque[int] = deque(maxlen=settings.cut_offs_kept)

    @property
    def typical_us(self) -> int | None:
        """A high quantile once there were a few, and never less than the latest pauses that were cut off; else None.

        A quantile, not a mean: one call to the kitchen must not make the agent slow.
        """
        usual_us, settings = None, self._settings
        if len(self._pauses_us) >= settings.fewest:
            ordered = sorted(self._pauses_us)
            at = min(len(ordered) - 1, int(settings.quantile * len(ordered)))
            usual_us = min(ordered[at], settings.usual_us)
        return max((each for each in (usual_us, *self._cut_off_us) if each is not None), default=None)

    def went_on(self, pause_us: int) -> None:
        """The caller paused within a turn for `pause_us`, and went on."""
        if 0 < pause_us <= self._settings.longest_us:
            self._pauses_us.append(pause_us)

    def was_cut_off(self, pause_us: int) -> None:
        """The turn had been taken, and the caller went on all the same, `pause_us` after the end of their voice."""
        self.went_on(pause_us)
        if 0 < pause_us <= self._settings.longest_us:
            self._cut_off_us.append(pause_us)
