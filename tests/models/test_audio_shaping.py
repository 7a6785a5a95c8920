"""Resampling, the spectrogram, loudness and trimming: what goes into recognisers and comes out of synthesisers."""

from __future__ import annotations

import numpy as np
import pytest
from faster_whisper.feature_extractor import FeatureExtractor

from models.log_mel import log_mel
from models.loudness import chunks, trimmed
from models.resample import Samples, Upsampler, downsample_3x, telephone_rate, upsample_2x


def tone(hz: float, rate_hz: float, samples: int, amplitude: float = 0.5) -> Samples:
    return np.asarray(amplitude * np.sin(2 * np.pi * hz * np.arange(samples) / rate_hz), np.float32)


@pytest.mark.parametrize("hz", [100, 1_000, 3_000])
def test_doubling_the_rate_keeps_a_tone(hz: int) -> None:
    wide = upsample_2x(tone(hz, 8_000, 4_000))
    assert np.abs(wide - tone(hz, 16_000, 8_000))[200:-200].max() < 1e-3


def test_doubling_frame_by_frame_is_the_same_a_millisecond_later() -> None:
    narrow = tone(1_000, 8_000, 8_000)
    upsampler = Upsampler()
    wide = np.concatenate([upsampler.push(narrow[at : at + 160]) for at in range(0, narrow.size, 160)])
    assert np.abs(wide[16:] - tone(1_000, 16_000, 16_000)[:-16])[100:].max() < 1e-3


@pytest.mark.parametrize(("hz", "low_db", "high_db"), [(300, -0.1, 0.1), (3_000, -0.1, 0.1), (4_500, -200, -60)])
def test_a_third_of_the_rate_keeps_the_telephone_band_and_folds_nothing_back(
    hz: int, low_db: float, high_db: float
) -> None:
    narrow = downsample_3x(tone(hz, 24_000, 24_000))[200:-200]
    gain_db = 20 * np.log10(np.sqrt(np.mean(np.square(narrow))) / (0.5 / np.sqrt(2)) + 1e-12)
    assert narrow.size == 8_000 - 400
    assert low_db <= gain_db <= high_db


@pytest.mark.parametrize("from_hz", [22_050, 24_000, 24_000 * 2 ** (4 / 12), 16_537.5])
def test_any_rate_comes_down_to_the_telephone_band_and_folds_nothing_back(from_hz: float) -> None:
    for hz in (100, 1_000, 3_000):
        narrow = telephone_rate(tone(hz, from_hz, int(from_hz)), from_hz)
        assert narrow.size == 8_000
        assert np.abs(narrow - tone(hz, 8_000, 8_000))[100:-100].max() < 1e-3
    folded = telephone_rate(tone(4_500, from_hz, int(from_hz)), from_hz)
    assert np.abs(folded)[100:-100].max() < 1e-3


def test_no_samples_are_resampled_to_none() -> None:
    nothing = np.empty(0, np.float32)
    assert upsample_2x(nothing).size == downsample_3x(nothing).size == telephone_rate(nothing, 22_050).size == 0


@pytest.mark.parametrize("samples", [400, 16_000, 48_077])
def test_the_spectrogram_is_the_one_that_the_model_was_trained_on(samples: int) -> None:
    sound = (np.random.default_rng(samples).standard_normal(samples) * 0.1).astype(np.float32)
    reference = FeatureExtractor()(sound, padding=160)
    ours = log_mel(sound)
    if samples >= 16_000:
        assert ours.shape == reference.shape
    assert np.abs(ours[:, :3] - reference[:, :3]).max() < (1e-5 if samples >= 16_000 else 1.0)


def test_silence_around_speech_is_trimmed() -> None:
    quiet = np.zeros(4_000, np.float32)
    speech = trimmed(np.concatenate((quiet, tone(200, 8_000, 8_000), quiet)))
    assert speech.size == pytest.approx(8_000 + 160 + 640, abs=80)
    assert speech[0] == 0
    assert trimmed(quiet).size == 0


def test_chunks_join_to_the_whole_and_the_last_is_not_a_scrap() -> None:
    speech = tone(200, 8_000, 5_000)
    pieces = list(chunks(speech, 1_600))
    assert [piece.size for piece in pieces] == [1_600, 1_600, 1_800]
    assert np.array_equal(np.concatenate(pieces), np.round(speech * 32_767).astype(np.int16))
    assert list(chunks(speech[:0], 1_600)) == []
