"""How loud voices are: the meter against the standard's reference signals, and every voice against the meter."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.catalog import SYNTHESISERS, Loading
from models.delivery import Delivery
from models.engines import BlockingSynthesiser
from models.loudness import CEILING_DBFS, TARGET_LUFS, levelled, limited
from models.loudness_meter import SILENT_LUFS, loudness_lufs, true_peak_dbfs, true_peaks
from models.resample import Samples
from voice_agent.audio import RATE_HZ

SENTENCES = (
    "Hello, this is Riverside Broadband. How can I help?",
    "Yes.",
    "That was 5 5 0 1, 2 4 7 9. Is that right?",
    "I'm sorry about the trouble.",
    "Your mesh booster is on its way. It should reach you tomorrow.",
)


def sine(hz: float, dbfs: float, seconds: float, phase: float = 0.0) -> Samples:
    at = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    return np.asarray(10 ** (dbfs / 20) * np.sin(2 * np.pi * hz * at + phase), np.float32)


@pytest.mark.parametrize("dbfs", [0.0, -23.0, -40.0])
def test_a_sine_of_997_hz_has_the_loudness_that_the_standard_gives_it(dbfs: float) -> None:
    assert loudness_lufs(sine(997, dbfs, 5)) == pytest.approx(dbfs - 3.01, abs=0.1)


@pytest.mark.parametrize(("hz", "gain_db"), [(100, -1.1), (500, 0.1), (997, 0.65), (2_000, 3.1), (3_500, 3.9)])
def test_the_weighting_is_the_ears(hz: float, gain_db: float) -> None:
    """The curve of annex 1, both filters, where telephones carry sound."""
    flat = -3.01 - 0.691
    assert loudness_lufs(sine(hz, 0, 5)) - flat == pytest.approx(gain_db, abs=0.35)


def test_pauses_and_much_quieter_parts_do_not_count() -> None:
    """Signal 3 of EBU Tech 3341, one channel of it."""
    loud = sine(1_000, -23, 60)
    around = sine(1_000, -36, 10)
    assert loudness_lufs(np.concatenate((around, loud, around))) == pytest.approx(-26.0, abs=0.2)
    quiet = np.zeros(RATE_HZ * 30, np.float32)
    assert loudness_lufs(np.concatenate((loud, quiet))) == pytest.approx(loudness_lufs(loud), abs=0.2)


def test_silence_has_no_loudness_and_stays_silent() -> None:
    for quiet in (np.zeros(0, np.float32), np.zeros(800, np.float32)):
        assert loudness_lufs(quiet) == true_peak_dbfs(quiet) == SILENT_LUFS
        assert np.array_equal(levelled(quiet), quiet)


def test_peaks_between_the_samples_are_seen() -> None:
    """A quarter of the sampling rate, sampled at its flanks: every sample is 3 dB below the peak."""
    flanks = sine(2_000, 0, 1, np.pi / 4)[200:-200]
    assert 20 * np.log10(np.abs(flanks).max()) == pytest.approx(-3.0, abs=0.1)
    assert true_peak_dbfs(flanks) == pytest.approx(0, abs=0.3)


def test_speech_is_brought_to_the_target_and_very_quiet_sound_only_so_far() -> None:
    for dbfs in (-40.0, -20.0, 0.0):
        assert loudness_lufs(levelled(sine(300, dbfs, 1))) == pytest.approx(TARGET_LUFS, abs=0.2)
    assert loudness_lufs(levelled(sine(300, -64, 1))) == pytest.approx(-64 - 3 + 24, abs=1)


def test_a_peak_is_turned_down_and_what_is_further_away_is_left_alone() -> None:
    sound = sine(300, -20, 1)
    sound[4_000:4_020] *= 30
    out = limited(sound)
    assert true_peak_dbfs(out) <= CEILING_DBFS + 0.05
    assert np.array_equal(out[:3_900], sound[:3_900])
    assert np.array_equal(out[4_150:], sound[4_150:])
    steps = np.abs(np.diff(np.abs(out[3_900:4_150]) / np.maximum(np.abs(sound[3_900:4_150]), 1e-6)))
    assert np.quantile(steps, 0.9) < 0.1


@given(st.lists(st.floats(-4, 4, width=32), min_size=1, max_size=600))
def test_property_nothing_limited_has_a_sample_above_the_ceiling_or_changes_its_sign(samples: list[float]) -> None:
    sound = np.asarray(samples, np.float32)
    out = limited(sound)
    assert np.abs(out).max() <= 10 ** (CEILING_DBFS / 20) + 1e-5
    assert np.all(out * sound >= 0)
    assert np.all(np.abs(out) <= np.abs(sound) + 1e-6)
    assert np.all(true_peaks(out) >= np.abs(out) - 1e-6)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["hibari", "piper"])
def test_every_voice_is_as_loud_as_the_settings_say_in_long_and_short_sentences(name: str, loading: Loading) -> None:
    voice = SYNTHESISERS[name].load(loading)
    for sentence in SENTENCES:
        for delivery in (Delivery(), Delivery(0.8), Delivery(semitones=2)):
            sound = spoken(voice, sentence, delivery)
            assert loudness_lufs(sound) == pytest.approx(TARGET_LUFS, abs=1.0), (sentence, delivery)
            assert true_peak_dbfs(sound) <= CEILING_DBFS + 0.1


@pytest.mark.slow
def test_another_target_is_kept_too(loading: Loading) -> None:
    voice = SYNTHESISERS["hibari"].load(Loading(loading.store, loudness_lufs=-28))
    assert loudness_lufs(spoken(voice, SENTENCES[0])) == pytest.approx(-28, abs=1.0)


def spoken(voice: BlockingSynthesiser, text: str, delivery: Delivery = Delivery()) -> Samples:  # noqa: B008 - frozen
    return np.asarray(np.concatenate(list(voice.synthesize(text, delivery))) / 32_768, np.float32)
