"""Word errors, against alignments made by hand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulations.measures.words import (
    Step,
    WordErrors,
    agent_word_errors,
    alignment,
    counted,
    errors_between,
    pooled,
    word_errors,
)
from simulations.runs.records import RunTurn

LETTERS = st.lists(st.sampled_from("abc"), max_size=8)


@pytest.mark.parametrize(
    ("said", "heard", "expected"),
    [
        ("a b c", "a b c", WordErrors(3)),
        ("a b c", "a x c", WordErrors(3, substituted=1)),
        ("a b c", "a c", WordErrors(3, deleted=1)),
        ("a b c", "a b x c", WordErrors(3, inserted=1)),
        ("a b c", "", WordErrors(3, deleted=3)),
        ("", "a b", WordErrors(0, inserted=2)),
        ("", "", WordErrors(0)),
        ("press star to cancel", "press start to council now", WordErrors(4, substituted=2, inserted=1)),
        ("the cat sat on the mat", "cat sat on a mat", WordErrors(6, substituted=1, deleted=1)),
        ("a b", "b a", WordErrors(2, substituted=2)),
    ],
)
def test_errors_are_counted_by_kind(said: str, heard: str, expected: WordErrors) -> None:
    assert errors_between(said.split(), heard.split()) == expected


def test_an_alignment_says_which_words_went_wrong() -> None:
    assert alignment("press star to cancel".split(), "press start council now".split()) == (
        Step("same", "press", "press"),
        Step("substituted", "star", "start"),
        Step("substituted", "to", "council"),
        Step("substituted", "cancel", "now"),
    )
    assert alignment(["a", "b"], ["b", "c"]) == (
        Step("substituted", "a", "b"),
        Step("substituted", "b", "c"),
    )
    assert alignment(["a", "b", "c"], ["b", "c"]) == (
        Step("deleted", "a", ""),
        Step("same", "b", "b"),
        Step("same", "c", "c"),
    )


@pytest.mark.parametrize(
    ("said", "heard", "expected"),
    [
        ("It's five five oh one, two four seven nine.", "its 5501 2479", WordErrors(10, substituted=1, deleted=1)),
        ("double oh seven", "007", WordErrors(3)),
        ("twenty four seventy nine", "2479.", WordErrors(4)),
        ("I have forty two messages", "I have 42 messages!", WordErrors(5)),
        ("Order 48290, please.", "order four eight two nine oh", WordErrors(7, deleted=1)),
        ("five five oh one", "five nine zero one", WordErrors(4, substituted=1)),
        ("", "thank you", WordErrors(0, inserted=2)),
    ],
)
def test_numbers_are_compared_by_their_figures(said: str, heard: str, expected: WordErrors) -> None:
    assert word_errors(said, heard) == expected


def test_spanish_numbers_are_read_as_spanish() -> None:
    assert word_errors("dos cuatro siete nueve", "2479", "es") == WordErrors(4)


def test_a_call_is_heard_as_well_as_its_spoken_turns() -> None:
    turns = [
        RunTurn("Where is my order?", "Which one?", agent_heard="where is my border"),
        RunTurn("[5501#]", "Thanks.", agent_heard="5501#", kind="keys"),
        RunTurn("mhm", "", kind="backchannel"),
        RunTurn("Stop, please.", "Sorry.", kind="interruption"),
    ]
    assert agent_word_errors(turns) == WordErrors(6, substituted=1, deleted=2)


def test_a_call_without_a_log_says_nothing_of_what_was_heard() -> None:
    assert agent_word_errors([RunTurn("Where is my order?", "Which one?")]) is None
    assert agent_word_errors([]) is None


def test_a_call_in_which_nothing_was_heard_has_lost_every_word() -> None:
    assert agent_word_errors([RunTurn("Where is my order?", "")], listened=True) == WordErrors(4, deleted=4)
    assert agent_word_errors([RunTurn("[cough]", "", kind="cough")], listened=True) is None


def test_rate_is_errors_by_words_said() -> None:
    assert WordErrors(8, substituted=1, deleted=2, inserted=1).rate == 0.5


def test_words_heard_in_silence_are_errors_too() -> None:
    assert WordErrors(0, inserted=2).rate == 2.0
    assert WordErrors(0).rate == 0.0


def test_pooling_weighs_by_words() -> None:
    total = pooled([WordErrors(1, substituted=1), WordErrors(9, deleted=1)])
    assert total == WordErrors(10, substituted=1, deleted=1)
    assert total.rate == 0.2


@given(LETTERS, LETTERS)
def test_counts_fit_both_texts(said: list[str], heard: list[str]) -> None:
    found = errors_between(said, heard)
    assert len(said) - found.deleted + found.inserted == len(heard)
    assert abs(len(said) - len(heard)) <= found.errors <= max(len(said), len(heard))
    assert (found.errors == 0) == (said == heard)


@given(LETTERS, LETTERS)
def test_an_alignment_holds_both_texts_in_order(said: list[str], heard: list[str]) -> None:
    steps = alignment(said, heard)
    assert [step.said for step in steps if step.kind != "inserted"] == said
    assert [step.heard for step in steps if step.kind != "deleted"] == heard
    assert all((step.kind == "same") == (step.said == step.heard) for step in steps)
    back = counted(alignment(heard, said))
    found = counted(steps)
    assert (back.errors, back.substituted, back.inserted) == (found.errors, found.substituted, found.deleted)
