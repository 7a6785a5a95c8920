"""Who is woken next."""

from __future__ import annotations

from telephony.sip.answer_retransmission import AnswerRetransmission, Due
from telephony.sip.deadlines import Deadlines
from telephony.sip.timers import Timers


def test_keys_come_out_by_deadline_then_by_order_of_asking() -> None:
    deadlines: Deadlines[str] = Deadlines()
    for key, at_us in (("c", 30), ("a", 20), ("b", 20)):
        deadlines.set(key, at_us)
    assert deadlines.next_wake() == 20
    assert [deadlines.pop_due(30) for _ in range(4)] == ["a", "b", "c", None]
    assert deadlines.next_wake() is None


def test_a_moved_deadline_replaces_the_old_one_and_none_drops_it() -> None:
    deadlines: Deadlines[str] = Deadlines()
    deadlines.set("a", 10)
    deadlines.set("a", 50)
    deadlines.set("b", 40)
    deadlines.set("b", None)
    deadlines.set("nobody", None)
    assert deadlines.next_wake() == 50
    assert deadlines.pop_due(49) is None


def test_asking_again_for_the_same_time_keeps_the_place() -> None:
    deadlines: Deadlines[str] = Deadlines()
    deadlines.set("a", 10)
    deadlines.set("b", 10)
    deadlines.set("a", 10)
    assert [deadlines.pop_due(10), deadlines.pop_due(10)] == ["a", "b"]


def test_an_answer_woken_early_does_nothing() -> None:
    answer = AnswerRetransmission(1, Timers(), 0)
    assert answer.wake(499_999) is None
    assert answer.next_wake() == 500_000
    assert answer.wake(500_000) is Due.RESEND
    assert answer.next_wake() == 1_500_000
    assert answer.wake(32_000_000) is Due.GIVE_UP
