from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.modem import REPEATS, demodulated, modulated
from voice_agent.audio import FRAME_SAMPLES, Pcm, silence

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=90)
SENTENCE = "Please move my appointment to Tuesday, order 5501."
BYTE_SAMPLES = REPEATS * FRAME_SAMPLES


def through_companding(pcm: Pcm, law: str) -> Pcm:
    """G.711-like: eight bits a sample, on a logarithmic scale (ITU-T G.711 in its continuous form)."""
    x = np.clip(pcm / 32_768, -1, 1)
    if law == "mu":
        code = np.round(np.sign(x) * np.log1p(255 * np.abs(x)) / np.log(256) * 127) / 127
        back = np.sign(code) * (np.power(256, np.abs(code)) - 1) / 255
    else:
        scale = 1 + np.log(87.6)
        small = np.abs(x) < 1 / 87.6
        curve = np.where(small, 87.6 * np.abs(x), 1 + np.log(np.maximum(87.6 * np.abs(x), 1))) / scale
        code = np.round(np.sign(x) * curve * 127) / 127
        y = np.abs(code) * scale
        back = np.sign(code) * np.where(y < 1, y / 87.6, np.exp(y - 1) / 87.6)
    return np.asarray(np.round(back * 32_767), np.int16)


@given(TEXTS)
@settings(max_examples=60, deadline=None)
def test_any_text_survives_the_trip(text: str) -> None:
    assert demodulated(modulated(text)) == text


@given(TEXTS, st.sampled_from(["mu", "a"]), st.integers(0, 400), st.floats(0.3, 2.0))
@settings(max_examples=60, deadline=None)
def test_companding_gain_and_any_alignment_do_no_harm(text: str, law: str, lead: int, gain: float) -> None:
    sound = np.concatenate((silence(lead), modulated(text), silence(77)))
    assert demodulated(through_companding((sound * gain).astype(np.int16), law)) == text


@given(st.integers(0, len(SENTENCE) * BYTE_SAMPLES), st.integers(0, len(SENTENCE) * BYTE_SAMPLES))
@settings(max_examples=60, deadline=None)
def test_a_cut_gives_what_was_whole_in_it_and_nothing_more(one: int, other: int) -> None:
    start, end = sorted((one, other))
    heard = demodulated(modulated(SENTENCE)[start:end])
    first_whole, whole_until = -(-start // FRAME_SAMPLES), end // FRAME_SAMPLES
    whole = SENTENCE[first_whole // REPEATS : -(-whole_until // REPEATS)] if whole_until > first_whole else ""
    touched = SENTENCE[start // BYTE_SAMPLES : -(-end // BYTE_SAMPLES)]
    assert whole in heard
    assert heard in touched


def test_one_lost_packet_in_three_loses_nothing() -> None:
    frames = modulated(SENTENCE).reshape(-1, FRAME_SAMPLES).copy()
    frames[1::3] = 0
    assert demodulated(frames.reshape(-1)) == SENTENCE
    assert demodulated(np.delete(frames, slice(1, None, 3), axis=0).reshape(-1)) == SENTENCE


def test_a_gap_loses_only_what_was_in_it() -> None:
    sound = modulated("abcdefghij")
    sound[2 * BYTE_SAMPLES : 4 * BYTE_SAMPLES] = 0
    assert demodulated(sound) == "abefghij"


def test_repeated_letters_are_told_apart_by_their_position() -> None:
    assert demodulated(modulated("aaaa bbbb 5555")) == "aaaa bbbb 5555"


def test_texts_longer_than_the_position_counter_are_whole() -> None:
    text = "0123456789" * 60
    assert demodulated(modulated(text)) == text


def test_two_utterances_in_one_stretch_are_joined_by_a_space() -> None:
    assert demodulated(np.concatenate((modulated("yes"), silence(1_234), modulated("please")))) == "yes please"


@pytest.mark.parametrize("level", [0, 30, 1_000, 8_000])
def test_noise_says_nothing(level: int) -> None:
    samples = np.random.default_rng(level).standard_normal(16_000) * level
    assert demodulated(np.clip(samples, -32_768, 32_767).astype(np.int16)) == ""


def test_text_is_read_through_line_noise() -> None:
    sound = modulated(SENTENCE)
    noisy = sound + np.random.default_rng(1).standard_normal(sound.size) * 400
    assert demodulated(noisy.astype(np.int16)) == SENTENCE


def test_samples_too_few_for_a_frame_say_nothing() -> None:
    assert demodulated(modulated("a")[: FRAME_SAMPLES - 1]) == ""
