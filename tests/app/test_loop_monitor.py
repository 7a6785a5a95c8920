"""A loop that stands still names its culprit while it still stands."""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice_agent.app.loop_monitor import LoopMonitor
from voice_agent.app.loop_stalls import STALL_US, TOLD_EVERY_US, Blocked, Ended, Stalls

SECOND = 1_000_000


def hold_the_loop(until: threading.Event, limit_s: float) -> float:
    """As a tool would that is run where it must not be. Returns how long it took."""
    began = time.monotonic()
    while not until.is_set() and time.monotonic() - began < limit_s:
        time.sleep(0.01)
    return time.monotonic() - began


class Told(logging.Handler):
    def __init__(self) -> None:
        super().__init__()
        self.records: list[logging.LogRecord] = []
        self.told = threading.Event()

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)
        self.told.set()


@pytest.fixture
def told() -> Told:
    return Told()


def test_a_blocked_loop_names_the_function_that_holds_it_within_a_second(told: Told) -> None:
    async def main() -> tuple[float, LoopMonitor]:
        with LoopMonitor.watching() as monitor:
            held_s = hold_the_loop(told.told, 10)
            await asyncio.sleep(0.4)  # the monitor looks ten times a second
        return held_s, monitor

    logger = logging.getLogger("voice_agent.loop")
    logger.addHandler(told)
    try:
        held_s, monitor = asyncio.run(main())
    finally:
        logger.removeHandler(told)
    assert held_s < 1
    stack = vars(told.records[0])["stack"]
    assert any("in hold_the_loop" in line for line in stack[:3])
    assert monitor.culprit == stack[0]
    assert monitor.state()["loop"]["blocked"] == monitor.metrics()["loop_blocked"][1] == 1
    assert monitor.metrics()["loop_blocked_longest_seconds"][1] >= 0.3


def test_a_loop_that_runs_is_not_reported() -> None:
    async def main() -> Stalls:
        with LoopMonitor.watching() as monitor:
            await asyncio.sleep(0.5)
        return monitor.stalls

    assert asyncio.run(main()).longest_us < SECOND, "a busy machine may be late, but the loop ran"


def test_a_stall_is_told_once_while_it_lasts_and_once_when_it_is_over() -> None:
    stalls = Stalls()
    assert stalls.look(0, STALL_US - 1) is None
    assert stalls.look(0, STALL_US) == Blocked(STALL_US, told=True)
    assert stalls.look(0, 5 * SECOND) is None
    assert stalls.look(6 * SECOND, 6 * SECOND) == Ended(6 * SECOND)
    assert stalls.look(6 * SECOND, 6 * SECOND + 1) is None
    assert (stalls.count, stalls.longest_us, stalls.total_us) == (1, 6 * SECOND, 6 * SECOND)


def test_of_many_stalls_one_stack_every_ten_seconds_is_told_and_the_others_are_counted() -> None:
    stalls, seen = Stalls(), list[Blocked]()
    for number in range(21):
        at_us = number * SECOND
        blocked = stalls.look(at_us, at_us + STALL_US)
        assert isinstance(blocked, Blocked)
        seen.append(blocked)
        assert stalls.look(at_us + SECOND // 2, at_us + SECOND // 2) == Ended(SECOND // 2)
    assert [number for number, each in enumerate(seen) if each.told] == [0, 10, 20]
    assert [each.untold for each in seen if each.told] == [0, 9, 9]


@given(st.lists(st.tuples(st.booleans(), st.integers(1, SECOND)), max_size=60))
def test_every_stall_that_began_ends_once_and_stacks_are_rare(steps: list[tuple[bool, int]]) -> None:
    stalls, now_us, beat_us, told, open_stalls = Stalls(), 0, 0, list[int](), 0
    for beats, step_us in steps:
        now_us += step_us
        beat_us = now_us if beats else beat_us
        seen = stalls.look(beat_us, now_us)
        open_stalls += isinstance(seen, Blocked) - isinstance(seen, Ended)
        assert open_stalls in (0, 1)
        if isinstance(seen, Blocked) and seen.told:
            told.append(now_us)
    assert all(later - earlier >= TOLD_EVERY_US for earlier, later in pairwise(told))
    assert stalls.total_us <= now_us
