"""When each cohort of calls is due: five deadlines in every 20 ms, 4 ms apart, on an absolute grid.

Deadlines are counted from the start and never from the last tick, so lateness does not add up. A late wheel still gives
every tick, one after the other, up to half a second; what is older is skipped, the same number for every cohort. Pure.
"""

from __future__ import annotations

from typing import Final

import msgspec

from telephony.codecs.pcm import FRAME_US

COHORTS: Final = 5
"""Who is last of a cohort is as late as the others take; but the more are in one, the less does voice activity cost.
And timers know whole milliseconds only."""
SLOT_US: Final = FRAME_US // COHORTS
CATCH_UP_TICKS: Final = 25


class Slot(msgspec.Struct, frozen=True, gc=False):
    """`cohort` (0..4) is due since `due_us`. Before it, `skipped` ticks of every cohort were given up."""

    cohort: int
    due_us: int
    skipped: int


class WheelSchedule:
    """The grid from `start_us` on. `take` slots until there is none, then sleep until `next_due_us`."""

    def __init__(self, start_us: int, catch_up_ticks: int = CATCH_UP_TICKS) -> None:
        self._start_us = start_us
        self._catch_up_slots = catch_up_ticks * COHORTS
        self._taken = 0

    @property
    def next_due_us(self) -> int:
        """When the next slot is due; the first one is, one slot after the start."""
        return self._start_us + (self._taken + 1) * SLOT_US

    @property
    def next_cohort(self) -> int:
        return self._taken % COHORTS

    def take(self, now_us: int) -> Slot | None:
        """The earliest slot that is due at `now_us` and was not taken, or None."""
        behind = (now_us - self.next_due_us) // SLOT_US  # slots due after the earliest
        if behind < 0:
            return None
        skipped = 0
        if behind >= self._catch_up_slots:
            skipped = (behind - self._catch_up_slots) // COHORTS + 1
            self._taken += skipped * COHORTS
        slot = Slot(self.next_cohort, self.next_due_us, skipped)
        self._taken += 1
        return slot
