"""The line of the impairment benchmark: seeded, with the loss and the delay that it was asked for."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.impaired_line import PATH_US, TICK_PHASE_US, Condition, arrivals, lost, play
from benchmarks.impairment import conditions, playout
from telephony.codecs.pcm import FRAME_US
from telephony.codecs.tones import sine


@pytest.mark.parametrize("kind", ["random", "bursty"])
@pytest.mark.parametrize("share", [0.01, 0.1, 0.2])
def test_as_much_is_lost_as_was_asked_for(kind: str, share: float) -> None:
    condition = Condition(share, kind)  # type: ignore[arg-type]
    missing = lost(condition, 100_000, np.random.default_rng(1))
    assert missing.mean() == pytest.approx(share, rel=0.1)


def test_bursts_are_three_packets_long_on_average() -> None:
    missing = lost(Condition(0.1, "bursty"), 100_000, np.random.default_rng(1)).astype(np.int8)
    bursts = np.count_nonzero(np.diff(missing) == 1)
    assert missing.sum() / bursts == pytest.approx(3, rel=0.1)


def test_the_same_seed_gives_the_same_line_and_jitter_has_its_bound() -> None:
    condition = Condition(0.05, "random", 60)
    came = arrivals(condition, 1_000, 7)
    assert came == arrivals(condition, 1_000, 7)
    assert came != arrivals(condition, 1_000, 8)
    assert came == sorted(came)
    delays_us = [at_us - number * FRAME_US for at_us, number in came]
    assert min(delays_us) >= PATH_US
    assert max(delays_us) <= PATH_US + 60_000


def test_a_line_without_fault_plays_everything_after_the_path_the_buffer_and_our_tick() -> None:
    pcm = sine(437, 4_000)
    played = play(pcm, Condition(), seed=1, adaptive=False)
    figures = playout(played)
    assert figures["lost_percent"] == figures["late_percent"] == figures["concealed_percent"] == 0
    assert set(played.delays_us) == {PATH_US + 60_000 + TICK_PHASE_US}


def test_what_is_lost_is_concealed() -> None:
    figures = playout(play(sine(437, 20_000), Condition(0.1, "bursty"), seed=1, adaptive=True))
    assert figures["concealed_percent"] == pytest.approx(figures["lost_percent"], abs=1)


def test_conditions_are_told_apart_by_their_names() -> None:
    for quick in (True, False):
        names = [condition.name for condition in conditions(quick=quick)]
        assert len(names) == len(set(names))
