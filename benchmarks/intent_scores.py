"""How well intents were told: accuracy, acceptance, correlation, F1; and intervals over draws and sentences. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from simulations.measures.statistics import ratio_interval

ACCEPTANCE: Final = 0.95


def share(hits: Sequence[Sequence[bool]], seed: int) -> dict[str, Any]:
    """Percent of all `hits`, a list for each draw, with the interval over sentences and the span over draws."""
    flat = [float(hit) for draw in hits for hit in draw]
    interval = ratio_interval(flat, [1.0] * len(flat), seed)
    if interval is None:
        return {"sentences": 0}
    by_draw = [round(100 * float(np.mean(draw)), 2) for draw in hits]
    return {
        "percent": round(100 * float(np.mean(flat)), 2),
        "interval_95": [round(100 * interval.low, 2), round(100 * interval.high, 2)],
        "by_draw_percent": by_draw,
        "sentences": len(flat),
    }


def refused_at_acceptance(inside: Sequence[float], outside: Sequence[float]) -> float:
    """Share of `outside` evidence below the bound that `ACCEPTANCE` of `inside` evidence passes."""
    bound = float(np.quantile(np.asarray(inside), 1 - ACCEPTANCE))
    return float(np.mean(np.asarray(outside) < bound))


def matthews(said: Sequence[str], meant: Sequence[str]) -> float:
    """Matthews correlation over any number of classes (Gorodkin 2004); 0 where it isn't defined."""
    names = sorted({*said, *meant})
    at = {name: index for index, name in enumerate(names)}
    table = np.zeros((len(names), len(names)))
    for one, other in zip(said, meant, strict=True):
        table[at[other], at[one]] += 1
    total, right = table.sum(), np.trace(table)
    rows, columns = table.sum(1), table.sum(0)
    below = np.sqrt((total**2 - (columns**2).sum()) * (total**2 - (rows**2).sum()))
    return float((right * total - (rows * columns).sum()) / below) if below > 0 else 0.0


def micro_f1(said: Sequence[set[str]], meant: Sequence[set[str]]) -> float:
    """F1 over all labels of all sentences together."""
    right = sum(len(one & other) for one, other in zip(said, meant, strict=True))
    named = sum(len(one) for one in said) + sum(len(other) for other in meant)
    return 2 * right / named if named else 1.0
