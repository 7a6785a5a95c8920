"""Tones of keys in a recording, made by a generator that shares nothing with what finds them."""

from __future__ import annotations

import numpy as np

from simulations.judging.key_tones import key_tones
from tests.testkit.key_tones import key_tone
from voice_agent.audio import Pcm, silence


def sound(keys: str, *, pause_ms: int = 60) -> Pcm:
    parts = [part for key in keys for part in (key_tone(key), silence(pause_ms * 8))]
    return np.concatenate(parts)


def test_keys_are_found_in_order_and_repeated_ones_each() -> None:
    assert key_tones(np.concatenate((silence(4_000), sound("4115500#*")))) == "4115500#*"


def test_a_tone_that_goes_on_is_one_key() -> None:
    assert key_tones(key_tone("7", duration_ms=900)) == "7"


def test_neither_silence_nor_noise_nor_a_single_tone_is_a_key() -> None:
    noise = np.random.default_rng(1).integers(-8_000, 8_000, 40_000).astype(np.int16)
    single = (9_000 * np.sin(2 * np.pi * 770 * np.arange(8_000) / 8_000)).astype(np.int16)
    for heard in (silence(8_000), silence(10), noise, single):
        assert key_tones(heard) == ""
