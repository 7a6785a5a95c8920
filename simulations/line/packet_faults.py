"""What becomes of a packet on its way: lost, held up, overtaken. The same for simulated and for real packets. Pure.

loss        random: each packet for itself; bursty: a Gilbert channel (see `settings.Loss`)
jitter      0 to so many milliseconds on top of the way's own delay, uniform and each for itself: packets overtake
reordering  a share of packets is held back by 30 ms, so that the next one comes first
"""

from __future__ import annotations

from typing import Final

from simulations.line.chance import generator
from simulations.line.settings import LineSettings, Way

HELD_BACK_US: Final = 30_000


class PacketFaults:
    """One direction of one call. Ask `delay_us` for each packet, in the order of sending."""

    def __init__(self, settings: LineSettings, way: Way, seed: int) -> None:
        self._random: Final = generator(seed, f"packets {way}")
        self._jitter_us = 1_000 * settings.jitter_ms
        self._reordering = settings.reordering
        loss = settings.loss
        rate = 0.0 if loss is None or loss.way not in (None, way) else loss.rate
        burst = None if loss is None else loss.mean_burst
        # Chances to be lost after a packet that came and after one that didn't: the same for both where it is random.
        self._lost_after_came = rate if burst is None else rate / (burst * (1 - rate))
        self._lost_after_lost = rate if burst is None else 1 - 1 / burst
        self._lost = bool(self._random.random() < rate)
        self._first = True
        dead = settings.one_way
        self._dead_us: tuple[int, int | None] | None = None
        if dead is not None and dead.dead == way:
            until_us = None if dead.for_ms is None else (dead.from_ms + dead.for_ms) * 1_000
            self._dead_us = (dead.from_ms * 1_000, until_us)

    def delay_us(self, now_us: int) -> int | None:
        """How much later than on a good line the packet sent at `now_us` of the call comes; None for never."""
        # Three draws a packet, whatever is asked for: a line with jitter loses the same packets as one without.
        loss, jitter, reordering = (float(draw) for draw in self._random.random(3))
        if self._first:
            self._first = False
        else:
            self._lost = loss < (self._lost_after_lost if self._lost else self._lost_after_came)
        if self._lost or self.dead(now_us):
            return None
        held_us = HELD_BACK_US if reordering < self._reordering else 0
        return int(jitter * (self._jitter_us + 1)) + held_us

    def dead(self, now_us: int) -> bool:
        """Whether nothing passes at `now_us` of the call."""
        if self._dead_us is None or now_us < self._dead_us[0]:
            return False
        return self._dead_us[1] is None or now_us < self._dead_us[1]
