"""The wheel's shell, in a time that the test drives and on both event loops."""

from __future__ import annotations

import asyncio
import heapq
import logging
from collections.abc import Callable

import pytest
import uvloop

from telephony.codecs.pcm import FRAME_US
from telephony.rtp.wheel import Cancellable, LoopWheelClock, MediaWheel, WheelHandle
from telephony.rtp.wheel_schedule import CATCH_UP_TICKS, COHORTS, SLOT_US


class Timer:
    def __init__(self) -> None:
        self.cancelled = False

    def cancel(self) -> None:
        self.cancelled = True


class DrivenClock:
    """Time that moves only with `run_until`. Timers fire `early_us` before they should, as a coarse loop's may."""

    def __init__(self, early_us: int = 0) -> None:
        self._now_us = 0
        self._early_us = early_us
        self._timers: list[tuple[int, int, Timer, Callable[[], None]]] = []
        self._made = 0

    def now_us(self) -> int:
        return self._now_us

    def call_at_us(self, at_us: int, callback: Callable[[], None]) -> Cancellable:
        timer = Timer()
        fire_us = max(at_us - self._early_us, self._now_us + 1)
        heapq.heappush(self._timers, (fire_us, self._made, timer, callback))
        self._made += 1
        return timer

    @property
    def waiting(self) -> int:
        return sum(not timer.cancelled for _, _, timer, _ in self._timers)

    def stall(self, us: int) -> None:
        """Time passes, and no timer fires."""
        self._now_us += us

    def run_until(self, until_us: int) -> None:
        while self._timers and self._timers[0][0] <= until_us:
            fire_us, _, timer, callback = heapq.heappop(self._timers)
            self._now_us = max(self._now_us, fire_us)
            if not timer.cancelled:
                callback()
        self._now_us = max(self._now_us, until_us)


class Member:
    def __init__(self, name: str = "call-1", on_tick: Callable[[], None] | None = None) -> None:
        self.name = name
        self.ticks: list[int] = []
        self.errors: list[Exception] = []
        self._on_tick = on_tick

    def tick(self, now_us: int) -> None:
        self.ticks.append(now_us)
        if self._on_tick is not None:
            self._on_tick()

    def failed(self, error: Exception) -> None:
        self.errors.append(error)


def fail() -> None:
    raise ZeroDivisionError("a defect")


def test_a_member_is_ticked_every_twenty_milliseconds() -> None:
    clock = DrivenClock()
    wheel = MediaWheel(clock)
    member = Member()
    wheel.join(member)
    clock.run_until(1_000_000)
    assert member.ticks == list(range(SLOT_US, 1_000_000, FRAME_US))


def test_what_comes_before_is_done_for_all_of_a_slot_before_any_of_them_is_ticked() -> None:
    clock = DrivenClock()
    wheel = MediaWheel(clock)
    order: list[str] = []
    for _ in range(2 * COHORTS):
        wheel.join(Member(on_tick=lambda: order.append("tick")), lambda now_us: order.append(f"before {now_us}"))
    clock.run_until(2 * SLOT_US)
    assert order == [what for at in (SLOT_US, 2 * SLOT_US) for what in 2 * [f"before {at}"] + 2 * ["tick"]]


def test_a_member_that_fails_before_its_tick_leaves_and_harms_nobody() -> None:
    clock = DrivenClock()
    wheel, good, bad = MediaWheel(clock), Member(), Member("call-2")
    for _ in range(COHORTS):
        wheel.join(good)
    wheel.join(bad, lambda now_us: fail())
    clock.run_until(SLOT_US)
    assert [type(error) for error in bad.errors] == [ZeroDivisionError]
    assert bad.ticks == []
    assert good.ticks == [SLOT_US]
    assert len(wheel) == COHORTS


@pytest.mark.parametrize("early_us", [1, 400, 1_000])
def test_a_timer_that_fires_early_makes_no_tick_early(early_us: int) -> None:
    clock = DrivenClock(early_us)
    wheel = MediaWheel(clock)
    member = Member()
    wheel.join(member)
    clock.run_until(200_000)
    assert member.ticks == list(range(SLOT_US, 200_000, FRAME_US))
    assert wheel.stats.max_us == 0


def test_members_are_spread_over_the_cohorts() -> None:
    wheel = MediaWheel(DrivenClock())
    handles = [wheel.join(Member()) for _ in range(2 * COHORTS + 1)]
    sizes = [[handle.cohort for handle in handles].count(cohort) for cohort in range(COHORTS)]
    assert sorted(sizes) == [2] * (COHORTS - 1) + [3]
    for handle in handles:
        if handle.cohort == 2:
            handle.leave()
    assert wheel.join(Member()).cohort == 2


def test_a_member_that_raises_leaves_and_is_told_and_the_others_go_on(caplog: pytest.LogCaptureFixture) -> None:
    clock = DrivenClock()
    wheel = MediaWheel(clock)
    members = [Member("good-1"), Member("good-2"), Member("good-3"), Member("good-4"), Member("good-5")]
    bad = Member("call-bad", fail)
    for member in members[:4]:
        wheel.join(member)
    handle = wheel.join(bad)
    wheel.join(members[4])
    with caplog.at_level(logging.ERROR):
        clock.run_until(100_000)
    assert len(bad.ticks) == 1
    assert [str(error) for error in bad.errors] == ["a defect"]
    assert not handle.active
    assert {len(member.ticks) for member in members} == {5}
    assert "call-bad" in caplog.text


