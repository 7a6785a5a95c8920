"""The figures of a suite, as its report holds them. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from simulations.measures.levels_compared import level_costs
from simulations.measures.suite_figures import suite_figures
from simulations.runs.records import RunRecord


def summary(runs: Sequence[RunRecord]) -> dict[str, Any]:
    """`SuiteFigures` as plain data; `layers`: how many failed runs are put down to each; `level_costs`: what each of
    several levels costs."""
    layers: dict[str, int] = {}
    for run in runs:
        if run.status == "failed":
            layer = "unknown" if run.blame is None else run.blame.layer
            layers[layer] = layers.get(layer, 0) + 1
    built: dict[str, Any] = msgspec.to_builtins(suite_figures(runs))
    costs: list[dict[str, Any]] = msgspec.to_builtins(level_costs(runs))
    return {**built, "layers": layers, **({"level_costs": costs} if costs else {})}
