"""How sure a figure is: percentiles, shares, pass^k, and 95 % intervals of them. Pure; chance comes from a seed.

    pass_hat_k({"track_order": (4, 4), "refund": (3, 4)})     # of each scenario: runs that passed, and all

Which interval is used where, and how often each was seen to hold the truth, is told in docs/measures.md.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Final

import msgspec
import numpy as np
import numpy.typing as npt

RESAMPLES: Final = 2_000
Z: Final = 1.959963984540054
"""Of the normal distribution, for 95 % between both sides."""
_BLOCK: Final = 250
_T: Final = (math.inf, 12.706, 4.303, 3.182, 2.776)
"""Student's t for 95 % between both sides, by degrees of freedom; above these an expansion is right to 0.1 %."""


class Interval(msgspec.Struct, frozen=True):
    """95 % of resamples, or of repetitions of the experiment, lie between `low` and `high`."""

    low: float
    high: float


class Share(msgspec.Struct, frozen=True):
    """`count` of `of`, with Wilson's interval; None of nothing."""

    count: int
    of: int
    share: float | None
    interval: Interval | None


class PassHatK(msgspec.Struct, frozen=True):
    """The chance that `k` runs of a scenario all pass, over `scenarios` that were run so often."""

    k: int
    value: float
    interval: Interval
    scenarios: int


class Percentile(msgspec.Struct, frozen=True):
    """A nearest-rank percentile of `count` values; the interval is of resampled groups, None where there is but one."""

    percent: float
    value: int
    count: int
    interval: Interval | None


def percentile(values: Sequence[int], percent: float) -> int | None:
    """The nearest-rank percentile: the smallest value that `percent` of all don't exceed; None of no values."""
    if not values:
        return None
    rank = max(1, math.ceil(percent / 100 * len(values)))
    return sorted(values)[rank - 1]


def wilson(share: float, of: float) -> Interval:
    """Wilson's score interval of a share of `of` independent trials; `of` may be a fraction, and is above 0."""
    square = Z * Z / of
    middle = (share + square / 2) / (1 + square)
    reach = Z * math.sqrt(share * (1 - share) / of + square / (4 * of)) / (1 + square)
    low, high = max(0.0, middle - reach), min(1.0, middle + reach)
    # Exactly so at the ends, where rounding would leave 1e-17.
    return Interval(low if share > 0 else 0.0, high if share < 1 else 1.0)


def share_of(count: int, of: int) -> Share:
    """A rate of independent trials."""
    return Share(count, of, count / of, wilson(count / of, of)) if of else Share(count, of, None, None)


def pass_hat_k(passed: Mapping[str, tuple[int, int]], most: int | None = None) -> tuple[PassHatK, ...]:
    """pass^1 to pass^K by scenario's name to `(runs that passed, runs)`; K is the most runs of any, or `most`.

    Of a scenario with c of n passed, C(c, k) / C(n, k) is the unbiased estimate of passing k times running; pass^k is
    its mean over scenarios (tau-bench, Yao et al. 2024). A scenario with fewer than k runs says nothing of pass^k.
    """
    longest = max((runs for _, runs in passed.values()), default=0)
    figures: list[PassHatK] = []
    for k in range(1, (longest if most is None else min(most, longest)) + 1):
        shares = [math.comb(good, k) / math.comb(runs, k) for good, runs in passed.values() if runs >= k]
        figures.append(PassHatK(k, sum(shares) / len(shares), mean_interval(shares), len(shares)))
    return tuple(figures)


def mean_interval(shares: Sequence[float]) -> Interval:
    """Of the mean of shares that belong to independent scenarios, at least one.

    Runs of one scenario are alike, so scenarios are what is counted: Wilson's interval for as many independent trials
    as would spread like these shares, corrected for estimating that spread. Where all are the same nothing is known of
    their spread, and each scenario is one trial.
    """
    count = len(shares)
    mean = sum(shares) / count
    variance = sum((share - mean) ** 2 for share in shares) / max(1, count - 1)
    whole = mean * (1 - mean)
    if variance <= 0 or whole <= 0:
        return wilson(mean, count)
    correction = (Z / students_t(count - 1)) ** 2
    return wilson(mean, whole / (variance / count) * correction)


def students_t(freedom: int) -> float:
    """Student's t for 95 % between both sides (Cornish-Fisher expansion; Abramowitz and Stegun 26.7.5)."""
    if freedom < len(_T):
        return _T[freedom]
    first = (Z**3 + Z) / 4
    second = (5 * Z**5 + 16 * Z**3 + 3 * Z) / 96
    third = (3 * Z**7 + 19 * Z**5 + 17 * Z**3 - 15 * Z) / 384
    return Z + first / freedom + second / freedom**2 + third / freedom**3


def grouped_percentile(groups: Sequence[Sequence[int]], percent: float, seed: int) -> Percentile | None:
    """Of all values together, with an interval from drawing whole groups (the waits of one scenario are alike).

    None of no values. The same seed and values always give the same interval.
    """
    kept = [np.asarray(group, np.int64) for group in groups if len(group)]
    if not kept:
        return None
    together = np.concatenate(kept)
    value = percentile([int(each) for each in together], percent)
    assert value is not None
    if len(kept) == 1:
        return Percentile(percent, value, len(together), None)

    def of(picked: npt.NDArray[np.intp]) -> float:
        drawn = np.sort(np.concatenate([kept[index] for index in picked]))
        return float(drawn[max(1, math.ceil(percent / 100 * len(drawn))) - 1])

    return Percentile(percent, value, len(together), resampled(len(kept), of, seed))


def resampled(
    groups: int, figure: Callable[[npt.NDArray[np.intp]], float], seed: int, resamples: int = RESAMPLES
) -> Interval:
    """The middle 95 % of `figure` over draws of `groups` indices with replacement (bootstrap percentiles)."""
    random = np.random.default_rng(seed)
    drawn = [figure(random.integers(0, groups, groups)) for _ in range(resamples)]
    low, high = np.percentile(drawn, (2.5, 97.5))
    return Interval(float(low), float(high))


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
