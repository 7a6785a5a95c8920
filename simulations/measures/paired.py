"""Tests of whether what was measured twice, on the same runs, is really different. Pure.

Two-sided throughout. Exact where that can be computed, so that few pairs claim no more than they can.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

import numpy as np

EXACT_PAIRS: Final = 100
"""Up to so many pairs the distribution of signed ranks is counted out; above, a normal one is near enough."""


def mcnemar(worse: int, better: int) -> float:
    """The p-value of McNemar's exact test: `worse` pairs went one way, `better` the other, all others neither.

    Without a real change each of these pairs is as likely to go either way.
    """
    discordant = worse + better
    if discordant == 0:
        return 1.0
    tail = sum(math.comb(discordant, count) for count in range(min(worse, better) + 1))
    return min(1.0, 2 * tail * math.ldexp(1.0, -discordant))


def signed_ranks(differences: Sequence[float]) -> float:
    """The p-value of Wilcoxon's signed-rank test; pairs without a difference are left out, as Wilcoxon did.

    Ties share their ranks. Without a real change each difference is as likely to have either sign.
    """
    moved = [difference for difference in differences if difference != 0]
    if not moved:
        return 1.0
    doubled = _doubled_ranks([abs(difference) for difference in moved])
    positive = sum(rank for rank, difference in zip(doubled, moved, strict=True) if difference > 0)
    whole = sum(doubled)
    smaller = min(positive, whole - positive)
    if len(moved) <= EXACT_PAIRS:
        ways = _ways(doubled)
        return min(1.0, 2 * float(ways[: smaller + 1].sum()))
    # Half ranks: the mean of the doubled sum is half of all, its variance a quarter of the sum of squares. The step is
    # 1 where ties make half ranks, and 2 elsewhere; half a step corrects for continuity.
    deviation = math.sqrt(sum(rank * rank for rank in doubled)) / 2
    distance = max(0.0, whole / 2 - smaller - 1)
    return min(1.0, math.erfc(distance / deviation / math.sqrt(2)))


def holm(p_values: Sequence[float]) -> list[float]:
    """Each p-value as Holm's method corrects it for having tried all of them, in the order given."""
    order = sorted(range(len(p_values)), key=p_values.__getitem__)
    corrected = [1.0] * len(p_values)
    highest = 0.0
    for step, index in enumerate(order):
        highest = max(highest, min(1.0, (len(p_values) - step) * p_values[index]))
        corrected[index] = highest
    return corrected


def least_p(pairs: int) -> float:
    """The smallest p-value that either test can come to with so many pairs: all of them moved, all one way."""
    return min(1.0, math.ldexp(2.0, -pairs))


def _doubled_ranks(sizes: Sequence[float]) -> list[int]:
    """Twice the rank of each, the mean rank where sizes are equal: whole numbers."""
    order = sorted(range(len(sizes)), key=sizes.__getitem__)
    ranks = [0] * len(sizes)
    start = 0
    while start < len(order):
        end = start
        while end < len(order) and sizes[order[end]] == sizes[order[start]]:
            end += 1
        for place in range(start, end):
            ranks[order[place]] = start + 1 + end
        start = end
    return ranks


def _ways(doubled: Sequence[int]) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """The probability of each sum of doubled ranks when every rank is in it or not with the same chance."""
    chances = np.zeros(sum(doubled) + 1)
    chances[0] = 1.0
    for rank in doubled:
        taken = np.zeros_like(chances)
        taken[rank:] = chances[: len(chances) - rank]
        chances = (chances + taken) / 2
    return chances
