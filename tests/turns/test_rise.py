"""Sounds that the network doubts: which of them may be the beginning of a voice."""

from __future__ import annotations

import numpy as np
import pytest

from voice_agent.audio import FRAME_SAMPLES, Pcm, level_dbfs, silence
from voice_agent.turns.rise import Rise, periodicity
from voice_agent.turns.settings import RiseSettings

DOUBT, NONE = 0.1, 0.02
LIMIT_FRAMES = RiseSettings().limit_ms // 20


def hum(frames: int, level: float = 6_000.0) -> Pcm:
    """A voice's vowel, more or less: pulses, 150 a second."""
    wave = np.zeros(frames * FRAME_SAMPLES)
    wave[::53] = 1.0
    ringing = np.exp(-np.arange(80) / 12) * np.sin(np.arange(80) * 0.5)
    return np.asarray(np.convolve(wave, ringing)[: wave.size] * level, np.int16)


def rush(frames: int, level: float = 2_000.0) -> Pcm:
    return np.random.default_rng(1).normal(0.0, level, frames * FRAME_SAMPLES).astype(np.int16)


def rises(rise: Rise, pcm: Pcm, probability: float = DOUBT, *, begun: bool = False) -> list[bool]:
    frames = pcm.reshape(-1, FRAME_SAMPLES)
    return [rise.frame(frame, probability, level_dbfs(frame), begun=begun) for frame in frames]


def quiet() -> Rise:
    """After a second of a line that is all but still."""
    rise = Rise(RiseSettings())
    assert not any(rises(rise, rush(50, 3.0)))
    return rise


def test_a_vowel_over_a_still_line_may_be_voice_though_the_network_doubts_it() -> None:
    assert all(rises(quiet(), hum(4))[1:])


@pytest.mark.parametrize(
    ("sound", "probability"),
    [
        pytest.param(rush(10), DOUBT, id="breath or a cough's rush of air"),
        pytest.param(hum(10), NONE, id="a hum without any voice in it"),
        pytest.param(hum(10, 120.0), DOUBT, id="what is too soft"),
        pytest.param(silence(1_600), DOUBT, id="silence"),
    ],
)
def test_what_is_not_loud_periodic_and_a_little_like_voice_is_none(sound: Pcm, probability: float) -> None:
    assert not any(rises(quiet(), sound, probability))


def test_what_is_there_all_the_time_does_not_stand_out() -> None:
    rise = Rise(RiseSettings())
    rises(rise, hum(50, 3_000.0))
    assert not any(rises(rise, hum(50, 3_000.0)))
    assert all(rises(rise, hum(4, 30_000.0), begun=False)[1:])


def test_once_begun_it_lasts_while_it_is_loud_but_not_for_ever() -> None:
    rise = quiet()
    lasting = rises(rise, rush(LIMIT_FRAMES + 5), NONE, begun=True)
    assert lasting == [True] * LIMIT_FRAMES + [False] * 5
    assert rises(rise, silence(160), begun=False) == [False]
    assert rises(rise, np.concatenate((rush(1), silence(160))), NONE, begun=True) == [True, False]


def test_a_vowel_repeats_itself_and_noise_does_not() -> None:
    assert periodicity(hum(2)) > 0.9
    assert periodicity(rush(2)) < 0.4
    assert periodicity(silence(320)) == 0.0
    assert periodicity(hum(2)[:100]) == 0.0


def test_nothing_stands_out_before_the_line_is_known() -> None:
    rise = Rise(RiseSettings())
    assert not any(rises(rise, np.concatenate((rush(3, 3.0), hum(20)))))


def test_what_lasted_for_nothing_is_how_the_line_is() -> None:
    rise = quiet()
    assert all(rises(rise, hum(3, 3_000.0))[1:])
    rises(rise, hum(LIMIT_FRAMES + 1, 3_000.0), begun=True)
    assert not any(rises(rise, hum(20, 3_000.0))[1:])
