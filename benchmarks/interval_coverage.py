"""How often the interval of pass^k holds the truth: suites are drawn from scenarios whose chances are known.

Each suite has so many scenarios, each with a chance of passing from a beta distribution, each run four times. Beside
our interval stands the usual one of resampled scenarios (bootstrap percentiles). 95 % of suites should be held.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any, Final

import numpy as np

from benchmarks.report import Asked, Measured, goal, say
from simulations.measures.statistics import Interval, mean_interval, resampled

SCENARIOS: Final = (10, 24, 40, 150)
CHANCES: Final = {
    "nearly always": (20.0, 1.0),
    "mostly": (4.0, 1.0),
    "always or never": (0.5, 0.2),
    "anything": (1.0, 1.0),
}
"""Beta distributions that scenarios' chances of passing are drawn from."""
RUNS: Final = 4
_RESAMPLES: Final = 500
_LEAST: Final = 0.93


def measure(asked: Asked) -> Measured:
    suites = 100 if asked.quick else 1_000
    rows = list(_rows(suites, asked.seed))
    worst = min(row["ours"]["held"] for row in rows)
    return Measured(
        {
            "suites": suites,
            "rows": rows,
            "worst": {"ours": worst, "bootstrap": min(r["bootstrap"]["held"] for r in rows)},
        },
        (goal("intervals hold the truth", worst, ">=", _LEAST),),
    )


def _rows(suites: int, seed: int) -> Iterator[dict[str, Any]]:
    random = np.random.default_rng(seed)
    for scenarios in SCENARIOS:
        for name, (a, b) in CHANCES.items():
            say(f"{scenarios} scenarios that pass {name}")
            drawn = [random.binomial(RUNS, random.beta(a, b, scenarios)) for _ in range(suites)]
            for k in (1, RUNS):
                truth = math.prod((a + step) / (a + b + step) for step in range(k))
                shares = [[math.comb(int(good), k) / math.comb(RUNS, k) for good in suite] for suite in drawn]
                ours = [mean_interval(each) for each in shares]
                theirs = [_bootstrap(each, seed) for each in shares]
                yield {
                    "scenarios": scenarios,
                    "pass": name,
                    "k": k,
                    "truth": round(truth, 3),
                    "ours": _held(ours, truth),
                    "bootstrap": _held(theirs, truth),
                }


def _bootstrap(shares: Sequence[float], seed: int) -> Interval:
    values = np.asarray(shares)
    return resampled(len(values), lambda picked: float(values[picked].mean()), seed, _RESAMPLES)


def _held(intervals: Sequence[Interval], truth: float) -> dict[str, float]:
    held = sum(each.low <= truth <= each.high for each in intervals) / len(intervals)
    width = sum(each.high - each.low for each in intervals) / len(intervals)
    return {"held": round(held, 3), "width": round(width, 3)}
