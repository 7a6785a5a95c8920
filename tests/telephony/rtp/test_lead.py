"""Corrections follow the fastest packets, and only where two windows agree."""

from __future__ import annotations

import pytest

from telephony.rtp.lead import LeadControl

WINDOW = 25
TARGET = 480


def correction(control: LeadControl, *windows: list[int]) -> list[int]:
    """What is asked for at each window's end; nothing is ever asked for before."""
    asked = []
    for window in windows:
        within = [control.observe(lead) for lead in window]
        assert not any(within[:-1])
        asked.append(within[-1])
    return asked


def even(lead: int) -> list[int]:
    return [lead] * WINDOW


@pytest.mark.parametrize(
    ("lead", "frames"),
    [
        (TARGET, 0),
        (TARGET - 159, 0),
        (TARGET - 160, 1),
        (TARGET - 480, 3),
        (TARGET + 160, 0),
        (TARGET + 319, 0),
        (TARGET + 320, -1),
        (TARGET + 1_600, -9),
    ],
)
def test_two_windows_that_agree_are_corrected(lead: int, frames: int) -> None:
    assert correction(LeadControl(60_000), even(lead), even(lead)) == [0, frames]


def test_the_smaller_of_two_excesses_counts() -> None:
    assert correction(LeadControl(60_000), even(TARGET + 1_600), even(TARGET + 320)) == [0, -1]
    assert correction(LeadControl(60_000), even(TARGET - 480), even(TARGET - 160)) == [0, 1]


def test_windows_that_disagree_correct_nothing() -> None:
    assert correction(LeadControl(60_000), even(TARGET + 1_600), even(TARGET), even(TARGET - 480)) == [0, 0, 0]


def test_jitter_corrects_nothing() -> None:
    jittery = [TARGET - 160 * (number % 6) for number in range(WINDOW)]
    assert correction(LeadControl(60_000), jittery, jittery, jittery) == [0, 0, 0]


def test_a_correction_is_not_asked_for_twice() -> None:
    assert correction(LeadControl(60_000), even(TARGET + 320), even(TARGET + 320), even(TARGET + 320)) == [0, -1, 0]


def test_a_restart_forgets() -> None:
    control = LeadControl(60_000)
    correction(control, even(TARGET + 1_600))
    control.restart()
    assert correction(control, even(TARGET + 1_600)) == [0]


@pytest.mark.parametrize(("lead", "accepted"), [(-1, False), (0, True), (TARGET + 319, True), (TARGET + 320, False)])
def test_talk_may_begin_where_nothing_would_be_corrected(lead: int, accepted: bool) -> None:
    assert LeadControl(60_000).accepts(lead) is accepted
