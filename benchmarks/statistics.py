"""How benchmarks show percentiles and shares. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from simulations.measures.statistics import share_of


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


def share(count: int, whole: int) -> dict[str, Any]:
    """`{"count", "of", "share", "low", "high"}`: a share and its 95 % interval by Wilson's score."""
    found = share_of(count, whole)
    if found.share is None or found.interval is None:
        return {"count": count, "of": whole, "share": None}
    low, high = round(found.interval.low, 7), round(found.interval.high, 7)
    return {"count": count, "of": whole, "share": round(found.share, 6), "low": low, "high": high}
