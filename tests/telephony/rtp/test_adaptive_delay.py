"""The delay follows the jitter: it grows fast, shrinks slowly in pauses, and a clock that drifts does not move it."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from itertools import pairwise

import numpy as np
import pytest

from telephony.codecs.pcm import FRAME_SAMPLES, FRAME_US
from telephony.rtp.jitter_buffer import Frame, JitterBuffer

SPEECH = np.full(FRAME_SAMPLES, 5_000, np.int16)
PAUSE = np.zeros(FRAME_SAMPLES, np.int16)
TICK_PHASE_US = 7_000

DelayUs = Callable[[int], int]


class Path:
    """Packets sent every 20 ms of the sender's clock arrive after `delay_us(number)`; ours ticks every 20 ms.

    The sender's clock runs `ppm` millionths fast. `talks(number)` says whether a packet has speech.
    """

    def __init__(
        self,
        delay_us: DelayUs,
        *,
        ppm: float = 0,
        talks: Callable[[int], bool] = lambda number: True,
        adaptive: bool = True,
    ) -> None:
        self.buffer = JitterBuffer(adaptive=adaptive)
        self.targets_us: list[int] = []
        self._delay_us = delay_us
        self._talks = talks
        self._spacing_us = FRAME_US / (1 + ppm / 1e6)
        self._number = 0
        self._under_way: deque[tuple[int, int]] = deque()

    def run(self, seconds: float) -> Iterator[Frame]:
        """Plays on."""
        for _ in range(round(seconds * 50)):
            now_us = (len(self.targets_us) + 1) * FRAME_US + TICK_PHASE_US
            self._send_until(now_us)
            arrived = sorted(each for each in self._under_way if each[0] <= now_us)
            for at_us, number in arrived:
                self._under_way.remove((at_us, number))
                pcm = SPEECH if self._talks(number) else PAUSE
                self.buffer.put(number * FRAME_SAMPLES & 0xFFFF_FFFF, pcm, at_us)
            yield self.buffer.pull()
            self.targets_us.append(self.buffer.target_us)

    def go(self, seconds: float) -> None:
        for _ in self.run(seconds):
            pass

    def _send_until(self, now_us: int) -> None:
        while self._number * self._spacing_us <= now_us:
            at_us = round(self._number * self._spacing_us) + self._delay_us(self._number)
            self._under_way.append((at_us, self._number))
            self._number += 1


def uniform(highest_ms: int, seed: int = 1) -> DelayUs:
    random = np.random.default_rng(seed)
    return lambda number: int(random.integers(0, highest_ms * 1_000 + 1))


def steady(number: int) -> int:
    return 5_000


def test_a_jittery_path_gets_the_delay_that_it_needs_within_seconds() -> None:
    path = Path(uniform(120))
    path.go(5)
    assert path.buffer.target_us > 60_000
    late_before = path.buffer.stats.late
    path.go(60)
    assert path.buffer.target_us in (80_000, 100_000)  # a packet waits for our tick too, which is delay for nothing
    assert path.buffer.stats.late - late_before <= 0.01 * 60 * 50


def test_a_fixed_delay_stays_and_loses_what_comes_too_late() -> None:
    fixed, adaptive = Path(uniform(120), adaptive=False), Path(uniform(120))
    for path in (fixed, adaptive):
        path.go(60)
    assert set(fixed.targets_us) == {60_000}
    assert fixed.buffer.stats.concealed_frames > 10 * adaptive.buffer.stats.concealed_frames


def test_no_jitter_makes_it_longer_than_its_bound() -> None:
    path = Path(uniform(300))
    path.go(30)
    assert max(path.targets_us) == 120_000


def test_a_quiet_path_gets_less_delay_in_its_pauses() -> None:
    path = Path(steady, talks=lambda number: number % 100 < 80)
    path.go(9)
    assert path.buffer.target_us == 60_000
    path.go(5)
    assert path.buffer.target_us == 40_000
    assert path.buffer.stats.left_out_frames == 1
    assert path.buffer.stats.concealed_frames == 0


def test_no_speech_is_left_out_to_shorten_the_delay() -> None:
    path = Path(steady)
    path.go(120)
    assert path.buffer.target_us == 60_000
    assert path.buffer.stats.left_out_frames == 0


def test_it_shrinks_by_a_frame_at_a_time_once_the_jitter_is_over() -> None:
    jitter = uniform(130)
    path = Path(lambda number: jitter(number) if number < 1_500 else 5_000, talks=lambda number: number % 100 < 80)
    path.go(30)
    assert path.buffer.target_us > 60_000
    path.go(60)
    changes = [later - earlier for earlier, later in pairwise(path.targets_us[1_500:])]
    assert path.buffer.target_us == 40_000
    assert {change for change in changes if change} == {-20_000}
    moments = [number for number, change in enumerate(changes) if change]
    assert all(later - earlier >= 500 for earlier, later in pairwise(moments))


def test_one_stall_is_no_jitter() -> None:
    path = Path(lambda number: 5_000 + max(0, 300 - number) * FRAME_US if 290 <= number < 300 else 5_000)
    path.go(10)
    assert set(path.targets_us) == {60_000}


def test_stalls_that_come_again_make_it_grow() -> None:
    def stalling(number: int) -> int:
        return 5_000 + max(0, 5 - number % 20) * FRAME_US

    path = Path(stalling)
    path.go(20)
    assert path.buffer.target_us > 60_000
    late = path.buffer.stats.late
    path.go(20)
    assert path.buffer.stats.late == late


@pytest.mark.parametrize("ppm", [200, -200])
def test_a_clock_that_drifts_by_200_ppm_for_an_hour_moves_no_bound(ppm: int) -> None:
    path = Path(uniform(10), ppm=ppm, talks=lambda number: number % 100 < 80)
    depths_us = [path.buffer.depth_us for tick, _ in enumerate(path.run(3_600)) if tick % 50 == 0]
    stats = path.buffer.stats
    assert max(depths_us) <= 100_000
    assert (stats.late, stats.far, stats.resyncs) == (0, 0, 0)
    assert stats.concealed_frames == 0
    drift_frames = 3_600 * 50 * 200 // 1_000_000
    moved = stats.left_out_frames - stats.made_up_frames
    assert moved == pytest.approx(drift_frames if ppm > 0 else -drift_frames, abs=4)


def test_more_delay_is_never_asked_for_while_it_is_still_being_made() -> None:
    path = Path(uniform(110, seed=3))
    path.go(60)
    assert path.buffer.stats.made_up_frames <= 6
