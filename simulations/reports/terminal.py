"""A suite as lines of text for people: one a run, then a table, what fell short, and the slowest answers. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from simulations.reports.wording import condition_name, run_name, what_fell_short
from simulations.runs.records import RunRecord, RunTurn, SuiteReport

SLOWEST: Final = 5
_MARKS: Final = {"passed": "ok   ", "failed": "FAIL ", "error": "ERROR"}


def run_lines(run: RunRecord, *, repetitions: int) -> list[str]:
    """The run as it ends, with what fell short in it."""
    spoken = "" if run.key.level == "text" else f"  {run.duration_ms / 1_000:.0f} s of talk"
    lines = [f"{_MARKS[run.status]}  {run_name(run, repetitions=repetitions)}{spoken}"]
    if run.status != "passed":
        lines += [f"         {told}" for told in what_fell_short(run)]
    if run.blame is not None:
        lines.append(f"         put down to {run.blame.layer}: {run.blame.evidence}")
    return lines


def report_lines(report: SuiteReport) -> list[str]:
    """All that is told at the end."""
    comparison = () if report.comparison is None else _comparison(report.comparison)
    reached = _coverage(report.summary)
    costs = _costs(report.summary.get("level_costs", ()))
    found = (_table(report), _slowest(report), _figures(report.summary), costs, comparison, reached, _verdict(report))
    return [line for part in found for line in part]


def _coverage(summary: Mapping[str, Any]) -> Iterator[str]:
    """Where it was asked for."""
    told = summary.get("coverage")
    if told is None:
        return
    missing = list(told["missing"])
    yield f"reached {told['covered']} of {told['covered'] + len(missing)} parts of the agent ({told['share']:.0%})"
    yield from (f"  not reached: {name}" for name in missing)


def _table(report: SuiteReport) -> Iterator[str]:
    """Scenarios down, conditions across; what passed of what was played."""
    conditions = list(dict.fromkeys(_column(run, report) for run in report.runs))
    names = list(dict.fromkeys(_row_name(run) for run in report.runs))
    if not names:
        return
    first = max(len("scenario"), *map(len, names))
    widths = [max(len(condition), 5) for condition in conditions]
    yield ""
    heads = (f"{each:>{width}}" for each, width in zip(conditions, widths, strict=True))
    yield "  ".join((f"{'scenario':<{first}}", *heads))
    for name in names:
        runs = [run for run in report.runs if _row_name(run) == name]
        cells = (
            f"{_cell([run for run in runs if _column(run, report) == condition]):>{width}}"
            for condition, width in zip(conditions, widths, strict=True)
        )
        yield "  ".join((f"{name:<{first}}", *cells))


def _column(run: RunRecord, report: SuiteReport) -> str:
    """The line, and before it the level where there are several."""
    line = condition_name(run.key.condition)
    if not report.levels:
        return line
    return f"{run.key.level} {line}" if run.key.condition else run.key.level


def _costs(costs: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Level by level what comes to something else, and what it is put down to."""
    for cost in costs:
        waits = ["-" if each is None else f"{each} ms" for each in cost["p50_ms"]]
        yield ""
        yield (
            f"{cost['before']} -> {cost['after']}, which adds {cost['adds']}: {cost['same']} of {cost['pairs']} calls "
            f"come to the same, {cost['worse']} fall short only then, {cost['better']} hold only then "
            f"(p {cost['p']:.2g})"
        )
        yield f"  p50 of answers {waits[0]} -> {waits[1]}"
        for each in cost["differ"]:
            name = f"{each['scenario']} {each['variant']}".strip()
            yield f"  {name}: {_came_to(each['before'])} -> {_came_to(each['after'])}"
            if each["blame"] is not None:
                yield f"    put down to {each['blame']['layer']}: {each['blame']['evidence']}"


