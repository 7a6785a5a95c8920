"""Holds our interaction metrics to those that tau-voice computed of its own traces: all must be the same.

--data DIR holds `tau2/interaction_metrics_testdata`: one JSON file a trace, `expected_metrics.json`, `results.json`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import msgspec

from benchmarks.report import Asked, Measured
from benchmarks.tau_ticks import read_trace, timeline_of
from simulations.measures.interaction import Panel, interaction_events, panel
from voice_agent.errors import UsageError

FOLDER: Final = Path("tau2") / "interaction_metrics_testdata"
_EXPECTED: Final = "expected_metrics.json"
_RESULTS: Final = "results.json"
SAME: Final = 1e-12
"""Sums of fractions of a second differ in their last bit with the order of adding."""


def measure(asked: Asked) -> Measured:
    """`failed` where any figure differs. Raises UsageError without the data."""
    folder = FOLDER if asked.data is None else asked.data / FOLDER
    if not (folder / _EXPECTED).is_file():
        raise UsageError(f"there is no {folder / _EXPECTED}", hint="--data DIR with tau2/interaction_metrics_testdata")
    expected = msgspec.json.decode((folder / _EXPECTED).read_bytes(), type=dict[str, Any])
    tick_ms = _tick_ms((folder / _RESULTS).read_bytes())
    traces = [read_trace(path.read_bytes()) for path in _traces(folder)]
    ours = as_published(panel(interaction_events(timeline_of(trace, tick_ms)) for trace in traces if trace.ticks))
    figures = {"ours": ours, "expected": expected, "differences": differences(ours, expected)}
    return Measured(figures, failed=bool(figures["differences"]))


def as_published(found: Panel) -> dict[str, Any]:
    """Under the names that tau-voice gives."""
    return {
        "response_latency_mean": found.response_latency_s,
        "yield_latency_mean": found.yield_latency_s,
        "response_rate": found.response_rate,
        "yield_rate": found.yield_rate,
        "agent_interruption_rate": found.agent_interruption_rate,
        "selectivity_backchannel": found.selectivity_backchannel,
        "selectivity_vocal_tic": found.selectivity_cough,
        "selectivity_non_directed": found.selectivity_side_talk,
        "counts": {
            "n_simulations": found.counts.calls,
            "response_total": found.counts.responses,
            "yield_total": found.counts.yields,
            "backchannel_total": found.counts.backchannels,
            "vocal_tic_total": found.counts.coughs,
            "non_directed_total": found.counts.side_talk,
            "agent_interrupts_count": found.counts.agent_interruptions,
        },
    }


def differences(ours: dict[str, Any], expected: dict[str, Any]) -> list[str]:
    """Names of figures that aren't the same, or that only one side has."""
    flat, wanted = _flat(ours), _flat(expected)
    return [name for name in {**wanted, **flat} if not _same(flat.get(name, ...), wanted.get(name, ...))]


def _flat(figures: dict[str, Any]) -> dict[str, Any]:
    counts = figures.get("counts", {})
    named = {name: value for name, value in figures.items() if name != "counts"}
    return named | {f"counts.{name}": value for name, value in counts.items()}


def _same(got: Any, wanted: Any) -> bool:
    if isinstance(got, int | float) and isinstance(wanted, int | float):
        return abs(got - wanted) <= SAME
    return bool(got == wanted)


def _traces(folder: Path) -> list[Path]:
    return sorted(path for path in folder.glob("*.json") if path.name not in (_EXPECTED, _RESULTS))


def _tick_ms(results: bytes) -> int:
    info = msgspec.json.decode(results, type=dict[str, Any])["info"]
    return round(1_000 * float(info["audio_native_config"]["tick_duration_seconds"]))
