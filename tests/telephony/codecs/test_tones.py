"""Tones have the frequencies and levels that they are asked for."""

from __future__ import annotations

import numpy as np
import pytest

from telephony.codecs.pcm import FRAME_SAMPLES, FRAME_US, RATE_HZ, SAMPLE_US, silent_frame
from telephony.codecs.tones import FREQUENCIES_HZ, dtmf_sequence, dtmf_tone, sine


@pytest.mark.parametrize("digit", list("0123456789*#ABCD"))
def test_a_key_sounds_its_two_frequencies_alone(digit: str) -> None:
    tone = dtmf_tone(digit, duration_ms=1_000).astype(float)
    spectrum = np.abs(np.fft.rfft(tone)) ** 2
    loudest = sorted(int(bin_hz) for bin_hz in np.argsort(spectrum)[-2:])
    assert tuple(loudest) == FREQUENCIES_HZ[digit]
    assert spectrum[loudest].sum() > 0.98 * spectrum.sum()


def test_keys_differ() -> None:
    assert len(set(FREQUENCIES_HZ.values())) == 16


def test_tone_begins_and_ends_softly_and_never_clips() -> None:
    tone = dtmf_tone("D", level_dbfs=-6.1)
    assert tone.size == 800
    assert abs(int(tone[0])) < 2_000
    assert abs(int(tone[-1])) < 2_000
    assert np.abs(tone.astype(int)).max() < 32_767


def test_level_is_the_peak_in_decibels() -> None:
    assert np.abs(sine(1_000, 100, level_dbfs=0.0).astype(int)).max() == 32_767
    assert np.abs(sine(1_000, 100, level_dbfs=-20.0).astype(int)).max() == 3_277


def test_a_sequence_alternates_keys_and_pauses() -> None:
    pcm = dtmf_sequence("1#", on_ms=100, off_ms=60)
    assert pcm.size == 2 * (800 + 480)
    assert not pcm[800:1_280].any()
    assert np.array_equal(pcm[1_280:2_080], dtmf_tone("#"))
    assert dtmf_sequence("").size == 0


@pytest.mark.parametrize("wrong", ["", "12", "x", "a"])
def test_what_is_no_key_is_refused(wrong: str) -> None:
    with pytest.raises(ValueError, match="no keypad digit"):
        dtmf_tone(wrong)


def test_a_frame_is_twenty_milliseconds() -> None:
    assert silent_frame().size == FRAME_SAMPLES == 160
    assert FRAME_SAMPLES * SAMPLE_US == FRAME_US
    assert RATE_HZ * SAMPLE_US == 1_000_000
