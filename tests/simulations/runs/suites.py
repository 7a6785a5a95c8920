"""Reports of suites that nobody ran, for what is drawn from reports."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from simulations.runs.records import Blame, Check, Machine, RunKey, RunRecord, RunTurn, Stage, Status, SuiteReport

MACHINE = Machine("Linux x86_64", 2, "3.11.7", {"voice-agent": "1"})
MISSED = Check("outcome", holds=False, wanted="track_order.resolved", found="outcomes: none")


def a_key(scenario: str = "track_order", condition: str = "", repetition: int = 1, variant: str = "") -> RunKey:
    return RunKey(scenario, variant, condition, "audio", repetition, 7 + repetition)


def a_run(
    key: RunKey, status: Status = "passed", *, latencies: Iterable[int | None] = (400, 600), **more: Any
) -> RunRecord:
    """`latencies` of its answers, one a turn."""
    turns = tuple(
        RunTurn("Where is my order?", "On its way.", latency_ms=latency, stages=(Stage("endpoint", 200),))
        for latency in latencies
    )
    given: dict[str, Any] = {"outcome": None, "expected": "track_order.resolved", "ended_by": "caller", "reason": ""}
    if status == "failed":
        given |= {"checks": (MISSED,), "blame": Blame("recognition", "with perfect ears it passes")}
    if status == "error":
        given |= {"reason": "the process died", "problems": ("the process died",)}
    return RunRecord(key=key, status=status, duration_ms=21_000, wall_ms=900, turns=turns, **{**given, **more})


def a_report(*runs: RunRecord, **more: Any) -> SuiteReport:
    given: dict[str, Any] = {
        "agent": "Riverside Broadband",
        "agent_digest": "00",
        "level": "audio",
        "seed": 7,
        "repetitions": max((run.key.repetition for run in runs), default=1),
        "began": "2026-03-04T10:00:00+01:00",
        "wall_ms": 2_500,
        "complete": True,
        "planned": len(runs),
        "machine": MACHINE,
    }
    return SuiteReport(**{**given, **more}, runs=runs)
