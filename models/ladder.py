"""How much effort a recognition gets when speech processes are behind: a worse transcript in time beats silence. Pure.

    ladder = Ladder(processes=2)
    ladder.effort(waited_us=0, waiting=0)          # FULL
    ladder.effort(waited_us=200_000, waiting=0)    # SHORT: no second look, no search for alternatives
    ladder.effort(waited_us=200_000, waiting=4)    # SMALL: the smaller model, where there is one

It looks at nothing but queues: a slow machine that keeps up gets full effort. What is recognised ahead of time, before
anybody waits for it, is left out before others get less (`left_out`).
"""

from __future__ import annotations

from enum import Enum
from typing import Final

SHORT_US: Final = 150_000
"""A delay of the queue from which on nobody gets a second look at what was said."""
SMALL_US: Final = 450_000
"""A delay that callers hear as hesitation: from here on the smaller model answers."""
EARLY_US: Final = 60_000
"""A delay of late from which on nothing is recognised ahead of time."""
FIRST_GUESS_US: Final = 250_000
"""What a recognition takes until one has been timed."""
WEIGHT: Final = 0.2
"""Of the latest recognition in the running average."""


class Effort(Enum):
    FULL = "full"
    SHORT = "short"
    SMALL = "small"


class Ladder:
    """`processes` share the queue. It learns what a recognition with full effort takes."""

    def __init__(self, processes: int) -> None:
        self._processes = processes
        self._full_us = float(FIRST_GUESS_US)

    def took(self, effort: Effort, busy_us: int) -> None:
        """A recognition with `effort` kept its process busy for so long."""
        if effort is Effort.FULL:
            self._full_us += (busy_us - self._full_us) * WEIGHT

    def effort(self, waited_us: int, waiting: int) -> Effort:
        """For a recognition that is sent now after `waited_us`, while `waiting` other jobs still wait for a process.

        What counts is the delay with full effort for all: its own, and the one that it passes on to the last in line.
        """
        delay_us = waited_us + self._full_us * waiting / self._processes
        if delay_us > SMALL_US:
            return Effort.SMALL
        return Effort.SHORT if delay_us > SHORT_US else Effort.FULL


def left_out(recent_delay_us: int) -> bool:
    """Whether recognitions ahead of time have to go, jobs having waited for `recent_delay_us` of late."""
    return recent_delay_us > EARLY_US
