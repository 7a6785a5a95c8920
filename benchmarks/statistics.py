"""Percentiles, and intervals by resampling. Pure; the generator of random numbers is made from the seed handed in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import msgspec
import numpy as np
import numpy.typing as npt

RESAMPLES: Final = 2_000
_BLOCK: Final = 250


class Interval(msgspec.Struct, frozen=True):
    """95 % of resamples lie between `low` and `high`."""

    low: float
    high: float


def percentile(values: Sequence[float], percent: float) -> float | None:
    """Between the two nearest ranks, linearly; None of nothing."""
    return float(np.percentile(np.asarray(values, np.float64), percent)) if len(values) else None


def spread(values: Sequence[float], digits: int = 1) -> dict[str, Any]:
    """`{"count", "p50", "p95", "max"}`, rounded for display; only the count where there are none."""
    if not values:
        return {"count": 0}
    array = np.asarray(values, np.float64)
    middle, high = np.percentile(array, (50, 95))
    return {
        "count": len(values),
        "p50": round(float(middle), digits),
        "p95": round(float(high), digits),
        "max": round(float(array.max()), digits),
    }


def ratio_interval(
    parts: Sequence[float], wholes: Sequence[float], seed: int, resamples: int = RESAMPLES
) -> Interval | None:
    """Of sum(parts) / sum(wholes) when pairs are drawn with replacement: utterances, not words, are independent.

    None where nothing can be drawn. The same seed and values always give the same interval.
    """
    if not parts or sum(wholes) <= 0:
        return None
    numerator, denominator = np.asarray(parts, np.float64), np.asarray(wholes, np.float64)
    random = np.random.default_rng(seed)
    drawn: list[npt.NDArray[np.float64]] = []
    for start in range(0, resamples, _BLOCK):
        # In blocks, so that thousands of utterances don't need gigabytes of indices.
        picked = random.integers(0, len(parts), (min(_BLOCK, resamples - start), len(parts)))
        total = denominator[picked].sum(axis=1)
        kept = total > 0
        drawn.append(numerator[picked].sum(axis=1)[kept] / total[kept])
    low, high = np.percentile(np.concatenate(drawn), (2.5, 97.5))
    return Interval(float(low), float(high))


def share(count: int, whole: int) -> dict[str, Any]:
    """`{"count", "of", "share", "low", "high"}`: a share and its 95 % interval by Wilson's score."""
    if whole == 0:
        return {"count": count, "of": 0, "share": None}
    z = 1.959964
    part = count / whole
    middle = (part + z * z / (2 * whole)) / (1 + z * z / whole)
    reach = z * ((part * (1 - part) + z * z / (4 * whole)) / whole) ** 0.5 / (1 + z * z / whole)
    low, high = max(0.0, middle - reach), min(1.0, middle + reach)
    return {"count": count, "of": whole, "share": round(part, 6), "low": round(low, 7), "high": round(high, 7)}
