"""How a run and what fell short in it are told in words, the same in every report. Pure."""

from __future__ import annotations

from typing import Final

from simulations.runs.records import Check, RunRecord

AS_WRITTEN: Final = "as written"
"""The line that a scenario itself describes."""


def condition_name(condition: str) -> str:
    return condition if condition else AS_WRITTEN


def run_name(run: RunRecord, *, repetitions: int) -> str:
    """`track_order row_2, street_10db, 3 of 4`: the scenario, and what sets this run of it apart."""
    key = run.key
    name = f"{key.scenario} {key.variant}".strip()
    apart = [key.condition] if key.condition else []
    if repetitions > 1:
        apart.append(f"{key.repetition} of {repetitions}")
    return ", ".join((name, *apart))


def what_fell_short(run: RunRecord) -> list[str]:
    """A line for each expectation that didn't hold, at least one for a run that did not pass."""
    told = [told_check(check) for check in run.checks if not check.holds]
    return told if told else [run.reason if run.reason else f"it {run.status}"]


def told_check(check: Check) -> str:
    return f"{check.expectation}: wanted {check.wanted}, found {check.found}"