def _came_to(found: Mapping[str, Any]) -> str:
    outcome = "no outcome" if found["outcome"] is None else found["outcome"]
    missed = f" ({'; '.join(found['missed'])})" if found["missed"] else ""
    return f"{found['status']}, {outcome}{missed}"


def _row_name(run: RunRecord) -> str:
    return f"{run.key.scenario} {run.key.variant}".strip()


def _cell(runs: Sequence[RunRecord]) -> str:
    passed = sum(run.status == "passed" for run in runs)
    return f"{passed}/{len(runs)}" if runs else "-"


def _slowest(report: SuiteReport) -> Iterator[str]:
    answers = [(turn.latency_ms, run, turn) for run in report.runs for turn in run.turns if turn.latency_ms is not None]
    if not answers:
        return
    answers.sort(key=lambda answer: -answer[0])
    yield ""
    yield "slowest answers"
    for latency_ms, run, turn in answers[:SLOWEST]:
        name = run_name(run, repetitions=report.repetitions)
        yield f"{latency_ms:>6} ms  {name}: {turn.caller_said!r}{_stages(turn)}"


def _stages(turn: RunTurn) -> str:
    stages = ", ".join(f"{stage.name} {stage.ms}" for stage in turn.stages if stage.ms > 0)
    return f"  ({stages})" if stages else ""


def _figures(summary: dict[str, Any]) -> Iterator[str]:
    """For each condition how sure it passes, and how long answers took; then what failures are put down to."""
    yield ""
    several = len({group["level"] for group in summary.get("groups", ())}) > 1
    for group in summary.get("groups", ()):
        level = f"{group['level']}, " if several else ""
        parts = [f"{level}{condition_name(group['condition'])}:"]
        parts += [f"p{each['percent']:g} of answers {each['value']} ms," for each in group["latency"]]
        figures = group["pass_hat_k"]
        parts += [_sure(each) for each in (figures if len(figures) < 3 else (figures[0], figures[-1]))]
        yield " ".join(parts).rstrip(",")
    layers = [f"{layer} {count}" for layer, count in sorted(summary.get("layers", {}).items()) if layer != "unknown"]
    if layers:
        yield f"put down to: {', '.join(layers)}"


def _sure(figure: dict[str, Any]) -> str:
    low, high = figure["interval"]["low"], figure["interval"]["high"]
    return f"pass^{figure['k']} {figure['value']:.0%} ({low:.0%} to {high:.0%}),"


def _comparison(comparison: dict[str, Any]) -> Iterator[str]:
    """What is really different from the baseline, and what only looks so."""
    yield ""
    yield f"against the baseline of {comparison['baseline']['began']}, {comparison['pairs']} runs of both:"
    for verdict in ("worse", "better"):
        yield from (f"  really {verdict}: {each}" for each in comparison[verdict])
    moved = [each for each in (*comparison["figures"], *comparison["scenarios"]) if each["better"] or each["worse"]]
    unsure = [each for each in moved if each["verdict"] not in ("worse", "better")]
    for each in unsure:
        name = f"{each['scenario']} {each['figure']}".strip()
        why = "too few runs to tell" if each["verdict"] == "too few runs" else "may be chance"
        yield f"  {why}: {name} {each['before']:g} -> {each['after']:g}"
    if not moved:
        yield "  nothing differs"


def _verdict(report: SuiteReport) -> Iterator[str]:
    counted = {status: sum(run.status == status for run in report.runs) for status in _MARKS}
    told = [f"{counted['passed']} passed"]
    told += [f"{counted['failed']} failed"] if counted["failed"] else []
    told += [f"{counted['error']} could not be played"] if counted["error"] else []
    if report.left_out:
        yield f"left out at level text, only on the telephone: {', '.join(report.left_out)}"
    if not report.complete:
        yield f"interrupted: {len(report.runs)} of {report.planned} runs were played"
    yield f"{', '.join(told)} in {report.wall_ms / 1_000:.1f} s"
