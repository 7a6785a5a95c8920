"""How long a caller waited, from what went out of a socket and came into it, and when. Pure.

    wait        the end of the last voiced 10 ms that were sent, to the arrival of the first voiced packet after it

"Voiced" is an RMS level above -45 dBFS (`simulations.loudness`), on both ways. A packet leaves when its last sample
has been "spoken", so 20 ms of voice end when it is sent; it is heard from when it arrives, without a jitter buffer,
which adds its own delay in a real telephone.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import msgspec

from simulations.loudness import WINDOW_MS, WINDOWS_A_FRAME

PAUSE_US: Final = 250_000
"""Voice that pauses for less is the same stretch: nothing new is being answered."""
LEAST_PACKETS: Final = 2
"""A click is no answer."""
_WINDOW_US: Final = WINDOW_MS * 1_000


class SentFrame(msgspec.Struct, frozen=True):
    """20 ms that were sent at `at_us`; `voiced` has one byte for each of its two windows of 10 ms."""

    at_us: int
    voiced: bytes


class Wait(msgspec.Struct, frozen=True):
    """Of one turn. `answered_us` is None where nothing came, `spoken_over` where the agent began before the end."""

    began_us: int
    ended_us: int
    answered_us: int | None
    spoken_over: bool = False

    @property
    def wait_us(self) -> int | None:
        return None if self.answered_us is None else self.answered_us - self.ended_us


def voiced_stretches(arrivals_us: Sequence[int]) -> list[tuple[int, int]]:
    """First and last arrival of each stretch of voiced packets, clicks left out."""
    out: list[tuple[int, int]] = []
    start = 0
    for at in range(1, len(arrivals_us) + 1):
        if at == len(arrivals_us) or arrivals_us[at] - arrivals_us[at - 1] > PAUSE_US:
            if at - start >= LEAST_PACKETS:
                out.append((arrivals_us[start], arrivals_us[at - 1]))
            start = at
    return out


def wait_for_answer(sent: Sequence[SentFrame], arrivals_us: Sequence[int], first: int, until: int) -> Wait | None:
    """The turn that was sent in frames `first` up to `until`, where the next turn begins or the call ends.

    `arrivals_us` are those of voiced packets. None for a turn without voice (keys).
    """
    frames = [frame for frame in sent[first:until] if any(frame.voiced)]
    if not frames:
        return None
    began_us = frames[0].at_us - WINDOWS_A_FRAME * _WINDOW_US
    ended_us = frames[-1].at_us - (0 if frames[-1].voiced[-1] else _WINDOW_US)
    next_us = sent[until].at_us if until < len(sent) else None
    starts = [start for start, _ in voiced_stretches(arrivals_us) if start > began_us]
    if starts and starts[0] < ended_us:
        return Wait(began_us, ended_us, None, spoken_over=True)
    answered_us = starts[0] if starts and (next_us is None or starts[0] < next_us) else None
    return Wait(began_us, ended_us, answered_us)
