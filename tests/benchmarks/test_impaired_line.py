"""The line of the impairment benchmark: what is lost is concealed, and delays are found again."""

from __future__ import annotations

import pytest

from benchmarks.impaired_line import PATH_US, Condition, play
from benchmarks.impairment import conditions, playout
from simulations.line.packets import TICK_PHASE_US
from telephony.codecs.tones import sine


def test_a_line_without_fault_plays_everything_after_the_path_the_buffer_and_our_tick() -> None:
    pcm = sine(437, 4_000)
    played = play(pcm, Condition(), seed=1, adaptive=False)
    figures = playout(played)
    assert figures["lost_percent"] == figures["late_percent"] == figures["concealed_percent"] == 0
    assert set(played.delays_us) == {PATH_US + 60_000 + TICK_PHASE_US}


def test_what_is_lost_is_concealed() -> None:
    figures = playout(play(sine(437, 20_000), Condition(0.1, "bursty"), seed=1, adaptive=True))
    assert figures["lost_percent"] == pytest.approx(10, abs=3)
    assert figures["concealed_percent"] == pytest.approx(figures["lost_percent"], abs=1)


def test_conditions_are_told_apart_by_their_names() -> None:
    for quick in (True, False):
        names = [condition.name for condition in conditions(quick=quick)]
        assert len(names) == len(set(names))
