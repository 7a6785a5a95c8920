"""The grid of deadlines, and how late they were."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telephony.rtp.lateness import LatenessHistogram
from telephony.rtp.wheel_schedule import CATCH_UP_TICKS, COHORTS, SLOT_US, Slot, WheelSchedule


def taken(schedule: WheelSchedule, now_us: int) -> list[Slot]:
    slots = []
    while (slot := schedule.take(now_us)) is not None:
        slots.append(slot)
    return slots


def test_cohorts_take_turns_every_four_milliseconds() -> None:
    schedule = WheelSchedule(1_000)
    slots = [schedule.take(1_000 + 4_000 * number) for number in range(1, COHORTS + 2)]
    assert slots == [Slot(number % COHORTS, 5_000 + 4_000 * number, 0) for number in range(COHORTS + 1)]


def test_nothing_is_due_a_microsecond_early() -> None:
    schedule = WheelSchedule(0)
    assert schedule.take(SLOT_US - 1) is None
    assert schedule.next_due_us == SLOT_US
    assert schedule.take(SLOT_US) is not None
    assert schedule.take(SLOT_US) is None


def test_lateness_does_not_add_up() -> None:
    schedule = WheelSchedule(0)
    for number in range(1, 1_000):
        slot = schedule.take(number * SLOT_US + SLOT_US - 1)
        assert slot is not None
        assert slot.due_us == number * SLOT_US


def test_a_late_wheel_gives_every_tick_up_to_its_bound() -> None:
    slots = taken(WheelSchedule(0), CATCH_UP_TICKS * COHORTS * SLOT_US)
    assert len(slots) == CATCH_UP_TICKS * COHORTS
    assert sum(slot.skipped for slot in slots) == 0


def test_beyond_the_bound_ticks_are_skipped_for_all_cohorts_alike() -> None:
    schedule = WheelSchedule(0)
    slots = taken(schedule, 10_000_000)
    assert slots[0].skipped == 500 - CATCH_UP_TICKS
    assert [slot.skipped for slot in slots[1:]] == [0] * (len(slots) - 1)
    assert len(slots) == CATCH_UP_TICKS * COHORTS
    assert [slot.cohort for slot in slots] == [*range(COHORTS)] * CATCH_UP_TICKS
    assert slots[-1].due_us == 10_000_000


@given(st.lists(st.integers(0, 3_000_000), max_size=60))
def test_every_tick_is_given_or_counted_as_skipped(waits_us: list[int]) -> None:
    schedule = WheelSchedule(0)
    now_us = 0
    given = [0] * COHORTS
    for wait_us in waits_us:
        now_us += wait_us
        slots = taken(schedule, now_us)
        assert len(slots) <= CATCH_UP_TICKS * COHORTS
        for slot in slots:
            assert slot.due_us <= now_us
            given[slot.cohort] += 1
            given = [count + slot.skipped for count in given]
    assert sum(given) == now_us // SLOT_US
    assert max(given) - min(given) <= 1
    assert now_us < schedule.next_due_us <= now_us + SLOT_US


def test_quantiles_are_upper_edges_of_buckets() -> None:
    histogram = LatenessHistogram()
    for lateness_us in [-50, *range(0, 9_900, 100)]:
        histogram.record(lateness_us)
    stats = histogram.stats
    assert (stats.ticks, stats.p50_us, stats.p99_us, stats.max_us) == (100, 4_900, 9_800, 9_800)


@pytest.mark.parametrize("lateness_us", [100_000, 12_345_678])
def test_what_is_later_than_the_last_bucket_is_told_by_the_maximum(lateness_us: int) -> None:
    histogram = LatenessHistogram()
    histogram.record(lateness_us)
    assert histogram.stats.p50_us == histogram.stats.max_us == lateness_us


def test_an_empty_histogram_is_all_zero_and_clearing_makes_one() -> None:
    histogram = LatenessHistogram()
    before = histogram.stats
    histogram.record(5_000)
    histogram.record_skipped(3)
    assert histogram.stats.skipped == 3
    histogram.clear()
    assert histogram.stats == before
    assert (before.ticks, before.p50_us, before.p99_us, before.max_us, before.skipped) == (0, 0, 0, 0, 0)
