"""Suites to report on, small and of every kind."""

from __future__ import annotations

import io
import wave
from collections.abc import Sequence
from typing import Any, Final

import msgspec
import numpy as np

from simulations.runs.records import (
    Blame,
    Check,
    Machine,
    RunKey,
    RunRecord,
    RunTurn,
    Stage,
    SuiteReport,
    TraceLine,
)

RATE_HZ: Final = 8_000
LENGTH_MS: Final = 4_000
HOSTILE: Final = (
    "</script><script>window.ran = 1</script>",
    "<!--<script>window.ran = 2",
    "<img src=x onerror='window.ran = 3'>",
    "{{script}} {{data}} \\u003c/script> ]]> \u2028\u2029 \0 &lt;b&gt; ' \" `${window.ran = 4}`",
)
"""What a caller could say, or a tool return, to be run by whoever reads the report."""

TURNS: Final = (
    RunTurn(
        caller_said="Where is my order?",
        agent_said="What's your account number?",
        agent_heard="Where is my boarder?",
        caller_heard="What's your account number?",
        began_ms=500,
        ended_ms=1_000,
        answer_began_ms=1_600,
        answer_ended_ms=2_000,
        latency_ms=600,
        stages=(Stage("endpoint", 400), Stage("understanding", 25), Stage("synthesis", 50)),
    ),
    RunTurn(
        caller_said="[4412]",
        agent_said="Thank you.",
        agent_heard="4412",
        caller_heard="Thank you.",
        kind="keys",
        began_ms=2_100,
        ended_ms=2_300,
        answer_began_ms=3_600,
        answer_ended_ms=4_000,
        latency_ms=1_300,
    ),
)
TRACE: Final = (
    TraceLine(1_500, "heard", "'Where is my boarder?'"),
    TraceLine(1_500, "understood", 'start_journey(journey="track_order")  1.00'),
    TraceLine(3_500, "tool", 'find_customer(account="4412") -> {"found":true}', 12),
)


def a_run(scenario: str = "track_order", **given: Any) -> RunRecord:
    """One that passed and was spoken; what differs is `given`, the parts of its key among them."""
    key = RunKey(scenario, "", "", "audio", 1, 7)
    parts = {name: given.pop(name) for name in tuple(given) if name in key.__struct_fields__}
    run = RunRecord(
        key=msgspec.structs.replace(key, **parts),
        status="passed",
        outcome="track_order.resolved",
        expected="track_order.resolved",
        ended_by="agent",
        reason="the agent hung up",
        duration_ms=LENGTH_MS,
        wall_ms=40,
        greeting="Hello.",
        turns=TURNS,
        trace=TRACE,
        checks=(Check("outcome", True, "track_order.resolved", "track_order.resolved"),),
    )
    return msgspec.structs.replace(run, **given)


def failed_run(scenario: str = "track_order", **given: Any) -> RunRecord:
    failed = {
        "status": "failed",
        "outcome": "track_order.abandoned",
        "checks": (Check("outcome", False, "track_order.resolved", "outcomes: none"),),
        "blame": Blame("recognition", "with perfect ears it passed"),
    }
    return a_run(scenario, **{**failed, **given})


def a_report(runs: Sequence[RunRecord], **given: Any) -> SuiteReport:
    report = SuiteReport(
        agent="Riverside Broadband",
        agent_digest="0bce8cd7",
        level="audio",
        seed=5,
        repetitions=2,
        began="2026-03-04T10:00:00+00:00",
        wall_ms=95_000,
        complete=True,
        planned=len(runs),
        machine=Machine("Linux x86_64", 2, "3.11.7", {"voice-agent": "0.1.0"}),
        runs=tuple(runs),
    )
    return msgspec.structs.replace(report, **given)


def every_kind() -> SuiteReport:
    """Two scenarios on two lines, twice each: passed, failed, could not be played, with and without a recording."""
    runs = [
        *(a_run(condition=line, repetition=n, audio=f"{line}.{n}.wav") for line in ("clean", "street") for n in (1, 2)),
        failed_run("refund", condition="clean", audio="refund.wav"),
        a_run("refund", condition="clean", repetition=2),
        a_run("refund", condition="street", status="error", reason="the caller's voice is missing", turns=(), trace=()),
    ]
    return a_report(runs, summary=SUMMARY, comparison=COMPARISON)


def a_group(condition: str, passed: int, runs: int) -> dict[str, Any]:
    """As `simulations.measures.suite_figures` has one."""
    return {
        "level": "audio",
        "condition": condition,
        "runs": runs,
        "errors": 0,
        "passed": {"count": passed, "of": runs, "share": passed / runs, "interval": {"low": 0.44, "high": 0.97}},
        "pass_hat_k": [{"k": 1, "value": passed / runs, "interval": {"low": 0.4, "high": 0.97}, "scenarios": 3}],
        "latency": [
            {"percent": 50, "value": 600, "count": 12, "interval": {"low": 580.0, "high": 640.0}},
            {"percent": 95, "value": 1_300, "count": 12, "interval": None},
        ],
        "turn_taking": None,
        "words": {"errors": {"words": 90, "substituted": 9}, "rate": 0.1, "interval": {"low": 0.05, "high": 0.2}},
    }


SUMMARY: Final[dict[str, Any]] = {"groups": [a_group("clean", 3, 4), a_group("street", 2, 2)], "layers": {}}
COMPARISON: Final[dict[str, Any]] = {
    "baseline": {"began": "2026-03-01T10:00:00+00:00", "agent_digest": "abc", "complete": True},
    "pairs": 6,
    "only_before": 0,
    "only_after": 1,
    "not_done": 1,
    "figures": [
        {
            "figure": "passed",
            "scenario": "",
            "pairs": 6,
            "before": 1.0,
            "after": 0.83,
            "change": -0.17,
            "better": 0,
            "worse": 1,
            "p": 0.01,
            "p_corrected": 0.02,
            "verdict": "worse",
            "interval": {"low": -0.4, "high": -0.01},
        },
        {
            "figure": "latency_ms",
            "scenario": "",
            "pairs": 6,
            "before": 500.0,
            "after": 600.0,
            "change": 100.0,
            "better": 1,
            "worse": 5,
            "p": 0.3,
            "p_corrected": 0.6,
            "verdict": "no real difference",
            "interval": None,
        },
    ],
    "scenarios": [],
    "worse": ["passed: 100% -> 83% of 6 runs (p 0.02)"],
    "better": [],
}


def recording(length_ms: int = LENGTH_MS) -> bytes:
    """A stereo WAV file: the caller's tone in the first half, the agent's in the second."""
    samples = length_ms * RATE_HZ // 1_000
    tone = np.round(8_000 * np.sin(np.arange(samples) * 0.3)).astype("<i2")
    sides = np.zeros((samples, 2), "<i2")
    sides[: samples // 2, 0] = tone[: samples // 2]
    sides[samples // 2 :, 1] = tone[samples // 2 :]
    file = io.BytesIO()
    with wave.open(file, "wb") as written:
        written.setnchannels(2)
        written.setsampwidth(2)
        written.setframerate(RATE_HZ)
        written.writeframes(sides.tobytes())
    return file.getvalue()
