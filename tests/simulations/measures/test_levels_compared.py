"""The cost of each layer: the same callers at one level and the next."""

from __future__ import annotations

from typing import Final

import msgspec

from simulations.measures.levels_compared import level_costs
from simulations.reports.terminal import report_lines
from simulations.runs.records import Level, RunRecord, Status
from simulations.runs.suite import joined
from simulations.runs.summary import summary
from tests.simulations.runs.suites import a_key, a_report, a_run


def run(scenario: str, level: Level, status: Status = "passed", latency_ms: int | None = None) -> RunRecord:
    key = msgspec.structs.replace(a_key(scenario), level=level)
    found = a_run(key, status, latencies=(latency_ms,), outcome="a.done" if status == "passed" else None)
    return msgspec.structs.replace(found, blame=None) if level == "phone" else found


LEVELS: Final[tuple[Level, ...]] = ("text", "audio", "phone")
STATUSES: Final[dict[str, tuple[Status, Status, Status]]] = {
    "found": ("passed", "passed", "passed"),
    "misheard": ("passed", "failed", "failed"),
    "late": ("passed", "passed", "failed"),
    "mended": ("failed", "passed", "error"),
}
WAITS_MS: Final = {("found", "audio"): 600, ("found", "phone"): 640}
RUNS: Final = tuple(
    run(scenario, level, status, WAITS_MS.get((scenario, level)))
    for scenario, statuses in STATUSES.items()
    for level, status in zip(LEVELS, statuses, strict=True)
)


def test_each_level_is_held_against_the_one_before_it() -> None:
    spoken, phoned = level_costs(RUNS)
    assert (spoken.before, spoken.after, spoken.pairs, spoken.same) == ("text", "audio", 4, 2)
    assert (spoken.worse, spoken.better, spoken.p50_ms) == (1, 1, (None, 600))
    assert [(each.scenario, each.before.status, each.after.status) for each in spoken.differ] == [
        ("misheard", "passed", "failed"),
        ("mended", "failed", "passed"),
    ]
    assert (phoned.before, phoned.after, phoned.pairs, phoned.same, phoned.not_done) == ("audio", "phone", 3, 2, 1)
    assert phoned.p50_ms == (600, 640)


def test_a_difference_is_put_down_to_what_the_run_is_or_to_what_the_level_adds() -> None:
    spoken, phoned = level_costs(RUNS)
    assert [None if each.blame is None else each.blame.layer for each in spoken.differ] == ["recognition", None]
    (late,) = phoned.differ
    assert late.blame is not None
    assert late.blame.evidence == "at level audio it holds: real time and a real network make the difference"


def test_one_level_costs_nothing_and_its_report_is_as_it_was() -> None:
    assert level_costs(RUNS[:1]) == ()
    report = a_report(RUNS[0], summary=summary(RUNS[:1]))
    assert joined([report], planned=1) is report
    assert "level_costs" not in report.summary


def test_levels_are_told_in_one_report() -> None:
    reports = [
        a_report(*(each for each in RUNS if each.key.level == level), level=level)
        for level in ("text", "audio", "phone")
    ]
    report = joined(reports, planned=12)
    assert (report.levels, report.complete, report.planned) == (("text", "audio", "phone"), True, 12)
    lines = report_lines(report)
    assert next(line for line in lines if line.startswith("scenario")).split() == ["scenario", "text", "audio", "phone"]
    at = next(number for number, line in enumerate(lines) if line.startswith("text -> audio"))
    assert "2 of 4 calls come to the same, 1 fall short only then, 1 hold only then" in lines[at]
    assert lines[at + 1] == "  p50 of answers - -> 600 ms"
    assert lines[at + 2].startswith("  misheard: passed, a.done -> failed, no outcome (outcome: outcomes: none)")
    assert lines[at + 3] == "    put down to recognition: with perfect ears it passes"
    assert not joined(reports[:2], planned=12).complete
