"""Percentiles as benchmarks show them."""

from __future__ import annotations

from benchmarks.statistics import percentile, spread


def test_percentiles_lie_between_the_nearest_values() -> None:
    assert percentile([1.0, 2.0, 3.0, 4.0], 50) == 2.5
    assert percentile([5.0], 95) == 5.0
    assert percentile([], 50) is None


def test_a_spread_is_rounded_and_says_how_many_there_were() -> None:
    assert spread([10.04, 20.0, 30.0]) == {"count": 3, "p50": 20.0, "p95": 29.0, "max": 30.0}
    assert spread([]) == {"count": 0}
