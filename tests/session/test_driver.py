"""The driver keeps the log in the order of decisions, and wakes its machine when it asked for it."""

from __future__ import annotations

from tests.testkit import HEADER, STARTED, HandClock, Parrot
from voice_agent.conversation import events as ev
from voice_agent.conversation.actions import AnyAction
from voice_agent.conversation.log import ConversationLog
from voice_agent.session.driver import Driver


class Rig:
    """A driver, its clock, and what it performed."""

    def __init__(self) -> None:
        self.clock = HandClock(5_000_000)
        self.log = ConversationLog(HEADER)
        self.performed: list[AnyAction] = []
        self.driver = Driver(Parrot(), self.log, self.clock, self.perform)

    def perform(self, action: AnyAction) -> None:
        self.performed.append(action)
        if len(self.performed) == 1:
            self.driver.feed(ev.PlaybackStarted(1, 0))

    def tags(self) -> list[tuple[int, str]]:
        return [(record.t_us, record.tag) for record in self.log.read()]


def test_time_counts_from_the_start_of_the_conversation() -> None:
    rig = Rig()
    rig.clock.at_us += 40_000
    rig.driver.feed(STARTED)
    assert rig.tags() == [(40_000, "call_started")]


def test_what_an_action_feeds_back_is_logged_after_the_actions() -> None:
    rig = Rig()
    rig.driver.feed(ev.TextReceived("bye"))
    assert [tag for _, tag in rig.tags()] == ["text_received", "say", "hang_up", "playback_started"]


def test_a_wake_that_is_due_is_logged_and_given() -> None:
    rig = Rig()
    rig.driver.feed(STARTED)
    rig.clock.at_us += 1_500_000
    rig.driver.poll()
    assert rig.tags()[1:3] == [(1_500_000, "woken"), (1_500_000, "say")]


def test_a_wake_that_is_due_within_two_milliseconds_is_given_now_at_its_own_time() -> None:
    rig = Rig()
    rig.driver.feed(STARTED)
    rig.clock.at_us += 998_500
    rig.driver.poll()
    assert rig.tags()[1] == (1_000_000, "woken")
    assert rig.driver.now_us() == 1_000_000


def test_a_wake_that_is_not_due_waits() -> None:
    rig = Rig()
    assert rig.driver.next_wake_s() is None
    rig.driver.poll()
    rig.driver.feed(STARTED)
    rig.clock.at_us += 900_000
    rig.driver.poll()
    assert len(rig.log) == 1
    assert rig.driver.next_wake_s() == 0.1


def test_time_never_goes_back_in_the_log_even_if_the_clock_does() -> None:
    rig = Rig()
    rig.clock.at_us += 50_000
    rig.driver.feed(STARTED)
    rig.clock.at_us -= 30_000
    rig.driver.feed(ev.TextReceived("hello"))
    assert [t_us for t_us, _ in rig.tags()] == [50_000, 50_000, 50_000, 50_000]
