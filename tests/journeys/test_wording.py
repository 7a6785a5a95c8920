"""How replies sound: figures in groups, dates in words, and clauses that a voice can begin with early."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice_agent.journeys.clauses import FIRST_AT_MOST, split_clauses
from voice_agent.journeys.templates import MissingValue, SlotValue, TemplateError, Values, parse_template, plain, render
from voice_agent.journeys.wording import in_small_groups, listed, spelled, spoken_date, when

TODAY = "2026-03-04"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("12", "1 2"),
        ("12345", "1 2 3, 4 5"),
        ("123456", "1 2 3, 4 5 6"),
        ("5550123", "5 5 5, 0 1 2 3"),
        ("55012479", "5 5 0 1, 2 4 7 9"),
        ("123456789", "1 2 3, 4 5 6, 7 8 9"),
        ("0301234567", "0 3 0, 1 2 3, 4 5 6 7"),
        ("ab-12", "A B, 1 2"),
        ("RB47102", "R B, 4 7 1, 0 2"),
        ("P7001", "P, 7 0 0 1"),
        ("SW1A 1AA", "S W 1 A, 1 A A"),
        ("", ""),
    ],
)
def test_figures_are_said_in_groups(text: str, said: str) -> None:
    assert spelled(text, "phone", "grouped") == said


def test_figures_one_by_one_and_in_text() -> None:
    assert spelled("55012479", "phone", "one_by_one") == "5 5 0 1 2 4 7 9"
    assert spelled("55012479", "text", "grouped") == "55012479"


@given(st.text("0123456789", max_size=30))
def test_no_figure_is_lost(text: str) -> None:
    assert spelled(text, "phone", "grouped").replace(" ", "").replace(",", "") == text


@pytest.mark.parametrize(
    ("date", "phone", "text"),
    [
        ("2026-03-05", "tomorrow", "tomorrow"),
        ("2026-03-04T17:00:00", "today", "today"),
        ("2026-03-03", "yesterday", "yesterday"),
        ("2026-03-09", "on Monday, the ninth of March", "on Monday 9 March"),
        ("2027-01-31", "on Sunday, the thirty-first of January 2027", "on Sunday 31 January 2027"),
        ("soon", "soon", "soon"),
    ],
)
def test_dates_within_a_sentence(date: str, phone: str, text: str) -> None:
    assert when(date, "phone", TODAY) == phone
    assert when(date, "text", TODAY) == text


def test_dates_without_a_today_carry_their_year() -> None:
    assert spoken_date("2026-03-05", "phone", None) == "Thursday, the fifth of March 2026"
    assert when("2026-03-05", "text", None) == "on Thursday 5 March 2026"
    assert spoken_date("never", "phone", TODAY) == "never"


def test_lists_are_said_with_their_last_word_and_not_for_ever() -> None:
    assert listed([], "or") == ""
    assert listed(["a"], "or") == "a"
    assert listed(["a", "b", "c"], "and") == "a, b and c"
    assert listed(["a", "b", "c", "d", "e"], "or") == "a, b, c, d or another one"


def test_the_first_clause_is_short_and_figures_stay_together() -> None:
    text = (
        "Well, Mr. Hale, your router left our warehouse on Monday, and it should be with you by 4.30 tomorrow. Right?"
    )
    clauses = split_clauses(text)
    assert clauses[0] == "Well, Mr. Hale,"
    assert clauses[-1] == "Right?"
    assert split_clauses("That was 5 5 0 1, 2 4 7 9. Is that right?") == (
        "That was 5 5 0 1, 2 4 7 9.",
        "Is that right?",
    )
    assert split_clauses("1 2, 3 4.", slower=True) == ("1 2,", "3 4.")


@pytest.mark.parametrize(
    ("said", "slowly"),
    [
        ("That was 5 5 0 1, 2 4 7 9. Is that right?", "That was 5 5, 0 1, 2 4, 7 9. Is that right?"),
        ("plus 4 4, 2 0, 7 9 4 6, 0 9 5.", "plus 4 4, 2 0, 7 9, 4 6, 0 9 5."),
        ("m a y a 1, at, gmail dot com.", "m a, y a 1, at, gmail dot com."),
        ("1 2 3, please", "1 2 3, please"),
        ("Is it a 4 or a 5?", "Is it a 4 or a 5?"),
    ],
)
def test_said_slowly_what_is_spelled_comes_in_smaller_groups(said: str, slowly: str) -> None:
    assert in_small_groups(said) == slowly


def test_what_is_to_be_written_down_is_said_twice_on_the_phone() -> None:
    values = Values({"order": {"number": "AB1234"}})
    template = parse_template("Your number is {order.number:twice}.")
    assert render(template, values) == "Your number is A B, 1 2 3 4; again: A B, 1 2 3 4."
    spanish = msgspec.structs.replace(values, language="es")
    assert render(template, spanish).endswith("; otra vez: A B, 1 2 3 4.")
    assert render(template, msgspec.structs.replace(values, channel="text")) == "Your number is AB1234."


@given(st.text("ab 12.,!?;'\n", max_size=200))
def test_clauses_keep_every_word(text: str) -> None:
    clauses = split_clauses(text)
    assert " ".join(clauses).split() == text.split()
    assert all(clause == clause.strip() != "" for clause in clauses)


def test_a_first_clause_is_cut_only_where_there_is_a_comma() -> None:
    assert split_clauses("a" * 200) == ("a" * 200,)
    long = "We have looked into it for you and found, after a while, that it is fine."
    assert len(split_clauses(long)[0]) <= FIRST_AT_MOST


VALUES = Values(
    {"today": TODAY, "order": {"due": "2026-03-09", "paid": True, "tags": ["new", "red"], "price": 3, "x": {}}},
    {
        "account": SlotValue("digits", "55012479", "55012479"),
        "order": SlotValue("reference", "48213", "fibre router", ("fibre router", "lamp")),
        "reason": SlotValue("choice", None, "", ("broken", "old")),
        "urgent": SlotValue("yes_no", True, "yes"),
    },
)


@pytest.mark.parametrize(
    ("template", "said"),
    [
        ("It's {account}.", "It's 5 5 0 1, 2 4 7 9."),
        ("The {order} comes {order.due:when}.", "The fibre router comes on Monday, the ninth of March."),
        ("{order.due:spoken}", "Monday, the ninth of March"),
        ("{order:spelled}", "4 8 2, 1 3"),
        ("{order:choices}? {reason:choices}?", "fibre router or lamp? broken or old?"),
        ("{order.paid}, {order.tags}, {order.price}, {urgent}", "yes, new and red, 3, yes"),
    ],
)
def test_gaps_are_filled_for_the_phone(template: str, said: str) -> None:
    assert render(parse_template(template), VALUES) == said


@pytest.mark.parametrize(
    ("given", "phone", "text"),
    [
        ("2026-03-09", "Monday, the ninth of March", "Monday 9 March"),
        ("08:00", "eight in the morning", "8:00 AM"),
        ("12:30", "twelve thirty in the afternoon", "12:30 PM"),
        ("14:00/16:00", "between two in the afternoon and four in the afternoon", "between 2:00 PM and 4:00 PM"),
        ("69.00 USD", "69 dollars", "$69.00"),
        ("40.10 USD", "40 dollars and 10 cents", "$40.10"),
        ("Family 250", "Family 250", "Family 250"),
    ],
)
def test_what_a_tool_gave_is_spoken_by_its_form(given: str, phone: str, text: str) -> None:
    template = parse_template("{offer.it:spoken}")
    names = {"offer": {"it": given}, "today": TODAY}
    assert render(template, Values(names, channel="phone")) == phone
    assert render(template, Values(names, channel="text")) == text


@pytest.mark.parametrize(
    "template", ["{reason}", "{order.gone}", "{order.x}", "{gone}", "{account:choices}", "{order.price.y}"]
)
def test_a_gap_with_nothing_to_say_is_missing(template: str) -> None:
    with pytest.raises(MissingValue):
        render(parse_template(template), VALUES)


@pytest.mark.parametrize(
    ("template", "given"),
    [("{account}", "55012479"), ("{order}", "48213"), ("{order.price}", 3), ("no {order}!", "no 48213!")],
)
def test_tools_are_given_values_and_not_words(template: str, given: Any) -> None:
    assert plain(parse_template(template), VALUES) == given


def test_tools_are_not_given_what_is_missing() -> None:
    with pytest.raises(MissingValue):
        plain(parse_template("{reason}"), VALUES)


@pytest.mark.parametrize("text", ["{", "}", "{ a }", "{A}", "{a:}", "{a:loud}", "{{a}}"])
def test_braces_that_are_no_gap_are_refused(text: str) -> None:
    with pytest.raises(TemplateError):
        parse_template(text)
