"""How far ahead of their playing packets should come, and what to correct where they don't. Pure.

A packet's *lead* is how many samples before its playing it came. Delay only ever makes it smaller, so the fastest
packet of each half-second should lead by the target. Clocks that drift and paths that change move it; jitter does not.

The target follows the jitter, in frames between 40 and 120 ms. As with Moon, Kurose and Towsley ("Packet audio playout
delay adjustment", Multimedia Systems 6, 1998) it comes from a histogram of recent delays, of which a given share must
be in time. A run of late packets, such as a stall leaves, counts once:

- it grows at once when two packets of a half-second came too late, and when more than 1 % of the last ten seconds did.
  By G.107 a percent of lost frames costs a call 3.6 points of R, and 20 ms of delay half a point.
- it may shrink by a frame when no more than one packet in five hundred would have been late with a frame less: ten
  seconds or longer after the last change, and only in a pause, for which the buffer looks.
"""

from __future__ import annotations

from collections import deque
from typing import Final

from telephony.codecs.pcm import FRAME_SAMPLES, SAMPLE_US

DEFAULT_TARGET_US: Final = 60_000
LOWEST_TARGET_US: Final = 40_000
HIGHEST_TARGET_US: Final = 120_000

_WINDOW_PACKETS: Final = 25
_REMEMBERED_WINDOWS: Final = 20
_LATE_IN_A_WINDOW: Final = 2
_LATE_IN_ALL: Final = 5  # 1 % of twenty windows
_LATE_IF_SHRUNK: Final = 1
_LOWEST_FRAMES: Final = LOWEST_TARGET_US // SAMPLE_US // FRAME_SAMPLES
_HIGHEST_FRAMES: Final = HIGHEST_TARGET_US // SAMPLE_US // FRAME_SAMPLES


class LeadControl:
    """Watches leads in windows of 25 packets, half a second where packets are as long as frames."""

    def __init__(self, target_us: int, *, adaptive: bool = True) -> None:
        """`target_us` is kept within 40 to 120 ms and rounded down to whole frames. Not `adaptive`: it stays so."""
        bounded = min(max(target_us, LOWEST_TARGET_US), HIGHEST_TARGET_US)
        self.target = bounded // SAMPLE_US // FRAME_SAMPLES * FRAME_SAMPLES
        self.may_shrink = False
        """Whether a frame less would do; `shrink` once it was left out."""
        self._adaptive = adaptive
        self._left = _WINDOW_PACKETS
        self._fastest: int | None = None
        self._excess_before: int | None = None
        self._needs = [0] * (_HIGHEST_FRAMES + 1)  # packets of this window, by the frames that they needed
        self._late_before = False
        self._remembered: deque[list[int]] = deque(maxlen=_REMEMBERED_WINDOWS)

    def accepts(self, lead: int) -> bool:
        """Whether a stretch of talk may begin with this lead: not late, and no more early than is left uncorrected."""
        return 0 <= lead < self.target + 2 * FRAME_SAMPLES

    def restart(self) -> None:
        """Leads from now on have nothing to do with those before."""
        self._excess_before = None
        self._left = _WINDOW_PACKETS
        self._fastest = None

    def grow(self, lead: int) -> int:
        """Takes a packet's delay into account, also of one too late to be played; frames to make up now, mostly 0.

        Call it before `observe`.
        """
        if not self._adaptive:
            return 0
        needed = (self.target - lead + FRAME_SAMPLES - 1) // FRAME_SAMPLES
        if lead >= 0:
            self._late_before = False
            self._needs[max(0, needed)] += 1
            return 0
        if self._late_before:
            return 0
        self._late_before = True
        self._needs[min(needed, _HIGHEST_FRAMES)] += 1
        # What needed more than there is counts, though it can't be had: the rest of its run can.
        frames = self._need(self._needs, _LATE_IN_A_WINDOW - 1)
        return self._set(frames) if frames > self.target // FRAME_SAMPLES else 0

    def shrink(self) -> None:
        """A frame was left out for it."""
        self._set(self.target // FRAME_SAMPLES - 1)

    def observe(self, lead: int) -> int:
        """Takes a packet that was in time into account; frames to make up now (> 0) or to leave out (< 0), mostly 0."""
        if self._fastest is None or lead > self._fastest:
            self._fastest = lead
        self._left -= 1
        if self._left:
            return 0
        excess, before = self._fastest - self.target, self._excess_before
        grown = self._remember()
        self.restart()
        if grown:
            return grown
        correction = 0 if before is None else _correction(excess, before)
        if correction == 0:
            self._excess_before = excess
        return correction

    def _remember(self) -> int:
        """A window is over: frames to grow by, and whether to shrink."""
        if not self._adaptive:
            return 0
        self._remembered.append(self._needs)
        self._needs = [0] * len(self._needs)
        needs = [sum(each) for each in zip(*self._remembered, strict=True)]
        grown = self._set(max(self.target // FRAME_SAMPLES, self._need(needs, _LATE_IN_ALL)))
        full = len(self._remembered) == _REMEMBERED_WINDOWS
        lower = self.target // FRAME_SAMPLES - 1
        self.may_shrink = full and lower >= _LOWEST_FRAMES and self._need(needs, _LATE_IF_SHRUNK) <= lower
        return grown

    def _need(self, needs: list[int], allowed: int) -> int:
        """The fewest frames with which no more than `allowed` of these packets would have been late."""
        late = 0
        for frames in range(_HIGHEST_FRAMES, _LOWEST_FRAMES, -1):
            late += needs[frames]
            if late > allowed:
                return frames
        return _LOWEST_FRAMES

    def _set(self, frames: int) -> int:
        """Aim at so many frames from now on; returns by how many that is more."""
        grown = frames - self.target // FRAME_SAMPLES
        if grown:
            self.target = frames * FRAME_SAMPLES
            self.may_shrink = False
            self._remembered.clear()
            self._needs = [0] * len(self._needs)
            self.restart()
        return grown


def _correction(excess: int, before: int) -> int:
    # A tick of ours that is late makes packets look early for once, so two windows must agree. And where ticks and
    # arrivals coincide, leads move by a frame to and fro: a frame too much is left alone.
    if min(excess, before) >= 2 * FRAME_SAMPLES:
        return 1 - min(excess, before) // FRAME_SAMPLES
    if max(excess, before) <= -FRAME_SAMPLES:
        return -max(excess, before) // FRAME_SAMPLES
    return 0
