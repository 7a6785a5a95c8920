"""Shares, pass^k, percentiles and their intervals, against figures worked out by hand and scipy's."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats  # type: ignore[import-untyped]

from simulations.measures.statistics import (
    Interval,
    Share,
    grouped_percentile,
    mean_interval,
    pass_hat_k,
    ratio_interval,
    share_of,
    students_t,
    wilson,
)


def close(interval: Interval, low: float, high: float) -> bool:
    return math.isclose(interval.low, low, abs_tol=5e-5) and math.isclose(interval.high, high, abs_tol=5e-5)


def test_wilsons_interval_of_eight_in_ten() -> None:
    found = share_of(8, 10)
    assert found.share == 0.8
    assert found.interval is not None
    assert close(found.interval, 0.4902, 0.9433)


def test_nothing_seen_in_ten_may_still_be_more_than_a_quarter() -> None:
    assert close(wilson(0.0, 10), 0.0, 0.2775)
    assert close(wilson(1.0, 10), 0.7225, 1.0)


def test_nothing_tried_has_no_share() -> None:
    assert share_of(0, 0) == Share(0, 0, None, None)


@given(st.integers(1, 200).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of))))
def test_wilsons_interval_is_scipys(counts: tuple[int, int]) -> None:
    theirs = stats.binomtest(*counts).proportion_ci(method="wilson")
    ours = wilson(counts[0] / counts[1], counts[1])
    assert (ours.low, ours.high) == pytest.approx((theirs.low, theirs.high), abs=1e-9)


def test_pass_hat_k_of_a_sure_and_a_fickle_scenario() -> None:
    figures = pass_hat_k({"sure": (4, 4), "fickle": (2, 4)})
    # C(2, 2) / C(4, 2) = 1 / 6; two passes are never three.
    assert [figure.value for figure in figures] == pytest.approx([3 / 4, 7 / 12, 1 / 2, 1 / 2])
    assert [figure.k for figure in figures] == [1, 2, 3, 4]


def test_a_scenario_that_was_run_too_seldom_says_nothing_of_pass_hat_k() -> None:
    figures = pass_hat_k({"whole": (1, 3), "cut short": (1, 1)})
    assert [(figure.value, figure.scenarios) for figure in figures] == [(pytest.approx(2 / 3), 2), (0.0, 1), (0.0, 1)]


def test_pass_hat_k_of_nothing_is_nothing() -> None:
    assert pass_hat_k({}) == ()
    assert pass_hat_k({"not run": (0, 0)}) == ()
    assert len(pass_hat_k({"long": (9, 9)}, most=2)) == 2


@given(st.lists(st.booleans(), min_size=1, max_size=7), st.data())
def test_pass_hat_k_is_the_share_of_all_ways_to_draw_k_runs(runs: list[bool], data: st.DataObject) -> None:
    k = data.draw(st.integers(1, len(runs)))
    draws = list(itertools.combinations(runs, k))
    expected = sum(all(draw) for draw in draws) / len(draws)
    assert pass_hat_k({"one": (sum(runs), len(runs))})[k - 1].value == pytest.approx(expected)


def test_scenarios_that_all_agree_are_a_trial_each() -> None:
    assert mean_interval([1.0] * 5) == wilson(1.0, 5)
    assert mean_interval([0.5] * 5) == wilson(0.5, 5)


def test_scenarios_that_pass_always_or_never_are_trials_as_well() -> None:
    # The variance of 4 zeros and 11 ones is n p (1 - p) / (n - 1), so there are n - 1 trials, times (z / t)^2.
    found = mean_interval([0.0] * 4 + [1.0] * 11)
    expected = wilson(11 / 15, 14 * (1.959964 / students_t(14)) ** 2)
    assert (found.low, found.high) == pytest.approx((expected.low, expected.high), abs=1e-6)


def test_fewer_scenarios_or_a_wider_spread_tell_less() -> None:
    def width(shares: list[float]) -> float:
        found = mean_interval(shares)
        assert found.low <= sum(shares) / len(shares) <= found.high
        return found.high - found.low

    assert width([0.5, 0.75, 1.0] * 10) < width([0.5, 0.75, 1.0] * 3) < width([0.25, 1.0, 1.0] * 3)


@pytest.mark.parametrize("freedom", [1, 2, 3, 4, 5, 8, 20, 100, 1_000])
def test_students_t_is_scipys(freedom: int) -> None:
    assert students_t(freedom) == pytest.approx(stats.t.ppf(0.975, freedom), rel=2e-3)


def test_intervals_of_pass_hat_k_hold_the_truth_as_often_as_they_say() -> None:
    random = np.random.default_rng(11)
    held = [0, 0]
    for _ in range(400):
        chances = random.beta(4, 1, 24)
        passed = {str(at): (int(random.binomial(4, chance)), 4) for at, chance in enumerate(chances)}
        figures = pass_hat_k(passed)
        # E[p] = 4 / 5 and E[p^4] = 4 / 8 of this distribution.
        for at, (figure, truth) in enumerate(((figures[0], 0.8), (figures[3], 0.5))):
            held[at] += figure.interval.low <= truth <= figure.interval.high
    assert min(held) >= 0.93 * 400


def test_a_percentile_of_groups_is_that_of_all_values_together() -> None:
    found = grouped_percentile([[300, 100], [200], []], 50, seed=1)
    assert found is not None
    assert (found.value, found.count) == (200, 3)
    assert found.interval is not None
    assert 100 <= found.interval.low <= 200 <= found.interval.high <= 300


def test_one_group_alone_tells_no_interval_and_none_no_percentile() -> None:
    alone = grouped_percentile([[100, 200, 300]], 95, seed=1)
    assert alone is not None
    assert (alone.value, alone.interval) == (300, None)
    assert grouped_percentile([[], []], 50, seed=1) is None


def test_groups_are_drawn_whole() -> None:
    # One value a group, or all the same in each: the groups decide, however many values they have.
    few = grouped_percentile([[100], [200], [300], [400]], 50, seed=3)
    many = grouped_percentile([[100] * 9, [200] * 9, [300] * 9, [400] * 9], 50, seed=3)
    assert few is not None
    assert many is not None
    assert few.interval == many.interval


def test_the_same_seed_gives_the_same_interval_and_another_does_not() -> None:
    errors, words = [0.0, 1.0, 0.0, 3.0, 2.0, 0.0, 1.0], [5.0, 4.0, 9.0, 7.0, 3.0, 2.0, 8.0]
    first = ratio_interval(errors, words, seed=3)
    assert first == ratio_interval(errors, words, seed=3)
    assert first != ratio_interval(errors, words, seed=4)


def test_the_interval_surrounds_the_ratio_and_narrows_with_more_utterances() -> None:
    few = ratio_interval([0.0, 1.0] * 10, [2.0] * 20, seed=1)
    many = ratio_interval([0.0, 1.0] * 1_000, [2.0] * 2_000, seed=1)
    assert few is not None
    assert many is not None
    assert few.low < many.low < 0.25 < many.high < few.high


def test_without_chance_the_interval_is_a_point() -> None:
    assert ratio_interval([1.0] * 5, [4.0] * 5, seed=1) == Interval(0.25, 0.25)


@pytest.mark.parametrize(("parts", "wholes"), [([], []), ([1.0], [0.0])])
def test_nothing_to_draw_gives_no_interval(parts: list[float], wholes: list[float]) -> None:
    assert ratio_interval(parts, wholes, seed=1) is None
