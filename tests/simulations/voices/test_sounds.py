"""Coughs, keys and hums: made by seed, about as loud as speech or quieter, and without a word in them."""

from __future__ import annotations

import numpy as np
import pytest

from simulations.callers.sounds import SOUNDS, keyboard, side_talk
from voice_agent.audio import RATE_HZ, level_dbfs


@pytest.mark.parametrize("label", sorted(SOUNDS))
def test_the_same_seed_makes_the_same_sound_and_another_another(label: str) -> None:
    make = SOUNDS[label]
    assert make(3).dtype == np.int16
    assert np.array_equal(make(3), make(3))
    assert not np.array_equal(make(3), make(4))


@pytest.mark.parametrize(
    ("label", "least_ms", "most_ms"),
    [
        ("cough", 150, 500),
        ("throat_clearing", 500, 900),
        ("sniff", 140, 310),
        ("keyboard", 1_500, 1_500),
        ("mhm", 300, 500),
    ],
)
def test_a_sound_lasts_as_long_as_such_sounds_do(label: str, least_ms: int, most_ms: int) -> None:
    for seed in range(20):
        pcm = SOUNDS[label](seed)
        assert least_ms <= pcm.size * 1_000 / RATE_HZ <= most_ms
        assert -45 < level_dbfs(pcm) < -15
        assert int(np.abs(pcm.astype(np.int32)).max()) < 32_767 or label in ("cough", "keyboard")


def test_a_keyboard_has_strokes_with_silence_between() -> None:
    pcm = keyboard(1, duration_ms=3_000).astype(np.float64)
    loud = np.sqrt(np.square(pcm.reshape(-1, 80)).mean(axis=1)) > 200
    assert 10 < np.count_nonzero(np.diff(loud.astype(int)) == 1) < 80
    assert loud.mean() < 0.6


def test_side_talk_is_quieter_and_without_its_upper_half() -> None:
    words = (np.random.default_rng(1).standard_normal(RATE_HZ) * 3_000).astype(np.int16)
    aside = side_talk(words)
    assert level_dbfs(aside) == pytest.approx(level_dbfs(words) - 14, abs=1)
    spectrum = np.square(np.abs(np.fft.rfft(aside.astype(np.float64))))
    assert spectrum[2_000:].sum() < 0.01 * spectrum[:1_400].sum()
