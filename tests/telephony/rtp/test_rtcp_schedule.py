"""Reports come about every five seconds, the first one sooner, and no two calls keep step."""

from __future__ import annotations

import math
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from telephony.rtp.rtcp_schedule import RtcpSchedule

TICK_US = 20_000
SHORTEST_US = round(2_500_000 / (math.e - 1.5))  # half of 5 s, compensated
LONGEST_US = round(7_500_000 / (math.e - 1.5))


def reports_us(seed: int, seconds: int, start_us: int = 0) -> list[int]:
    schedule = RtcpSchedule(seed, start_us)
    ticks = range(start_us, start_us + seconds * 1_000_000, TICK_US)
    return [now_us for now_us in ticks if schedule.begin_report(now_us)]


@given(st.integers(0, 0xFFFF_FFFF), st.integers(0, 2**40))
def test_every_interval_is_within_the_bounds_of_section_6_3_1(seed: int, start_us: int) -> None:
    times_us = [start_us, *reports_us(seed, 120, start_us)]
    gaps = [later - earlier for earlier, later in pairwise(times_us)]
    assert SHORTEST_US // 2 <= gaps[0] <= LONGEST_US // 2 + TICK_US
    assert all(SHORTEST_US <= gap <= LONGEST_US + TICK_US for gap in gaps[1:])


def test_the_mean_is_five_seconds_in_spite_of_reconsideration() -> None:
    counts = [len(reports_us(seed * 7_919, 500)) for seed in range(40)]
    assert 4_600_000 < 500_000_000 / (sum(counts) / len(counts)) < 5_400_000


def test_calls_do_not_report_in_step() -> None:
    assert len({tuple(reports_us(seed, 60)) for seed in range(50)}) == 50
