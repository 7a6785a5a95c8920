"""What is learned from how a caller pauses, within their own call."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from voice_agent.turns.own_pauses import OwnPauses
from voice_agent.turns.settings import OwnPauseSettings


def after(*pauses_ms: int, cut_off_ms: tuple[int, ...] = ()) -> int | None:
    pauses = OwnPauses(OwnPauseSettings())
    for pause_ms in pauses_ms:
        pauses.went_on(pause_ms * 1_000)
    for pause_ms in cut_off_ms:
        pauses.was_cut_off(pause_ms * 1_000)
    return None if pauses.typical_us is None else pauses.typical_us // 1_000


def test_two_pauses_are_no_habit() -> None:
    assert after() is None
    assert after(900, 900) is None
    assert after(450, 460, 470) == 470


def test_a_habit_of_long_pauses_is_followed_within_limits() -> None:
    assert after(900, 900, 900) == 550


def test_one_long_pause_among_many_short_ones_is_no_habit() -> None:
    assert after(300, 320, 310, 330, 2_500, 300, 340) == 340


def test_a_caller_who_was_cut_off_once_is_given_that_time_from_then_on() -> None:
    assert after(cut_off_ms=(800,)) == 800
    assert after(300, 300, 300, cut_off_ms=(800,)) == 800


def test_being_cut_off_is_forgotten_when_it_happened_long_ago() -> None:
    assert after(300, 300, 300, cut_off_ms=(1_500, 500, 500, 500)) == 500


def test_who_went_away_for_a_while_has_not_hesitated() -> None:
    assert after(8_000, 9_000, 7_000, cut_off_ms=(10_000,)) is None


@given(st.lists(st.integers(-1, 10_000)), st.lists(st.integers(-1, 10_000)))
def test_what_is_typical_is_one_of_the_pauses_that_were_heard(pauses: list[int], cut: list[int]) -> None:
    typical = after(*pauses, cut_off_ms=tuple(cut))
    assert typical is None or typical in (*pauses, *cut, 550)
