"""Several workers behind one port: each message finds the worker of its call, and none gets more than its share."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from telephony.sip.dispatch import LINGER_US, Decision, Dispatcher, Drop, Gone, Refuse, ToWorker, label
from telephony.sip.glance import Glance, glance
from telephony.sip.message import read
from telephony.sip.peer import Peer
from telephony.sip.stateless import stateless_reply

SOURCE = Peer("127.0.0.1", 5070)


def invite(call_id: str) -> Glance:
    return Glance("INVITE", call_id, None, "b")


def two(share: int = 2, capacity: int = 100) -> Dispatcher:
    dispatcher = Dispatcher((share, share), capacity=capacity)
    for worker in (0, 1):
        dispatcher.up(worker, 1)
    return dispatcher


def text(method: str = "BYE", *, to: str = "<sip:a@h>;tag=t", call_id: str = "Call-ID: c1") -> bytes:
    lines = (
        f"{method} sip:a@h SIP/2.0",
        "Via: SIP/2.0/UDP 127.0.0.1:5070;rport;branch=z9hG4bKw1g2-xyz",
        "From: <sip:b@h>;tag=f",
        f"To: {to}",
        call_id,
        f"CSeq: 1 {method}",
        "Content-Length: 0",
    )
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def test_new_calls_go_to_the_worker_with_most_room_until_all_are_full() -> None:
    dispatcher = two()
    routed = [dispatcher.route(invite(f"c{number}"), 0) for number in range(5)]
    assert routed[:4] == [ToWorker(0, "c0"), ToWorker(1, "c1"), ToWorker(0, "c2"), ToWorker(1, "c3")]
    assert routed[4] == Refuse("all 4 lines are taken")


def test_a_retransmitted_invite_takes_no_second_place() -> None:
    dispatcher = two()
    dispatcher.route(invite("c"), 0)
    assert dispatcher.route(invite("c"), 1) == ToWorker(0)
    assert dispatcher.held == 1


def test_a_place_that_comes_back_serves_another_call_and_the_first_is_remembered_for_a_while() -> None:
    dispatcher = two(share=1)
    for call in ("a", "b"):
        dispatcher.route(invite(call), 0)
    dispatcher.released(1, "b", 10)
    assert dispatcher.route(Glance("ACK", "b", None, "x"), 20) == ToWorker(1)
    assert dispatcher.route(invite("c"), 30) == ToWorker(1, "c")
    assert dispatcher.route(Glance("ACK", "b", None, "x"), 10 + LINGER_US) == Drop()


def test_a_second_attempt_with_credentials_goes_where_the_challenge_came_from() -> None:
    dispatcher = two()
    dispatcher.route(invite("a"), 0)
    dispatcher.route(invite("b"), 0)
    dispatcher.released(1, "b", 1)
    dispatcher.released(0, "a", 1)
    assert dispatcher.route(invite("b"), 2) == ToWorker(1, "b")


def test_news_about_a_place_counts_once_and_from_its_own_worker_alone() -> None:
    dispatcher = two()
    dispatcher.route(invite("a"), 0)
    dispatcher.released(1, "a", 0)
    assert dispatcher.held_by(0) == 1
    dispatcher.released(0, "a", 0)
    dispatcher.released(0, "a", 0)
    assert (dispatcher.held_by(0), dispatcher.held) == (0, 0)


def test_the_label_in_a_tag_or_branch_names_the_worker() -> None:
    dispatcher = two()
    dispatcher.up(1, 7)
    assert dispatcher.route(Glance("BYE", "placed", label(1, 7) + "tag", "x"), 0) == ToWorker(1)
    assert dispatcher.route(Glance(None, "placed", "t", label(1, 7) + "branch"), 0) == ToWorker(1)


@pytest.mark.parametrize(
    ("seen", "decision"),
    [
        (Glance("BYE", "a", label(0, 1) + "tag", "x"), Gone()),
        (Glance("ACK", "a", label(0, 1) + "tag", "x"), Drop()),
        (Glance(None, "a", "t", label(0, 1) + "branch"), Drop()),
        (Glance("BYE", "a", label(9, 1) + "tag", "x"), Gone()),
        (Glance("BYE", "a", "foreign", "x"), Gone()),
        (Glance("CANCEL", "a", None, "x"), Gone()),
        (invite("a"), ToWorker(1, "a")),
    ],
)
def test_what_is_left_of_a_dead_workers_calls_is_answered_and_new_calls_go_elsewhere(
    seen: Glance, decision: Decision
) -> None:
    dispatcher = two()
    dispatcher.route(invite("a"), 0)
    dispatcher.down(0)
    assert dispatcher.route(seen, 1) == decision
    dispatcher.up(0, 2)
    if seen.method != "INVITE":
        assert dispatcher.route(seen, 1) == decision


def test_a_worker_in_trouble_keeps_its_calls_and_gets_no_new_ones() -> None:
    dispatcher = two()
    dispatcher.route(invite("a"), 0)
    dispatcher.takes(0, willing=False)
    assert dispatcher.route(invite("b"), 0) == ToWorker(1, "b")
    assert dispatcher.route(invite("a"), 0) == ToWorker(0)
    dispatcher.takes(1, willing=False)
    assert dispatcher.route(invite("c"), 0) == Refuse("no worker is ready")
    assert dispatcher.route(Glance("OPTIONS", "o", None, "x"), 0) == ToWorker(0)


def test_draining_refuses_new_calls_and_serves_those_that_are_up() -> None:
    dispatcher = two()
    dispatcher.route(invite("a"), 0)
    dispatcher.draining = True
    assert dispatcher.route(invite("b"), 0) == Refuse("the server is about to stop")
    assert dispatcher.route(Glance("BYE", "a", label(0, 1) + "t", "x"), 0) == ToWorker(0)


def test_calls_that_are_over_take_no_more_memory_than_was_agreed() -> None:
    dispatcher = two(share=1, capacity=10)
    for number in range(50):
        decision = dispatcher.route(invite(f"c{number}"), number)
        assert isinstance(decision, ToWorker)
        dispatcher.released(decision.worker, f"c{number}", number)
    assert dispatcher.remembered == 10


class AnyOrder(RuleBasedStateMachine):
    """Calls, news and deaths in any order: `held` says which worker must hold which call."""

    calls = st.integers(0, 9).map(str)
    workers = st.integers(0, 2)

    def __init__(self) -> None:
        super().__init__()
        self.dispatcher = Dispatcher((2, 1, 2), capacity=4)
        self.generation = 0
        self.alive: set[int] = set()
        self.held: dict[str, int] = {}
        self.over: set[str] = set()
        self.now_us = 0

    @rule(worker=workers)
    def comes_up(self, worker: int) -> None:
        if worker not in self.alive:
            self.generation += 1
            self.dispatcher.up(worker, self.generation)
            self.alive.add(worker)

    @rule(worker=workers)
    def dies(self, worker: int) -> None:
        self.dispatcher.down(worker)
        self.alive.discard(worker)
        self.held = {call: of for call, of in self.held.items() if of != worker}

    @rule(call=calls)
    def rings(self, call: str) -> None:
        decision = self.dispatcher.route(invite(call), self.now_us)
        if not isinstance(decision, ToWorker):
            assert call not in self.held
            return
        assert decision.worker in self.alive
        assert (decision.place is None) == (call in self.held)
        assert self.held.setdefault(call, decision.worker) == decision.worker

    @rule(call=calls)
    def is_released(self, call: str) -> None:
        worker = self.held.pop(call, 0)
        self.dispatcher.released(worker, call, self.now_us)

    @rule(us=st.integers(0, LINGER_US))
    def time_passes(self, us: int) -> None:
        self.now_us += us

    @invariant()
    def places_are_those_of_the_calls(self) -> None:
        assert self.dispatcher.held == len(self.held)
        for worker in range(3):
            assert self.dispatcher.held_by(worker) == list(self.held.values()).count(worker)
        assert self.dispatcher.remembered <= len(self.held) + 4


TestAnyOrder = AnyOrder.TestCase
TestAnyOrder.settings = settings(max_examples=60, stateful_step_count=40)


def test_a_glance_sees_what_a_router_needs() -> None:
    assert glance(text()) == Glance("BYE", "c1", "t", "w1g2-xyz")
    assert glance(text("INVITE", to="<sip:a@h>", call_id="i : c1")) == Glance("INVITE", "c1", None, "w1g2-xyz")
    assert glance(text().replace(b"BYE sip:a@h SIP/2.0", b"SIP/2.0 200 OK")) == Glance(None, "c1", "t", "w1g2-xyz")


@pytest.mark.parametrize("data", [b"", b"\r\n\r\n", b"\x00\x01", b"GET / HTTP/1.1\r\n\r\n", text(call_id="X: y")])
def test_what_is_no_message_shows_nothing(data: bytes) -> None:
    assert glance(data) is None


def test_what_stands_in_the_body_is_not_taken_for_a_header() -> None:
    assert glance(text(call_id="X: y") + b"Call-ID: body\r\n") is None


@given(st.binary(max_size=400) | st.binary(max_size=60).map(lambda noise: text()[:80] + noise + text()[80:]))
def test_a_glance_survives_everything(data: bytes) -> None:
    glance(data)


def test_a_stateless_answer_is_the_same_for_a_retransmission_and_goes_to_the_source() -> None:
    request = text("INVITE", to="<sip:a@h>")
    first = stateless_reply(request, SOURCE, 503, ("Retry-After", "5"), reason="full")
    assert first is not None
    assert first == stateless_reply(request, SOURCE, 503, ("Retry-After", "5"), reason="full")
    answer, where = first
    assert where == SOURCE
    assert answer.startswith(b"SIP/2.0 503 full\r\n")
    assert b"\r\nRetry-After: 5\r\n" in answer
    assert read(request, SOURCE) is not None
    assert glance(answer) is not None


@pytest.mark.parametrize("data", [text("ACK"), b"SIP/2.0 200 OK\r\n\r\n", b"noise", b"\r\n\r\n"])
def test_what_can_not_be_answered_gets_no_answer(data: bytes) -> None:
    assert stateless_reply(data, SOURCE, 481) is None
