"""How sure a figure is: percentiles, intervals of shares and ratios. Pure; chance comes from the seed handed in."""

from __future__ import annotations

import math
from collections.abc import Sequence


def percentile(values: Sequence[int], percent: float) -> int | None:
    """The nearest-rank percentile: the smallest value that `percent` of all don't exceed; None of no values."""
    if not values:
        return None
    rank = max(1, math.ceil(percent / 100 * len(values)))
    return sorted(values)[rank - 1]
