"""A suite as JUnit XML, as CI servers read it: one `testcase` a run, one `testsuite` a condition and level. Pure.

A run that fell short has a `failure` of the type of the layer that it is put down to; one that could not be played has
an `error`. A suite that was interrupted has an `error` of its own, so that half a suite never looks like a whole one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final
from xml.etree import ElementTree

from simulations.reports.wording import condition_name, what_fell_short
from simulations.runs.records import RunRecord, RunTurn, SuiteReport

_ILLEGAL: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 has no way to write."""


def junit_xml(report: SuiteReport) -> bytes:
    """The whole file, UTF-8."""
    root = ElementTree.Element("testsuites", {"name": _clean(report.agent), **_counts(report.runs)})
    for level, condition in dict.fromkeys((run.key.level, run.key.condition) for run in report.runs):
        runs = [run for run in report.runs if (run.key.level, run.key.condition) == (level, condition)]
        root.append(_suite(report, level, condition, runs))
    if not report.complete:
        root.append(_interrupted(report))
        root.set("tests", str(len(report.runs) + 1))
        root.set("errors", str(_number(report.runs, "error") + 1))
    ElementTree.indent(root)
    data: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return data + b"\n"


def _suite(report: SuiteReport, level: str, condition: str, runs: Sequence[RunRecord]) -> ElementTree.Element:
    name = f"{report.agent} {level} {condition_name(condition)}"
    suite = ElementTree.Element(
        "testsuite", {"name": _clean(name), "timestamp": _without_offset(report.began), **_counts(runs)}
    )
    properties = ElementTree.SubElement(suite, "properties")
    for key, value in (("level", level), ("seed", str(report.seed)), ("agent_digest", report.agent_digest)):
        ElementTree.SubElement(properties, "property", {"name": key, "value": _clean(value)})
    suite.extend(_case(report, run) for run in runs)
    return suite


def _case(report: SuiteReport, run: RunRecord) -> ElementTree.Element:
    key = run.key
    parts = [part for part in (key.scenario, key.variant) if part]
    if report.repetitions > 1:
        parts.append(str(key.repetition))
    where = f"{key.level}.{condition_name(key.condition)}".replace(" ", "_")
    case = ElementTree.Element(
        "testcase",
        {"classname": _clean(f"simulations.{where}"), "name": _clean("/".join(parts)), "time": _seconds(run.wall_ms)},
    )
    if run.status == "failed":
        layer = "unknown" if run.blame is None else run.blame.layer
        told = what_fell_short(run)
        failure = ElementTree.SubElement(case, "failure", {"type": layer, "message": _clean(told[0])})
        failure.text = _clean("\n".join((*told, *_blamed(run), "", *_conversation(run))))
    elif run.status == "error":
        error = ElementTree.SubElement(case, "error", {"type": "simulation", "message": _clean(run.reason)})
        error.text = _clean("\n".join(run.problems))
    if run.audio is not None:
        ElementTree.SubElement(case, "system-out").text = _clean(f"recording: {run.audio}")
    return case


def _interrupted(report: SuiteReport) -> ElementTree.Element:
    suite = ElementTree.Element("testsuite", {"name": "the suite", "tests": "1", "failures": "0", "errors": "1"})
    case = ElementTree.SubElement(suite, "testcase", {"classname": "simulations", "name": "complete", "time": "0.000"})
    told = f"interrupted: {len(report.runs)} of {report.planned} runs were played"
    ElementTree.SubElement(case, "error", {"type": "interrupted", "message": told})
    return suite


def _blamed(run: RunRecord) -> tuple[str, ...]:
    return () if run.blame is None else (f"put down to {run.blame.layer}: {run.blame.evidence}",)


def _conversation(run: RunRecord) -> Iterable[str]:
    if run.greeting:
        yield f"agent:  {run.greeting}"
    for turn in run.turns:
        yield f"caller: {turn.caller_said}{_misheard(turn)}"
        yield f"agent:  {turn.agent_said}"


def _misheard(turn: RunTurn) -> str:
    same = turn.agent_heard is None or turn.agent_heard == turn.caller_said
    return "" if same else f"   (heard as: {turn.agent_heard})"


def _counts(runs: Sequence[RunRecord]) -> dict[str, str]:
    return {
        "tests": str(len(runs)),
        "failures": str(_number(runs, "failed")),
        "errors": str(_number(runs, "error")),
        "time": _seconds(sum(run.wall_ms for run in runs)),
    }


def _number(runs: Sequence[RunRecord], status: str) -> int:
    return sum(run.status == status for run in runs)


def _seconds(ms: int) -> str:
    return f"{ms / 1_000:.3f}"


def _without_offset(moment: str) -> str:
    """As the schema of JUnit's reports wants it: ISO 8601 without an offset."""
    return moment[:19]


def _clean(text: str) -> str:
    return _ILLEGAL.sub("\N{REPLACEMENT CHARACTER}", text)
