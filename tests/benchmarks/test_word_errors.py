"""Word errors, against alignments made by hand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.word_errors import WordErrors, pooled, word_errors

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
    assert word_errors(said.split(), heard.split()) == expected


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
    found = word_errors(said, heard)
    assert len(said) - found.deleted + found.inserted == len(heard)
    assert abs(len(said) - len(heard)) <= found.errors <= max(len(said), len(heard))
    assert (found.errors == 0) == (said == heard)
