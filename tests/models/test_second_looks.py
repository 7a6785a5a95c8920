"""Callers wait for every further look at what they said: only what may be misheard is worth one."""

from __future__ import annotations

import pytest

from models.second_looks import (
    is_whole_number,
    tells_a_count,
    wants_alternatives,
    wants_full_window,
    wants_wider_window,
)
from voice_agent.ports.speech import Recognition

WHOLE = Recognition("2479-5501", confidence=0.7)
UNSURE = Recognition("2479-5501", confidence=0.5)
SHORT_OF_ONE = Recognition("2479-550", confidence=0.7)


def looks(heard: Recognition, expects: str = "digits:8", spoken_s: float = 4.0) -> tuple[bool, bool, bool]:
    """Alternatives, wider window, full window."""
    return (
        wants_alternatives(heard, expects, spoken_s),
        wants_wider_window(heard, expects, spoken_s),
        wants_full_window(heard, expects, spoken_s),
    )


def test_a_number_that_is_whole_and_sure_is_looked_at_once() -> None:
    assert looks(WHOLE) == (False, False, False)


def test_a_number_is_whole_with_all_its_digits_and_a_sure_decoder() -> None:
    assert is_whole_number(WHOLE, "digits:8")
    assert not is_whole_number(UNSURE, "digits:8")
    assert not is_whole_number(SHORT_OF_ONE, "digits:8")
    assert not is_whole_number(WHOLE, "digits")
    assert (tells_a_count("digits:8"), tells_a_count("digits"), tells_a_count("open")) == (True, False, False)


def test_an_unsure_number_is_looked_at_again_but_does_not_break_off() -> None:
    assert looks(UNSURE) == (True, False, True)


def test_a_number_that_lacks_a_digit_is_looked_at_in_every_way() -> None:
    assert looks(SHORT_OF_ONE) == (True, True, True)


def test_another_hypothesis_with_the_right_number_of_digits_is_enough() -> None:
    assert not wants_full_window(Recognition("2479-550", ("2479-5501",), 0.7), "digits:8", 4.0)


def test_half_a_number_is_no_reason_for_the_full_window() -> None:
    assert not wants_full_window(Recognition("2479", confidence=0.7), "digits:8", 2.0)


@pytest.mark.parametrize("expects", ["digits", "value", "open", "yes_no"])
def test_without_a_number_of_digits_nothing_is_known_to_be_whole(expects: str) -> None:
    heard = Recognition("2479-5501", confidence=0.7)
    assert wants_alternatives(heard, expects, 1.3)
    assert wants_wider_window(heard, expects, 4.0)


def test_alternatives_are_searched_where_that_costs_little_or_an_answer_is_due() -> None:
    heard = Recognition("I would like to", confidence=0.9)
    assert not wants_alternatives(heard, "open", 2.0)
    assert wants_alternatives(heard, "value", 2.0)
    assert not wants_alternatives(heard, "value", 7.0)


def test_a_sentence_that_ends_has_not_broken_off() -> None:
    assert wants_wider_window(Recognition("I would like to", confidence=0.6), "open", 2.0)
    assert not wants_wider_window(Recognition("I would like to pay.", confidence=0.6), "open", 2.0)
    assert not wants_wider_window(Recognition("I would like to", confidence=0.8), "open", 2.0)
    assert not wants_wider_window(Recognition("I would", confidence=0.6), "open", 1.0)


def test_one_digit_is_not_worth_the_full_window() -> None:
    assert not wants_full_window(Recognition("2", confidence=0.2), "digits:1", 0.5)


@pytest.mark.parametrize("expects", ["open", "yes_no", "value"])
def test_a_word_out_of_a_whole_sentence_is_worth_the_full_window_at_once(expects: str) -> None:
    _, wider, full = looks(Recognition("Hi", confidence=0.1), expects, spoken_s=1.6)
    assert (wider, full) == (False, True)


@pytest.mark.parametrize(
    ("text", "confidence", "spoken_s"),
    [
        pytest.param("Hi", 0.1, 1.3, id="a word in the time of a word and its lead-in"),
        pytest.param("Hello", 0.7, 1.6, id="a sure one, drawn out"),
        pytest.param("where is my order", 0.2, 1.6, id="as many words as fit"),
        pytest.param("", 0.0, 3.0, id="no words at all"),
    ],
)
def test_what_may_be_all_of_it_is_not(text: str, confidence: float, spoken_s: float) -> None:
    assert not looks(Recognition(text, confidence=confidence), "open", spoken_s)[2]


@pytest.mark.parametrize(
    ("text", "confidence", "spoken_s", "full"),
    [
        ("It's 3", 0.21, 1.16, True),
        ("It is 3", 0.21, 1.16, True),
        ("It's 3", 0.45, 1.16, False),
        ("It's 3142", 0.21, 1.16, False),
        ("3", 0.21, 0.5, False),
        ("It's", 0.21, 1.16, False),
    ],
)
def test_figures_that_are_fewer_than_there_is_voice_for_get_the_full_window(
    text: str, confidence: float, spoken_s: float, full: bool
) -> None:
    assert wants_full_window(Recognition(text, confidence=confidence), "digits:8", spoken_s) is full
    assert not wants_full_window(Recognition(text, confidence=confidence), "digits", spoken_s)
