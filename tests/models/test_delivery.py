"""How fast and how high a voice may be asked to speak."""

from __future__ import annotations

import re

import pytest

from models.delivery import Delivery


def test_an_octave_up_is_spoken_at_half_the_pace_and_played_twice_as_fast() -> None:
    octave = Delivery(semitones=12)
    assert octave.pitch_ratio == pytest.approx(2)
    assert octave.native_speed == pytest.approx(0.5)


@pytest.mark.parametrize("delivery", [Delivery(), Delivery(0.8, 3), Delivery(1.25, -4), Delivery(0.75, 6)])
def test_what_voices_can_do_is_no_problem(delivery: Delivery) -> None:
    assert delivery.problem() is None


@pytest.mark.parametrize(
    ("delivery", "problem"),
    [
        (Delivery(semitones=7), r"pitch \+7 semitones: from -6 to \+6"),
        (Delivery(speed=2.5), "speed 2.5: from 0.5 to 2"),
        (Delivery(1.9, -5), "more than a voice can"),
        (Delivery(0.5, 5), "more than a voice can"),
    ],
)
def test_what_no_voice_can_do_is_said(delivery: Delivery, problem: str) -> None:
    found = delivery.problem()
    assert found is not None
    assert re.search(problem, found)
