"""What a suite's report is compared with, and what the comparison comes to. Reads one file; decides the rest purely.

comparison = compared(read_report(Path("main.json")), report)
comparison["worse"]                   # what really became worse, in words: empty for a gate that opens
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import msgspec

from simulations.measures.comparison import Difference, compare
from simulations.runs.records import SuiteReport
from voice_agent.errors import UsageError

_HINT: Final = "a baseline is the report of the same suite, written by --json FILE"


def read_report(path: Path) -> SuiteReport:
    """Raises UsageError where there is none, or it is something else."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=SuiteReport)
    except OSError as problem:
        raise UsageError(f"{path} can't be read: {problem}", hint=_HINT) from problem
    except msgspec.DecodeError as problem:
        raise UsageError(f"{path} is no report of simulated runs: {problem}", hint=_HINT) from problem


def compared(baseline: SuiteReport, report: SuiteReport) -> dict[str, Any]:
    """As `SuiteReport.comparison` holds it. Raises UsageError where no run has a counterpart."""
    found = compare(baseline.runs, report.runs)
    if not found.pairs and any(run.status != "error" for run in report.runs):
        raise UsageError(
            f"the baseline has none of these runs: it is of level {baseline.level} and seed {baseline.seed}, "
            f"the suite of level {report.level} and seed {report.seed}",
            hint="compare suites of the same level, seed and conditions",
        )
    every = (*found.figures, *found.scenarios)
    built: dict[str, Any] = msgspec.to_builtins(found)
    return {
        "baseline": {"began": baseline.began, "agent_digest": baseline.agent_digest, "complete": baseline.complete},
        **built,
        "worse": [told(each) for each in every if each.verdict == "worse"],
        "better": [told(each) for each in every if each.verdict == "better"],
    }


def told(difference: Difference) -> str:
    """`track_order passed: 100 % -> 25 % of 8 runs (p 0.031)`"""
    name = f"{difference.scenario} {difference.figure}".strip()
    if difference.figure == "passed":
        values = f"{difference.before:.0%} -> {difference.after:.0%}"
    else:
        values = f"{difference.before:g} -> {difference.after:g}"
    return f"{name}: {values} of {difference.pairs} runs (p {difference.p_corrected:.2g})"
