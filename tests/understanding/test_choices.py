"""One of a few, in callers' words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice_agent.conversation.expectation import Choice
from voice_agent.understanding.choices import asks_for_other, edit_distance, read_choice

ORDERS = (
    Choice("4471", ("the router", "order 4471")),
    Choice("4479", ("the blue headphones", "order 4479")),
)
REASONS = (
    Choice("damaged", ("broken", "cracked")),
    Choice("size", ("too small", "too large")),
    Choice("other", ("other",)),
)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("the router please", "4471"),
        ("It's the headphones.", "4479"),
        ("the blue headphone", "4479"),
        ("the head fones, the blue ones", "4479"),
        ("rooter", "4471"),
        ("not the router, the headphones", "4479"),
        ("the headphones, not the router", "4479"),
        ("order four four seven nine", "4479"),
        ("the one ending in seventy one", "4471"),
        ("the first one", "4471"),
        ("second", "4479"),
        ("the last one", "4479"),
        ("my latest order", "4479"),
        ("the other one", "4479"),
        ("no, the other order", "4479"),
    ],
)
def test_a_choice_is_found_by_label_figures_position_or_contrast(text: str, value: str) -> None:
    reading = read_choice(text, ORDERS, current="4471")
    assert reading is not None
    assert reading.value == value
    assert 0.6 <= reading.score <= 1


@pytest.mark.parametrize(
    "text",
    ["", "yes", "the order", "a banana", "the router and the headphones", "the third one", "44", "7", "first or last"],
)
def test_nothing_is_chosen_without_a_margin(text: str) -> None:
    assert read_choice(text, ORDERS) is None


def test_the_other_one_needs_to_be_one() -> None:
    assert read_choice("the other one", ORDERS) is None
    assert read_choice("a different thing, the other one", (*ORDERS, Choice("1", ("a lamp",))), current="1") is None
    assert asks_for_other("No, the other order")
    assert not asks_for_other("no, another day")


@pytest.mark.parametrize(
    ("text", "value"), [("it's broken", "damaged"), ("it was too small", "size"), ("its craked", "damaged")]
)
def test_labels_are_synonyms(text: str, value: str) -> None:
    reading = read_choice(text, REASONS)
    assert reading is not None
    assert reading.value == value


def test_no_choices_mean_no_choice() -> None:
    assert read_choice("the first one", ()) is None


@given(st.text("abc", max_size=6), st.text("abc", max_size=6))
def test_edit_distance_is_a_distance(a: str, b: str) -> None:
    assert edit_distance(a, b) == edit_distance(b, a)
    assert (edit_distance(a, b) == 0) == (a == b)
    assert abs(len(a) - len(b)) <= edit_distance(a, b) <= max(len(a), len(b))


VISITS = (
    Choice("010", ("Thursday the 5th at 8 AM",)),
    Choice("011", ("Thursday the 5th at 10 AM",)),
    Choice("012", ("Thursday the 5th at 12:30 PM",)),
)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("At eight.", "010"),
        ("eight in the morning, please", "010"),
        ("the ten o'clock one", "011"),
        ("10 a.m.", "011"),
        ("12.30.", "012"),
        ("twelve thirty", "012"),
        ("on Thursday", None),
        ("at nine", None),
    ],
)
def test_a_time_that_is_offered_is_named_in_figures_or_in_words(text: str, value: str | None) -> None:
    found = read_choice(text, VISITS)
    assert (None if found is None else found.value) == value


@pytest.mark.parametrize(
    ("written", "labels", "value"),
    [
        ("The fiber router.", ("mesh booster", "fibre router"), "fibre router"),
        ("The router setup.", ("wall socket", "router set-up"), "router set-up"),
        ("Family 250, please.", ("Start 50", "Family 250", "Max 1000"), "Family 250"),
    ],
)
def test_what_is_offered_as_the_recogniser_wrote_it_on_the_telephone(
    written: str, labels: tuple[str, ...], value: str
) -> None:
    found = read_choice(written, [Choice(label, (label,)) for label in labels])
    assert found is not None
    assert found.value == value
