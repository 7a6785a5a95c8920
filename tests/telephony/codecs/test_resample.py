"""Rate conversion: what passes, what is stopped, and that chunks leave no seams."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from telephony.codecs.resample import Resampler, resample

PAIRS = [(24_000, 8_000), (16_000, 8_000), (8_000, 16_000), (22_050, 8_000), (8_000, 24_000), (48_000, 8_000)]


def tone(frequency_hz: float, rate_hz: int, seconds: float = 0.5, peak: float = 10_000) -> npt.NDArray[np.int16]:
    time_s = np.arange(round(rate_hz * seconds)) / rate_hz
    return np.rint(peak * np.sin(2 * np.pi * frequency_hz * time_s)).astype(np.int16)


def middle(pcm: npt.NDArray[np.int16]) -> npt.NDArray[np.float64]:
    return pcm[pcm.size // 8 : -pcm.size // 8].astype(np.float64)


def level_db(pcm: npt.NDArray[np.int16]) -> float:
    return float(10 * np.log10(np.mean(middle(pcm) ** 2) / (10_000**2 / 2) + 1e-12))


@pytest.mark.parametrize(("from_hz", "to_hz"), PAIRS)
@pytest.mark.parametrize("frequency_hz", [300, 1_000, 3_400])
def test_telephone_band_passes_in_phase_and_at_its_level(from_hz: int, to_hz: int, frequency_hz: int) -> None:
    out = middle(resample(tone(frequency_hz, from_hz), from_hz, to_hz))
    wanted = middle(tone(frequency_hz, to_hz))
    assert np.mean((out - wanted) ** 2) < 1e-5 * np.mean(wanted**2)


@pytest.mark.parametrize(
    ("from_hz", "frequency_hz"), [(24_000, 4_700), (24_000, 9_000), (16_000, 5_000), (22_050, 7_000)]
)
def test_what_would_alias_is_stopped(from_hz: int, frequency_hz: int) -> None:
    assert level_db(resample(tone(frequency_hz, from_hz), from_hz, 8_000)) < -65


def test_doubling_the_rate_leaves_no_image() -> None:
    out = middle(resample(tone(1_000, 8_000, seconds=1.0), 8_000, 16_000))
    spectrum = np.abs(np.fft.rfft(out * np.hanning(out.size))) ** 2
    images = spectrum[spectrum.size * 9 // 16 :].sum()
    assert 10 * np.log10(images / spectrum.sum()) < -60


@pytest.mark.parametrize(("from_hz", "to_hz"), PAIRS)
def test_a_constant_stays_constant(from_hz: int, to_hz: int) -> None:
    out = resample(np.full(from_hz // 2, 1_000, np.int16), from_hz, to_hz)
    assert set(middle(out).tolist()) == {1_000.0}


@pytest.mark.parametrize(("from_hz", "to_hz"), PAIRS)
@pytest.mark.parametrize("samples", [0, 1, 7, 441, 4_000])
def test_length_is_the_ratio_rounded_up(from_hz: int, to_hz: int, samples: int) -> None:
    assert resample(np.zeros(samples, np.int16), from_hz, to_hz).size == -(-samples * to_hz // from_hz)


@settings(max_examples=40, deadline=None)
@given(pair=st.sampled_from(PAIRS), sizes=st.lists(st.integers(0, 700), max_size=12), seed=st.integers(0, 99))
def test_chunks_leave_no_seams(pair: tuple[int, int], sizes: list[int], seed: int) -> None:
    pcm = np.random.default_rng(seed).integers(-32_768, 32_768, sum(sizes)).astype(np.int16)
    chunks = np.split(pcm, np.cumsum(sizes)[:-1]) if sizes else []
    resampler = Resampler(*pair)
    out = np.concatenate([*(resampler.process(chunk) for chunk in chunks), resampler.flush()])
    whole = resample(pcm, *pair)
    assert out.size == whole.size
    assert np.abs(out.astype(int) - whole).max(initial=0) <= 1  # sums of floats may be ordered otherwise


def test_full_scale_is_clipped_and_does_not_wrap() -> None:
    square = np.where(np.arange(4_800) // 40 % 2 == 0, 32_767, -32_768).astype(np.int16)
    out = resample(square, 24_000, 8_000)
    assert np.all(np.abs(np.diff(out.astype(int))) <= 65_535)
    assert np.array_equal(np.sign(out[5:8]), np.ones(3))


def test_a_flushed_resampler_begins_anew() -> None:
    resampler = Resampler(24_000, 8_000)
    first = np.concatenate((resampler.process(tone(500, 24_000)), resampler.flush()))
    second = np.concatenate((resampler.process(tone(500, 24_000)), resampler.flush()))
    assert np.array_equal(first, second)


def test_equal_rates_copy() -> None:
    pcm = tone(1_000, 8_000)
    resampler = Resampler(8_000, 8_000)
    out = resampler.process(pcm)
    assert np.array_equal(out, pcm)
    assert out is not pcm
    assert resampler.flush().size == 0


@pytest.mark.parametrize("rates", [(0, 8_000), (8_000, -1)])
def test_impossible_rates_are_refused(rates: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="rates must be positive"):
        Resampler(*rates)
