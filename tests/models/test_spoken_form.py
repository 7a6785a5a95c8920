from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.spoken_form import spoken


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("your reference is AB12 3CD", "your reference is A B 1 2, 3 C D"),
        ("order 1234567.", "order 1 2 3 4 5 6 7."),
        ("call +44 20 7946 0958 now", "call plus 4 4, 2 0, 7 9 4 6, 0 9 5 8 now"),
        ("agent 007", "agent 0 0 7"),
        ("W2477134", "W 2 4 7 7 1 3 4"),
    ],
)
def test_codes_are_read_one_character_at_a_time(written: str, read: str) -> None:
    assert spoken(written) == read


@pytest.mark.parametrize(
    "text",
    [
        "£25.50 and $1,250.75",
        "at 10:05 on the 3rd of May 2024",
        "5 5 0 1",
        "a 10 am slot",
        "route 66",
        "due 2024-05-12",
        "I am OK",
        "50% of 12345.67",
    ],
)
def test_amounts_years_times_and_words_are_left_alone(text: str) -> None:
    assert spoken(text) == text


def test_markup_is_not_read_out() -> None:
    assert spoken("**Done** <b>now</b>") == "Done b now /b"


@given(st.text(max_size=200).filter(lambda text: "+" not in text))
def test_no_letter_or_digit_of_any_text_is_lost(text: str) -> None:
    def said(text: str) -> list[str]:
        return [character for character in text if character.isalnum()]

    assert said(spoken(text)) == said(text)
