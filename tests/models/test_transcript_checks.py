from __future__ import annotations

import pytest

from models.transcript_checks import collapsed, is_noise, loops, plain, said_once, without_annotations


@pytest.mark.parametrize(
    ("text", "spoken_s"),
    [
        ("a little bit of a little bit of a little bit of", 8.0),
        ("We don't know what to do. We don't know what to do. We don't know what to do.", 8.0),
        ("I want to go to the shop now and then", 0.5),
        ("Press one. Press one.", 3.0),
        ("five five five five five 5 5 5 5 5", 4.0),
    ],
)
def test_loops_are_seen(text: str, spoken_s: float) -> None:
    assert loops(text, spoken_s)


@pytest.mark.parametrize(
    ("text", "spoken_s"),
    [
        ("My number is 0 0 0 1 2.", 3.0),
        ("No no.", 0.8),
        ("5 5", 0.8),
        ("Yes, I'd like to move my appointment please.", 2.4),
        ("", 0.1),
        ("55 55", 1.0),
    ],
)
def test_what_people_say_twice_is_no_loop(text: str, spoken_s: float) -> None:
    assert not loops(text, spoken_s)


def test_what_is_repeated_faster_than_anybody_speaks_was_said_once() -> None:
    assert said_once("9 9 9", 0.4) == "9"
    assert said_once("x-ray x-ray x-ray x", 0.9) == "x ray"
    assert said_once("0 0 0", 1.2) is None
    assert said_once("Nine.", 0.1) is None


def test_collapsing_keeps_every_unit_once() -> None:
    assert collapsed("I see I see I see you there there") == "I see you there"
    assert collapsed("nothing twice") == "nothing twice"


@pytest.mark.parametrize(
    ("text", "confidence", "no_speech", "noise"),
    [
        ("", 0.9, 0.0, True),
        ("Thank you.", 0.2, 0.3, True),
        ("Thank you.", 0.8, 0.1, False),
        ("you", 0.05, 0.7, True),
        ("We're going to the bank.", 0.3, 0.7, True),
        ("I don't know.", 0.15, 0.33, True),
        ("7", 0.17, 0.1, False),
        ("Yes.", 0.3, 0.1, False),
    ],
)
def test_words_in_mere_noise_are_told_from_speech(text: str, confidence: float, no_speech: float, noise: bool) -> None:
    assert is_noise(text, confidence, no_speech) is noise


def test_a_short_answer_that_is_due_gets_the_benefit_of_the_doubt() -> None:
    assert is_noise("six", 0.2, 0.7)
    assert not is_noise("six", 0.2, 0.7, short_answer=True)


def test_annotations_are_no_words() -> None:
    assert without_annotations("[Music] hello (laughs) there *coughs* ♪") == "hello there"
    assert plain("It's HALF-past,  two!") == "its halfpast two"
