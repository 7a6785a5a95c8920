"""Admission: never more places than the limit, none lost, each given back once, whatever happens in whatever order."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from voice_agent.app.admission import Admission, Limits, PlaceState, Readings
from voice_agent.app.engine_share import EngineShare
from voice_agent.app.gate import Gate

LIMIT = 3
CALLS = st.integers(0, 7).map(str)


class AnyOrder(RuleBasedStateMachine):
    """Rings, answers, cancels, ends and failures of eight calls; `expected` says who must hold a place."""

    def __init__(self) -> None:
        super().__init__()
        self.admission = Admission(Limits(LIMIT))
        self.expected: dict[str, bool] = {}
        self.taken = self.given_back = 0

    @rule(call=CALLS, placed=st.booleans(), up=st.booleans())
    def rings(self, call: str, placed: bool, up: bool) -> None:
        refused = self.admission.admit(call, Readings(engines=int(up)), placed=placed)
        room = up and call not in self.expected and len(self.expected) < LIMIT
        assert (refused is None) == room
        if room:
            self.expected[call] = False
            self.taken += 1

    @rule(call=CALLS)
    def answers(self, call: str) -> None:
        assert self.admission.answered(call) == (self.expected.get(call) is False)
        if call in self.expected:
            self.expected[call] = True

    @rule(call=CALLS)
    def line_ends(self, call: str) -> None:
        self._ends(self.admission.line_ended(call), call, live=False)

    @rule(call=CALLS)
    def conversation_ends(self, call: str) -> None:
        self._ends(self.admission.conversation_ended(call), call, live=True)

    def _ends(self, gave_back: bool, call: str, *, live: bool) -> None:
        assert gave_back == (self.expected.get(call) is live)
        if gave_back:
            del self.expected[call]
            self.given_back += 1

    @invariant()
    def places_are_those_of_the_calls(self) -> None:
        assert len(self.admission) == len(self.expected) == self.taken - self.given_back <= LIMIT
        assert all(self.admission.holds(call) for call in self.expected)
        assert self.admission.count(PlaceState.LIVE) == sum(self.expected.values())


TestAnyOrder = AnyOrder.TestCase
TestAnyOrder.settings = settings(max_examples=60, stateful_step_count=40)


def test_two_calls_in_one_window_do_not_share_the_last_place() -> None:
    admission = Admission(Limits(1))
    assert admission.admit("first", Readings()) is None
    assert admission.admit("second", Readings()) == "all 1 lines are taken"


@pytest.mark.parametrize(
    ("readings", "reason"),
    [
        (Readings(engines=0), "no speech engine is up"),
        (Readings(ports_free=0), "no media port is free"),
        (Readings(lateness_us=20_001), "media ticks are 20 ms late"),
        (Readings(queue_us=3_000_001), "speech jobs have waited for 3000 ms"),
        (Readings(lateness_us=20_000, queue_us=3_000_000), None),
    ],
)
def test_a_worker_that_could_not_serve_the_call_takes_none(readings: Readings, reason: str | None) -> None:
    admission = Admission(Limits(5, lateness_us=20_000, queue_us=3_000_000))
    assert admission.admit("call", readings) == reason
    assert len(admission) == (reason is None)


def test_a_threshold_of_nothing_refuses_nobody() -> None:
    assert Admission(Limits(1)).admit("call", Readings(lateness_us=10**9, queue_us=10**9)) is None


def test_nobody_is_taken_while_the_server_is_about_to_stop() -> None:
    admission = Admission(Limits(1))
    admission.draining = True
    assert admission.admit("call", Readings()) == "the server is about to stop"


def test_a_bound_that_was_passed_holds_until_the_reading_is_half_of_it() -> None:
    admission = Admission(Limits(9, queue_us=400_000))
    waits_us = (400_000, 400_001, 300_000, 200_001, 200_000, 400_000)
    shut = []
    for wait_us in waits_us:
        readings = Readings(queue_us=wait_us)
        admission.note(readings)
        shut.append(admission.trouble(readings) is not None)
    assert shut == [False, True, True, True, False, False]


def test_to_ask_changes_nothing() -> None:
    admission = Admission(Limits(9, queue_us=400_000))
    assert admission.refusal(Readings(queue_us=400_001)) is not None
    assert admission.refusal(Readings(queue_us=300_000)) is None


@given(st.integers(1, 1_000), st.lists(st.integers(0, 2_000)))
def test_between_two_turns_of_a_gate_the_reading_has_crossed_half_the_bound(bound: int, readings: list[int]) -> None:
    gate, shut = Gate(bound), False
    for reading in readings:
        before, shut = shut, gate.is_shut(reading)
        gate.note(reading)
        if shut != before:
            assert reading > bound if shut else 2 * reading <= bound
        assert shut or reading <= bound
    assert not Gate(0).is_shut(10**9)


def talking(admission: Admission, calls: int, *, engines: int, share: float, seconds: int = 60) -> int:
    """`calls` are up for so long, each keeping `share` of a process busy; the time afterwards."""
    for call in range(calls):
        assert admission.admit(f"up-{call}", Readings(engines=engines)) is None
        admission.answered(f"up-{call}")
    for second in range(seconds + 1):
        busy_us = round(second * 1_000_000 * calls * share)
        admission.note(Readings(engines=engines, engines_busy_us=busy_us, now_us=second * 1_000_000))
    return seconds * 1_000_000


def test_calls_that_have_just_come_count_for_what_others_take_of_the_engines() -> None:
    """Two processes, a quarter of one a call: of eighty percent there is room for six, though none queues yet."""
    admission = Admission(Limits(50, busy_percent=80))
    now_us = talking(admission, 4, engines=2, share=0.25)
    same = Readings(engines=2, engines_busy_us=60 * 1_000_000, now_us=now_us)
    refusals = [admission.admit(f"new-{number}", same) for number in range(4)]
    assert refusals == [None, None, *["one call more would keep the speech processes 88 % busy"] * 2]
    admission.line_ended("new-0")
    assert admission.admit("later", same) is None


def test_until_calls_have_been_watched_for_a_while_places_alone_count() -> None:
    admission = Admission(Limits(50, busy_percent=80))
    now_us = talking(admission, 2, engines=1, share=1.0, seconds=14)
    late = Readings(engines=1, engines_busy_us=28 * 1_000_000, now_us=now_us)
    assert admission.refusal(late) is None
    later = Readings(engines=1, engines_busy_us=40 * 1_000_000, now_us=now_us + 6_000_000)
    admission.note(later)
    assert admission.refusal(later) == "one call more would keep the speech processes 300 % busy"


def test_a_machine_that_is_too_slow_for_one_call_takes_one_at_a_time() -> None:
    admission = Admission(Limits(50, busy_percent=80))
    now_us = talking(admission, 1, engines=1, share=1.0)
    readings = Readings(engines=1, engines_busy_us=60 * 1_000_000, now_us=now_us)
    assert admission.refusal(readings) is not None
    admission.conversation_ended("up-0")
    assert admission.admit("next", readings) is None


@given(
    share=st.floats(0.01, 1.0),
    engines=st.integers(1, 8),
    limit=st.integers(1, 40),
    calls=st.integers(1, 40),
    offered=st.integers(0, 80),
)
def test_whatever_is_offered_neither_places_nor_engines_are_overdrawn(
    share: float, engines: int, limit: int, calls: int, offered: int
) -> None:
    admission = Admission(Limits(limit, busy_percent=80))
    up = min(calls, limit)
    now_us = talking(admission, up, engines=engines, share=share)
    readings = Readings(engines=engines, engines_busy_us=round(60e6 * up * share), now_us=now_us)
    for number in range(offered):
        before = len(admission)
        taken = admission.admit(f"new-{number}", readings) is None
        assert len(admission) == before + taken <= limit
        if taken:
            assert 100 * (before + 1) * share / engines <= 80.5 + share  # rounded to whole percents
        else:
            assert before + 1 > limit or 100 * (before + 1) * share / engines > 80 - share


def test_what_a_call_takes_is_what_calls_have_taken_of_late() -> None:
    share, busy_us = EngineShare(), 0
    for second in range(1, 901):
        busy_us += 100_000 if second <= 300 else 400_000
        share.note(second * 1_000_000, busy_us, 2)
    assert share.of_a_call() == pytest.approx(0.2, rel=0.02)


@given(st.lists(st.tuples(st.integers(0, 5_000_000), st.integers(0, 4), st.integers(0, 20)), max_size=60))
def test_a_share_is_never_more_than_all_that_was_worked(steps: list[tuple[int, int, int]]) -> None:
    share, now_us, busy_us = EngineShare(), 0, 0
    for step_us, working, calls in steps:
        now_us += step_us
        busy_us += step_us * working
        share.note(now_us, busy_us, calls)
        assert 0 <= share.of_a_call() <= busy_us / 30_000_000
