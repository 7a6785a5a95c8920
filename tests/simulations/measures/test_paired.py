"""Tests of paired figures, against counts made by hand and scipy's."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats  # type: ignore[import-untyped]

from simulations.measures.paired import EXACT_PAIRS, holm, least_p, mcnemar, signed_ranks

SIGNED = st.lists(st.integers(-6, 6), max_size=9)


@pytest.mark.parametrize(
    ("worse", "better", "p"),
    [
        # Of 10 coins at most one falls the other way: 2 * (1 + 10) / 1024.
        (1, 9, 22 / 1024),
        (0, 5, 2 / 32),
        (3, 3, 1.0),
        (0, 0, 1.0),
    ],
)
def test_mcnemars_test_by_hand(worse: int, better: int, p: float) -> None:
    assert mcnemar(worse, better) == pytest.approx(p)
    assert mcnemar(better, worse) == mcnemar(worse, better)


@given(st.integers(0, 60), st.integers(0, 60))
def test_mcnemars_test_is_scipys_of_a_fair_coin(worse: int, better: int) -> None:
    if worse + better:
        assert mcnemar(worse, better) == pytest.approx(stats.binomtest(worse, worse + better).pvalue)


@pytest.mark.parametrize(
    ("differences", "p"),
    [
        ([1, 2, 3, 4, 5], 2 / 32),
        # Of the 64 ways to sign six ranks, 7 sum to 4 or less: none, 1, 2, 3, 4, 1+2, 1+3.
        ([1, 2, 3, -4, 5, 6], 14 / 64),
        ([1, 1, -1], 1.0),
        ([0, 0, 7], 1.0),
        ([0, 0], 1.0),
        ([], 1.0),
    ],
)
def test_signed_ranks_by_hand(differences: list[float], p: float) -> None:
    assert signed_ranks(differences) == pytest.approx(p)


@given(SIGNED)
def test_signed_ranks_are_counted_out_over_all_signs(differences: list[int]) -> None:
    moved = [each for each in differences if each]
    ranks = stats.rankdata([abs(each) for each in moved]) if moved else []
    whole = sum(ranks)

    def smaller(positive: float) -> float:
        return float(min(positive, whole - positive))

    seen = smaller(sum(rank for rank, each in zip(ranks, moved, strict=True) if each > 0))
    ways = [
        smaller(sum(itertools.compress(ranks, signs))) for signs in itertools.product((True, False), repeat=len(moved))
    ]
    expected = sum(way <= seen for way in ways) / len(ways)
    assert signed_ranks(differences) == pytest.approx(expected)
    assert signed_ranks([-each for each in differences]) == pytest.approx(signed_ranks(differences))


def test_many_signed_ranks_are_normal() -> None:
    differences = [(at * 37) % 101 - 45.5 for at in range(EXACT_PAIRS + 50)]
    theirs = stats.wilcoxon(differences, method="asymptotic", correction=True).pvalue
    assert signed_ranks(differences) == pytest.approx(theirs)


def test_both_ways_of_computing_agree_where_they_meet() -> None:
    differences = [(at * 37) % 101 - 40.5 for at in range(EXACT_PAIRS)]
    theirs = stats.wilcoxon(differences, method="asymptotic", correction=True).pvalue
    assert signed_ranks(differences) == pytest.approx(theirs, abs=5e-4)


def test_holm_corrects_the_smallest_most() -> None:
    assert holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])
    assert holm([0.6, 0.5]) == [1.0, 1.0]
    assert holm([]) == []


@given(st.lists(st.floats(0, 1), max_size=8))
def test_holm_never_lowers_a_p_value_and_keeps_their_order(p_values: list[float]) -> None:
    corrected = holm(p_values)
    assert all(p <= after <= 1 for p, after in zip(p_values, corrected, strict=True))
    pairs = sorted(zip(p_values, corrected, strict=True))
    assert [after for _, after in pairs] == sorted(corrected)


@given(st.integers(1, 40))
def test_the_least_p_value_is_that_of_pairs_that_all_moved_one_way(pairs: int) -> None:
    assert least_p(pairs) == pytest.approx(mcnemar(0, pairs)) == pytest.approx(signed_ranks(range(1, pairs + 1)))
