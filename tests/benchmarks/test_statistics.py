"""Percentiles and bootstrap intervals."""

from __future__ import annotations

import pytest

from benchmarks.statistics import Interval, percentile, ratio_interval, spread


def test_percentiles_lie_between_the_nearest_values() -> None:
    assert percentile([1.0, 2.0, 3.0, 4.0], 50) == 2.5
    assert percentile([5.0], 95) == 5.0
    assert percentile([], 50) is None


def test_a_spread_is_rounded_and_says_how_many_there_were() -> None:
    assert spread([10.04, 20.0, 30.0]) == {"count": 3, "p50": 20.0, "p95": 29.0, "max": 30.0}
    assert spread([]) == {"count": 0}


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
