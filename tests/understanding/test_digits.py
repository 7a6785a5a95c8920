"""Numbers as callers say them and recognisers write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice_agent.understanding.digits import read_digits, repair_digits

SINGLE = "zero one two three four five six seven eight nine".split()
TEENS = "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split()
TENS = "- - twenty thirty forty fifty sixty seventy eighty ninety".split()

EIGHT = "55012479"


@pytest.mark.parametrize(
    ("text", "length", "value"),
    [
        ("five five zero one two four seven nine", 8, EIGHT),
        ("Five, five, zero, one, two, four, seven, nine.", 8, EIGHT),
        ("fifty five, zero one, twenty four, seventy nine", 8, EIGHT),
        ("fifty-five oh one twenty-four seventy-nine", 8, EIGHT),
        ("5 5 oh 1, 2479", 8, EIGHT),
        ("55-01-24-79", 8, EIGHT),
        ("5501 2479", 8, EIGHT),
        ("5501.2479", 8, EIGHT),
        ("55,012,479", 8, EIGHT),
        ("double five oh one 2479", 8, EIGHT),
        ("50 5 0 1 2 4 7 9", 8, EIGHT),
        ("oh, five five zero one two four seven nine", 8, EIGHT),
        ("my account number is 5501 um 2479 please", 8, EIGHT),
        ("I have 2 orders, the account is 55012479", 8, EIGHT),
        ("55012479, that's 55012479", 8, EIGHT),
        ("55o12479", 8, EIGHT),
        ("five five zero one then two four and seven nine", 8, EIGHT),
        ("five five o one to for seven nine", 8, EIGHT),
        ("won five zero one two four seven nine", 8, "15012479"),
        ("five five zero one two four seven to", 8, "55012472"),
        ("For 213-831-9", 8, "42138319"),
        ("Too five five oh.", 4, "2550"),
        ("For 55012479", 8, EIGHT),
        ("for order 55012479", 8, EIGHT),
        ("triple oh seven", None, "0007"),
        ("treble two quadruple one", None, "2221111"),
        ("double 55", 4, "5555"),
        ("double 55", None, "555"),
        ("nineteen eighty four", None, "1984"),
        ("twenty two", None, "22"),
        ("twenty two", 3, "202"),
        ("two hundred", None, "200"),
        ("two hundred and five", None, "205"),
        ("two hundred five", 4, "2005"),
        ("a hundred and twenty three", None, "123"),
        ("5 hundred", None, "500"),
        ("twelve hundred", None, "1200"),
        ("two thousand and five", None, "2005"),
        ("three thousand two hundred and ten", None, "3210"),
        ("eight hundred five five five one two one two", 10, "8005551212"),
        ("nought nil nine", None, "009"),
        ("my number is one um five zero one two four seven nine", 8, "15012479"),
        ("sixty four, fifty - 7 - four nine five one", 9, "645074951"),
        ("my number is won five zero one two four seven nine thanks", 8, "15012479"),
        ("five ate two", None, "582"),
        ("one", None, "1"),
    ],
)
def test_numbers_are_read_as_recognisers_write_them(text: str, length: int | None, value: str) -> None:
    reading = read_digits(text, length)
    assert reading is not None
    assert (reading.value, reading.complete) == (value, True)


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("", 8),
        ("hello", 8),
        ("that one", None),
        ("the first one", None),
        ("the one please", None),
        ("oh no", 8),
        ("I want to go for a walk", None),
        ("A5501", None),
        ("550124791", 8),
        ("55012479 or 55012478", 8),
        ("5501 in street 777", None),
        ("the twentieth", None),
        ("twenty two thirty three", 5),
    ],
)
def test_nothing_is_read_where_there_is_no_number_or_more_than_one(text: str, length: int | None) -> None:
    assert read_digits(text, length) is None


@pytest.mark.parametrize(
    ("text", "length", "value"),
    [
        ("five five zero one two four seven", 8, "5501247"),
        ("it's 5501", 8, "5501"),
        ("For 5501", 8, "5501"),
        ("five five zero two, no sorry, zero one", 8, "5501"),
    ],
)
def test_part_of_a_number_is_incomplete(text: str, length: int, value: str) -> None:
    reading = read_digits(text, length)
    assert reading is not None
    assert (reading.value, reading.complete) == (value, False)


@pytest.mark.parametrize(
    ("text", "length", "value"),
    [
        ("five five zero two, no sorry, zero one, two four seven nine", 8, EIGHT),
        ("five five zero two no wait five five zero one two four seven nine", 8, EIGHT),
        ("5502 2479 I mean 5501 2479", 8, EIGHT),
        ("5502 let me start again 5501 2479", 8, EIGHT),
        ("55022479, no, zero one", 8, EIGHT),
        ("5501 2497, sorry, 79", 8, EIGHT),
        ("five five oh one, sorry, two four seven nine", 8, EIGHT),
        ("it's 5512 4479 not 5512 4497", 8, "55124479"),
        ("not 5512 4497, 5512 4479", 8, "55124479"),
        ("not 5512 4497 but 5512 4479", 8, "55124479"),
        ("fifty, no wait, fifteen", None, "15"),
        ("fifteen not fifty", None, "15"),
        ("no wait, fifteen not fifty", None, "15"),
        ("5502, no, 01, no, 03", None, "5503"),
    ],
)
def test_a_correction_in_the_same_breath_replaces_what_it_corrects(text: str, length: int | None, value: str) -> None:
    reading = read_digits(text, length)
    assert reading is not None
    assert reading.value == value


@pytest.mark.parametrize(
    "text",
    ["55012479, no, 88", "5501, no, 550124791", "55012479 no 36", "five five zero one, no, three eight four one"],
)
def test_an_ambiguous_correction_gives_no_complete_value(text: str) -> None:
    reading = read_digits(text, 8)
    assert reading is None or not reading.complete


@pytest.mark.parametrize(
    ("current", "text", "value"),
    [
        ("55502479", "no, fifteen not fifty", "55152479"),
        ("55022479", "no, zero one", EIGHT),
        ("55022479", "no it's 5501 2479", EIGHT),
        ("55012497", "no the last four are two four seven nine", EIGHT),
        ("55012497", "it ends in 79", EIGHT),
        ("65012479", "it starts with fifty five", EIGHT),
        ("65012479", "the first two should be five five", EIGHT),
        ("55012497", "79", EIGHT),
        ("55502479", "fifteen, not thirty", None),
        ("55555555", "fifteen, not fifty five", None),
        ("55555555", "no, four", None),
        ("55012479", "no", None),
        ("55012479", "36", None),
        ("55012479", "550124791", None),
    ],
)
def test_a_held_number_is_corrected_only_where_one_place_fits(current: str, text: str, value: str | None) -> None:
    reading = repair_digits(current, text)
    assert (None if reading is None else reading.value) == value


def test_the_raw_span_is_the_part_that_was_read() -> None:
    reading = read_digits("So, my number is 5501 2479, thanks", 8)
    assert reading is not None
    assert reading.raw == "5501 2479"


def spoken_singly(digits: str) -> str:
    return " ".join(SINGLE[int(digit)] for digit in digits)


def spoken_with_oh(digits: str) -> str:
    return ", ".join("oh" if digit == "0" else SINGLE[int(digit)] for digit in digits)


def spoken_with_multiples(digits: str) -> str:
    out = []
    at = 0
    while at < len(digits):
        run = len(digits[at:]) - len(digits[at:].lstrip(digits[at]))
        times = min(run, 3)
        out.append({1: "", 2: "double ", 3: "triple "}[times] + SINGLE[int(digits[at])])
        at += times
    return " ".join(out)


def pair(two: str) -> str:
    number = int(two)
    if number < 10:
        return " ".join(SINGLE[int(digit)] for digit in two)
    if number < 20:
        return TEENS[number - 10]
    return TENS[number // 10] + ("" if number % 10 == 0 else f" {SINGLE[number % 10]}")


def spoken_in_pairs(digits: str) -> str:
    groups = [digits[at : at + 2] for at in range(0, len(digits), 2)]
    return ", ".join(pair(group) if len(group) == 2 else SINGLE[int(group)] for group in groups)


def written_in_groups(digits: str) -> str:
    return " ".join(digits[at : at + 4] for at in range(0, len(digits), 4))


def written_with_hyphens(digits: str) -> str:
    return "-".join(digits[at : at + 3] for at in range(0, len(digits), 3))


def half_written(digits: str) -> str:
    middle = len(digits) // 2
    return f"{' '.join(digits[:middle])} {spoken_singly(digits[middle:])}".strip()


STYLES = [
    spoken_singly,
    spoken_with_oh,
    spoken_with_multiples,
    spoken_in_pairs,
    written_in_groups,
    written_with_hyphens,
    half_written,
]


@given(st.text("0123456789", min_size=3, max_size=12), st.sampled_from(STYLES), st.booleans())
def test_any_number_in_any_style_is_read_back(digits: str, style: object, known_length: bool) -> None:
    assert callable(style)
    spoken = style(digits)
    if not known_length and spoken.startswith("oh, "):
        return  # "oh," at the start may be a cry: without a length it is
    reading = read_digits(f"it's {spoken}, thank you", len(digits) if known_length else None)
    assert reading is not None, spoken
    assert reading.value == digits, spoken
    assert reading.complete


@given(st.text(max_size=60), st.one_of(st.none(), st.integers(1, 12)))
def test_any_text_is_survived_and_a_complete_reading_has_the_length(text: str, length: int | None) -> None:
    reading = read_digits(text, length)
    if reading is not None:
        assert reading.value.isdecimal() or reading.value == ""
        assert length is None or not reading.complete or len(reading.value) == length


@given(
    st.lists(
        st.sampled_from(
            "five zero double no sorry not oh to for hundred 55 7 wait thousand last four and, twenty".split()
        )
    )
)
def test_any_row_of_number_words_is_survived(words: list[str]) -> None:
    text = " ".join(words)
    for length in (None, 4, 8):
        reading = read_digits(text, length)
        assert reading is None or set(reading.value) <= set("0123456789")
    repaired = repair_digits(EIGHT, text)
    assert repaired is None or len(repaired.value) == len(EIGHT)
