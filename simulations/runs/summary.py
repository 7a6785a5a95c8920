"""The figures of a suite, as its report holds them. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from simulations.measures.suite_figures import suite_figures
from simulations.runs.records import RunRecord


def summary(runs: Sequence[RunRecord]) -> dict[str, Any]:
    """`SuiteFigures` as plain data, and `layers`: how many failed runs are put down to each."""
    layers: dict[str, int] = {}
    for run in runs:
        if run.status == "failed":
            layer = "unknown" if run.blame is None else run.blame.layer
            layers[layer] = layers.get(layer, 0) + 1
    built: dict[str, Any] = msgspec.to_builtins(suite_figures(runs))
    return {**built, "layers": layers}
