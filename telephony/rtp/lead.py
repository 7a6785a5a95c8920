"""How far ahead of their playing packets should come, and what to correct where they don't. Pure.

A packet's *lead* is how many samples before its playing it came. Delay only ever makes it smaller, so the fastest
packet of each half-second should lead by the target. Clocks that drift and paths that change move it; jitter does not.
"""

from __future__ import annotations

from typing import Final

from telephony.codecs.pcm import FRAME_SAMPLES, SAMPLE_US

DEFAULT_TARGET_US: Final = 60_000
LOWEST_TARGET_US: Final = 40_000
HIGHEST_TARGET_US: Final = 120_000

_WINDOW_PACKETS: Final = 25


class LeadControl:
    """Watches leads in windows of 25 packets. An adaptive rule would set `target` from what it sees."""

    def __init__(self, target_us: int) -> None:
        """`target_us` is kept within 40 to 120 ms and rounded down to whole frames."""
        bounded = min(max(target_us, LOWEST_TARGET_US), HIGHEST_TARGET_US)
        self.target: Final = bounded // SAMPLE_US // FRAME_SAMPLES * FRAME_SAMPLES
        self._left = _WINDOW_PACKETS
        self._fastest: int | None = None
        self._excess_before: int | None = None

    def accepts(self, lead: int) -> bool:
        """Whether a stretch of talk may begin with this lead: not late, and no more early than is left uncorrected."""
        return 0 <= lead < self.target + 2 * FRAME_SAMPLES

    def restart(self) -> None:
        """Leads from now on have nothing to do with those before."""
        self._excess_before = None
        self._left = _WINDOW_PACKETS
        self._fastest = None

    def observe(self, lead: int) -> int:
        """Takes a packet into account; frames to make up now (> 0) or to leave out (< 0), mostly 0."""
        if self._fastest is None or lead > self._fastest:
            self._fastest = lead
        self._left -= 1
        if self._left:
            return 0
        excess, before = self._fastest - self.target, self._excess_before
        self.restart()
        correction = 0 if before is None else _correction(excess, before)
        if correction == 0:
            self._excess_before = excess
        return correction


def _correction(excess: int, before: int) -> int:
    # A tick of ours that is late makes packets look early for once, so two windows must agree. And where ticks and
    # arrivals coincide, leads move by a frame to and fro: a frame too much is left alone.
    if min(excess, before) >= 2 * FRAME_SAMPLES:
        return 1 - min(excess, before) // FRAME_SAMPLES
    if max(excess, before) <= -FRAME_SAMPLES:
        return -max(excess, before) // FRAME_SAMPLES
    return 0
