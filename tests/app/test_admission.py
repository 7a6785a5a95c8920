"""Admission: never more places than the limit, none lost, each given back once, whatever happens in whatever order."""

from __future__ import annotations

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from voice_agent.app.admission import Admission, Limits, PlaceState, Readings

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
        refused = self.admission.admit(call, Readings(engines_ready=up), placed=placed)
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
        (Readings(engines_ready=False), "no speech engine is up"),
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
