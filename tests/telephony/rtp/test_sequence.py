"""Sequence numbers: wraps, duplicates, reordering, loss, restarts; and RFC 3550's jitter."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telephony.rtp.sequence import Arrival, JitterEstimator, SequenceTracker, signed_16, signed_32

SSRC = 7


def arrivals(tracker: SequenceTracker, *numbers: int, ssrc: int = SSRC) -> list[Arrival]:
    return [tracker.observe(ssrc, number & 0xFFFF) for number in numbers]


def test_numbers_in_order_are_new_over_the_wrap() -> None:
    tracker = SequenceTracker()
    assert arrivals(tracker, 65_534, 65_535, 0, 1) == [Arrival.NEW] * 4
    assert tracker.highest == 65_537
    assert (tracker.received, tracker.lost) == (4, 0)


def test_a_gap_is_lost_until_it_comes_late() -> None:
    tracker = SequenceTracker()
    arrivals(tracker, 10, 12)
    assert tracker.lost == 1
    assert arrivals(tracker, 11) == [Arrival.REORDERED]
    assert (tracker.lost, tracker.reordered) == (0, 1)


def test_repeated_numbers_are_duplicates_wherever_they_stand() -> None:
    tracker = SequenceTracker()
    assert arrivals(tracker, 5, 5, 6, 5, 7, 6) == [
        Arrival.NEW,
        Arrival.DUPLICATE,
        Arrival.NEW,
        Arrival.DUPLICATE,
        Arrival.NEW,
        Arrival.DUPLICATE,
    ]
    assert (tracker.duplicates, tracker.received, tracker.lost) == (3, 3, 0)


def test_a_packet_from_before_the_first_is_expected_too() -> None:
    tracker = SequenceTracker()
    assert arrivals(tracker, 0, -2) == [Arrival.NEW, Arrival.REORDERED]
    assert tracker.lost == 1


@pytest.mark.parametrize("jump", [5_000, -200, 30_000])
def test_a_far_number_is_believed_when_the_next_one_continues_it(jump: int) -> None:
    tracker = SequenceTracker()
    assert arrivals(tracker, 100, 100 + jump, 101 + jump) == [Arrival.NEW, Arrival.SUSPECT, Arrival.RESTARTED]
    assert (tracker.restarts, tracker.suspects) == (1, 1)


def test_a_single_far_number_changes_nothing() -> None:
    tracker = SequenceTracker()
    assert arrivals(tracker, 100, 9_000, 101, 9_001, 102)[-1] is Arrival.NEW
    assert (tracker.restarts, tracker.suspects, tracker.lost) == (0, 2, 0)


def test_another_source_is_believed_when_it_goes_on() -> None:
    tracker = SequenceTracker()
    arrivals(tracker, 100, 102)
    assert arrivals(tracker, 7, 8, ssrc=9) == [Arrival.SUSPECT, Arrival.RESTARTED]
    assert tracker.ssrc == 9
    assert tracker.lost == 1, "what was lost before the change still counts"


def test_two_sources_that_alternate_leave_the_first_in_place() -> None:
    tracker = SequenceTracker()
    arrivals(tracker, 100)
    for step in range(1, 20):
        assert tracker.observe(9, step) is Arrival.SUSPECT
        assert tracker.observe(SSRC, 100 + step) is Arrival.NEW


@given(st.integers(0, 0xFFFF), st.lists(st.integers(-200, 4_000), max_size=200))
def test_counts_agree_with_sets_whatever_comes(first: int, steps: list[int]) -> None:
    tracker = SequenceTracker()
    tracker.observe(SSRC, first)
    position = first
    seen = {first}
    for step in steps:
        # Small steps only: those are never suspect.
        position = max(position, max(seen) - 100) + step % 20 - 5
        arrival = tracker.observe(SSRC, position & 0xFFFF)
        assert (arrival is Arrival.DUPLICATE) == (position in seen)
        seen.add(position)
    assert tracker.received == len(seen)
    assert tracker.lost == max(seen) - min(seen) + 1 - len(seen)


@given(st.integers(0, 1 << 40), st.integers(-32_768, 32_767))
def test_signed_differences_survive_wraps(start: int, step: int) -> None:
    assert signed_16(((start + step) & 0xFFFF) - (start & 0xFFFF)) == step
    assert signed_32(((start + step * 65_536) & 0xFFFF_FFFF) - (start & 0xFFFF_FFFF)) == step * 65_536


def test_even_arrivals_have_no_jitter_over_the_timestamp_wrap() -> None:
    jitter = JitterEstimator()
    for packet in range(100):
        jitter.observe((0xFFFF_FF00 + 160 * packet) & 0xFFFF_FFFF, 1_000 + 20_000 * packet)
    assert jitter.jitter_us == 0


def test_arrivals_that_alternate_by_ten_milliseconds_converge_on_ten() -> None:
    jitter = JitterEstimator()
    for packet in range(200):
        jitter.observe(160 * packet, 20_000 * packet + (10_000 if packet % 2 else 0))
    assert jitter.jitter_us == pytest.approx(10_000, abs=50)


def test_a_restart_is_no_jitter() -> None:
    jitter = JitterEstimator()
    jitter.observe(0, 0)
    jitter.restart()
    jitter.observe(3_000_000_000, 20_000)
    assert jitter.jitter_us == 0
