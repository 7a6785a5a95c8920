"""What recognition reports, from decodes that are made up."""

from __future__ import annotations

import json

import msgspec
import pytest

from benchmarks.decoders import Decoded
from benchmarks.recognition import QUICK, Heard, figures, goals, sample
from benchmarks.report import Asked
from benchmarks.telephone_speech import Utterance


def heard(group: str, said: str, short: Decoded, full: Decoded, seconds: float = 1.5) -> Heard:
    return Heard(Utterance(f"{said}.wav", group, tuple(said.split())), seconds, {"short": short, "full": full})


PROMPTS = [
    heard("prompts", "press one now", Decoded("Press 1 now.", 0.2, 1, 0), Decoded("Press one now", 1.0, 0, 1)),
    heard("prompts", "goodbye", Decoded("Good buy", 0.9, 1, 1), Decoded("goodbye", 1.0, 0, 1), seconds=0.5),
]
DIGITS = [
    heard("digits", "two", Decoded("2.", 0.2, 1, 0), Decoded("Two", 1.0, 0, 1)),
    heard("digits", "two", Decoded("Two, yeah", 1.0, 0, 1), Decoded("Tell", 1.0, 0, 1)),
]


def test_errors_are_reported_by_group_and_decoder() -> None:
    found = figures([*PROMPTS, *DIGITS], seed=1)
    assert found["word_errors"]["prompts"]["short"]["wer_percent"] == 50.0
    assert found["word_errors"]["prompts"]["full"]["wer_percent"] == 0.0
    assert found["short_minus_full_wer_points"]["prompts"]["points"] == 50.0
    assert "prompts_of_4_words_or_more" not in found["word_errors"]


def test_a_digit_counts_as_heard_or_as_understood() -> None:
    accuracy = figures(DIGITS, seed=1)["digit_accuracy"]
    assert accuracy["short"]["exact"]["percent"] == 50.0
    assert accuracy["short"]["understood"]["percent"] == 100.0
    assert accuracy["full"]["understood"]["percent"] == 50.0


def test_falling_back_is_apart_from_taking_the_full_window_at_once() -> None:
    windows = figures([*PROMPTS, *DIGITS], seed=1)["windows"]
    assert windows["prompts"] == {"fell_back_percent": 50.0, "full_at_once_percent": 0.0}
    assert windows["digits"] == {"fell_back_percent": 0.0, "full_at_once_percent": 50.0}


def test_latency_is_by_length_of_the_recording() -> None:
    latency = figures(PROMPTS, seed=1)["latency_ms"]["short"]
    assert latency["all"]["count"] == 2
    assert latency["0-1 s"] == {"count": 1, "p50": 900.0, "p95": 900.0, "max": 900.0}
    assert latency["1-2 s"]["p50"] == 200.0


def test_goals_hold_prompts_and_latency_against_the_full_window() -> None:
    extra, ratio = goals([*PROMPTS, *DIGITS])
    assert (extra.got, extra.met) == (50.0, False)
    assert ratio.got == pytest.approx((0.2 + 0.9) / 2)
    assert not ratio.met


def test_without_recordings_goals_are_missed() -> None:
    assert [each.got for each in goals([])] == [None, None]


def test_figures_are_json_and_the_same_again() -> None:
    first = msgspec.json.encode(figures([*PROMPTS, *DIGITS], seed=5))
    assert first == msgspec.json.encode(figures([*PROMPTS, *DIGITS], seed=5))
    assert json.loads(first)["utterances"] == 4


def test_quick_draws_the_same_few_of_each_group_by_seed() -> None:
    everything = [Utterance(f"{number}.wav", group, ("word",)) for group in QUICK for number in range(20)]
    drawn = sample(everything, Asked(quick=True, seed=2))
    assert drawn == sample(everything, Asked(quick=True, seed=2))
    assert drawn != sample(everything, Asked(quick=True, seed=3))
    assert len(drawn) == sum(QUICK.values())
    assert sample(everything, Asked(seed=2)) == everything