def test_a_member_that_raises_when_told_harms_nobody(caplog: pytest.LogCaptureFixture) -> None:
    class Worse(Member):
        def failed(self, error: Exception) -> None:
            raise RuntimeError("again") from error

    clock = DrivenClock()
    wheel = MediaWheel(clock)
    good = Member()
    wheel.join(Worse("call-worse", fail))
    wheel.join(good)
    clock.run_until(100_000)
    assert len(good.ticks) == 5
    assert "call-worse failed again" in caplog.text


def test_who_leaves_is_not_ticked_again_not_even_in_this_slot() -> None:
    clock = DrivenClock()
    wheel = MediaWheel(clock)
    handles: list[WheelHandle] = []

    def part_with_last() -> None:
        handles[-1].leave()

    members = [Member("first", part_with_last), *(Member() for _ in range(COHORTS))]
    handles.extend(wheel.join(member) for member in members)
    assert handles[0].cohort == handles[-1].cohort
    clock.run_until(100_000)
    assert members[-1].ticks == []
    handles[-1].leave()
    assert len(wheel) == COHORTS


def test_an_empty_wheel_sleeps_and_begins_anew() -> None:
    clock = DrivenClock()
    wheel = MediaWheel(clock)
    handle = wheel.join(Member())
    clock.run_until(50_000)
    handle.leave()
    assert clock.waiting == 0
    clock.run_until(10_000_000)
    late = Member()
    wheel.join(late)
    clock.run_until(10_030_000)
    assert late.ticks == [10_000_000 + SLOT_US, 10_000_000 + SLOT_US + FRAME_US]
    assert wheel.stats.skipped == 0


def test_the_last_member_may_leave_within_its_tick_and_another_join() -> None:
    clock = DrivenClock()
    wheel = MediaWheel(clock)
    handles: list[WheelHandle] = []
    second = Member("second")

    def replace() -> None:
        handles[0].leave()
        handles.append(wheel.join(second))

    handles.append(wheel.join(Member("first", replace)))
    clock.run_until(100_000)
    assert second.ticks == list(range(2 * SLOT_US, 100_000, FRAME_US))
    assert clock.waiting == 1


def test_a_stall_is_made_up_for_tick_by_tick() -> None:
    clock = DrivenClock()
    wheel = MediaWheel(clock)
    member = Member()
    wheel.join(member)
    clock.run_until(10_000)
    clock.stall(200_000)
    clock.run_until(300_000)
    assert len(member.ticks) == 15
    assert wheel.stats.skipped == 0
    assert 180_000 < wheel.stats.max_us <= 205_000


def test_a_very_long_stall_skips_and_counts() -> None:
    clock = DrivenClock()
    wheel = MediaWheel(clock)
    members = [Member(), Member()]
    for member in members:
        wheel.join(member)
    clock.stall(2_000_000)
    clock.run_until(2_001_000)
    assert [len(member.ticks) for member in members] == [CATCH_UP_TICKS] * 2
    assert wheel.stats.skipped == 2 * (100 - CATCH_UP_TICKS)


def test_lateness_of_late_rises_with_stalls_fades_and_is_nothing_when_nobody_is_ticked() -> None:
    clock = DrivenClock()
    wheel = MediaWheel(clock)
    members = [wheel.join(Member(str(number))) for number in range(COHORTS)]
    clock.run_until(100_000)
    assert wheel.lateness_us < 1_000
    for _ in range(20):
        clock.stall(40_000)
        clock.run_until(clock.now_us() + 1)
    risen = wheel.lateness_us
    assert risen > 1_000
    clock.run_until(clock.now_us() + 3_000_000)
    assert 0 < wheel.lateness_us < risen / 2
    for member in members:
        member.leave()
    assert wheel.lateness_us == 0


def test_closing_makes_everybody_leave() -> None:
    clock = DrivenClock()
    wheel = MediaWheel(clock)
    member = Member()
    handle = wheel.join(member)
    wheel.close()
    clock.run_until(100_000)
    assert (len(wheel), handle.active, member.ticks, member.errors) == (0, False, [], [])


async def tick_for_real(count: int) -> tuple[list[int], int]:
    clock = LoopWheelClock()
    wheel = MediaWheel(clock)
    done = asyncio.Event()
    member = Member(on_tick=lambda: done.set() if len(member.ticks) == count else None)
    started_us = clock.now_us()
    wheel.join(member)
    async with asyncio.timeout(10):
        await done.wait()
    wheel.close()
    return member.ticks, started_us


@pytest.mark.parametrize("run", [asyncio.run, uvloop.run])
def test_real_loops_never_tick_early_and_never_drift(run: Callable[..., tuple[list[int], int]]) -> None:
    ticks, started_us = run(tick_for_real(12))
    for number, tick_us in enumerate(ticks):
        due_us = started_us + SLOT_US + number * FRAME_US
        assert due_us <= tick_us < due_us + 1_000_000
