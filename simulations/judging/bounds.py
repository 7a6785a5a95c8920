"""Whether a call stayed within bounds: how many turns, how long, how soon answered. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from simulations.judging.evidence import Evidence
from simulations.judging.expected import Bounds, Expect, Waits
from simulations.measures.statistics import percentile
from simulations.runs.records import Check
from voice_agent.conversation.actions import RecordOutcome


def bound_checks(expect: Expect, evidence: Evidence) -> Iterator[Check]:
    """`turns` are the caller's. `seconds` run from the beginning to the last outcome, by the log."""
    if expect.turns is not None:
        yield _within("turns", expect.turns, len(evidence.result.turns), "turns")
    if expect.seconds is not None:
        ends = [record.t_us for record in evidence.records if isinstance(record.entry, RecordOutcome)]
        if ends:
            yield _within("seconds", expect.seconds, round(ends[-1] / 1_000_000, 1), "s to the last outcome")
        else:
            yield Check("seconds", False, _bounds(expect.seconds), "no outcome came")


def budget_checks(expect: Expect, evidence: Evidence) -> Iterator[Check]:
    """Bounds of turn-taking, by the timeline of who spoke when. Of typed calls there is none, and they hold."""
    tallies = {
        "longest_silence_ms": expect.longest_silence_ms,
        "unanswered": expect.unanswered,
        "cut_offs": expect.cut_offs,
        "talked_over": expect.talked_over,
    }
    wanted: dict[str, int | Waits] = {name: most for name, most in tallies.items() if most is not None}
    wanted |= {"latency_ms": expect.latency_ms} if expect.latency_ms is not None else {}
    wanted |= {"stop_ms": expect.stop_ms} if expect.stop_ms is not None else {}
    timed = evidence.result.turn_taking
    for name, most in wanted.items():
        if timed is None:
            if evidence.interim:
                continue
            found = "the words were typed" if evidence.typed else "there is no timeline to tell"
            yield Check(name, evidence.typed, _most(most), found)
        elif isinstance(most, Waits):
            yield from _waits(name, most, timed.latencies_ms if name == "latency_ms" else timed.stops_ms)
        else:
            value = int(getattr(timed, name))
            yield Check(name, value <= most, _most(most), str(value))


def _waits(name: str, most: Waits, waits: Sequence[int]) -> Iterator[Check]:
    """Of no waits each bound holds: nothing took too long."""
    for label, bound, value in (
        ("p50", most.p50, percentile(waits, 50)),
        ("p95", most.p95, percentile(waits, 95)),
        ("max", most.max, max(waits, default=None)),
    ):
        if bound is not None:
            found = "there were none" if value is None else f"{value} ms of {len(waits)}"
            yield Check(name, value is None or value <= bound, f"{label} at most {bound} ms", found)


def _within(name: str, bounds: Bounds, value: float, unit: str) -> Check:
    holds = (bounds.min is None or value >= bounds.min) and (bounds.max is None or value <= bounds.max)
    return Check(name, holds, _bounds(bounds), f"{value:g} {unit}")


def _bounds(bounds: Bounds) -> str:
    least = "" if bounds.min is None else f"at least {bounds.min}"
    most = "" if bounds.max is None else f"at most {bounds.max}"
    return " and ".join(filter(None, (least, most)))


def _most(most: int | Waits) -> str:
    if isinstance(most, int):
        return f"at most {most}"
    named = {"p50": most.p50, "p95": most.p95, "max": most.max}
    return ", ".join(f"{label} at most {bound} ms" for label, bound in named.items() if bound is not None)
