"""Numbers that look like payment cards, in what people say and write."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice_agent.card_numbers import MASK, masked, passes_luhn

CARD = "4111111111111111"
FIGURES = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


@pytest.mark.parametrize(
    ("said", "left"),
    [
        (f"it's {CARD}.", "it's ****."),
        ("4111 1111 1111 1111", "****"),
        ("4111-1111-1111-1111, and that's all", "****, and that's all"),
        ("4111, 1111. 1111 1111 is my card", "**** is my card"),
        ("3782 822463 10005 is the other", "**** is the other"),
        ("four one one one one one one one one one one one one one one one please", "**** please"),
        ("Four triple one, double one double one double one double one double one one one", "****"),
        ("Es el cuatro uno uno uno doble uno doble uno uno uno uno uno uno uno uno uno.", "Es el ****."),
        ("4 one 1 one 1111 1111 1111 right", "**** right"),
        (f"{CARD} 12 26", "**** 12 26"),
        ("\uff14\uff15\uff13\uff19\uff11\uff14\uff18\uff18 \u0660\u0663\u0664\u0663\u0666\u0664\u0666\u0667!", "****!"),
        ("4539\u200b1488\u200b0343\u200b6467", "****"),
        ("4539\u00ad1488\u00a00343\u202f6467", "****"),
        ("4539\u20131488 \u00b7 0343\u20226467", "****"),
        ("my number is 5501 2479", "my number is 5501 2479"),
        ("4111 1111 1111 1112 fails the check", "4111 1111 1111 1112 fails the check"),
        ("", ""),
        ("one of the cards", "one of the cards"),
    ],
)
def test_cards_are_hidden_and_nothing_else(said: str, left: str) -> None:
    assert masked(said) == left


def test_a_number_of_a_length_that_the_agent_asks_for_stays() -> None:
    device = "490154203237518"
    assert passes_luhn(device)
    assert masked(device) == MASK
    assert masked(device, (15,)) == device
    assert masked(CARD, (15,)) == MASK


def card(body: str) -> str:
    return next(body + check for check in "0123456789" if passes_luhn(body + check))


@given(
    body=st.text("0123456789", min_size=12, max_size=18),
    gaps=st.lists(st.sampled_from(["", " ", "-", ", ", ". "]), min_size=18, max_size=18),
    before=st.sampled_from(["", "my card is ", "it ends in 12, no: "]),
    spoken=st.booleans(),
)
def test_every_card_is_hidden_however_it_is_grouped(body: str, gaps: list[str], before: str, spoken: bool) -> None:
    digits = card(body)
    if spoken:
        said = " ".join(FIGURES[int(figure)] for figure in digits)
    else:
        said = "".join(figure + gap for figure, gap in zip(digits, [*gaps, ""], strict=False))
    left = masked(before + said)
    assert left.startswith(before + MASK)
    assert not any(figure.isdigit() for figure in left.removeprefix(before))


@given(st.text())
def test_any_text_can_be_masked_and_twice_is_once(text: str) -> None:
    once = masked(text)
    assert masked(once) == once
