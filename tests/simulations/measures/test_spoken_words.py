"""The normaliser: what is spoken alike is equal, what is spoken differently is not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulations.measures.spoken_words import cardinal, spoken_words


@pytest.mark.parametrize(
    ("written", "spoken"),
    [
        ("Press 2, or 12.", "press two or twelve"),
        ("You have 42 messages!", "you have forty two messages"),
        ("H.323", "h three two three"),
        ("order 12345", "order one two three four five"),
        ("007 and 100 and 1,000 and 2000", "zero zero seven and one hundred and one thousand and two thousand"),
        ("05", "zero five"),
        ("2:30 pm", "two thirty pm"),
        ("at 9:05", "at nine oh five"),
        ("at 9:00 A.M.", "at nine am"),
        ("the 1st, 2nd, 13th, 20th and 22nd", "the first second thirteenth twentieth and twenty second"),
        ("£5 or $ 20", "five pounds or twenty dollars"),
        ("50% & more", "fifty percent and more"),
        ("M I S D N", "misdn"),
        ("SIP", "sip"),
        ("I'm sorry, that's wrong", "i am sorry that is wrong"),
        ("I don't, can't and won't", "i do not can not and will not"),
        ("your party's name", "your partys name"),
        ("re-entered", "re entered"),
        ("at [@]", "at"),
        ("Speak. (simple tone sound plays)", "speak"),
        ("... extension ...", "extension"),
        ("OK, Mr Café", "okay mister cafe"),
        ("[nothing but a note]", ""),
        ("", ""),
    ],
)
def test_text_becomes_the_words_that_are_spoken(written: str, spoken: str) -> None:
    assert spoken_words(written) == spoken.split()


def test_a_curly_apostrophe_is_an_apostrophe() -> None:
    assert spoken_words("I\N{RIGHT SINGLE QUOTATION MARK}m here") == ["i", "am", "here"]


def test_a_misheard_word_stays_an_error() -> None:
    assert spoken_words("press to") != spoken_words("press 2")


@given(st.text())
def test_any_text_becomes_plain_words_and_stays_them(text: str) -> None:
    words = spoken_words(text)
    assert all(word.isascii() and word.isalpha() and word == word.lower() for word in words)


@given(st.integers(0, 99))
def test_a_number_and_its_words_are_the_same(number: int) -> None:
    assert spoken_words(str(number)) == cardinal(number).split()


def test_a_cardinal_has_at_most_two_digits() -> None:
    with pytest.raises(ValueError, match="100 is not"):
        cardinal(100)
