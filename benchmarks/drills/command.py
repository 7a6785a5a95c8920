"""Runs drills one after another, tells each promise as it is kept or broken, and keeps the results in a dated file.

    python -m benchmarks.drills                         all of them, about an hour
    python -m benchmarks.drills kills --quick           one, short
    python -m benchmarks.drills soak --minutes 480      a night

Exit codes: 0 all promises kept, 1 one was broken, 2 called wrongly.
"""

from __future__ import annotations

import argparse
import importlib
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, Final

import msgspec

from benchmarks.command import BENCHMARKS
from benchmarks.report import Asked, Goal, Measured, Report, installed_versions, say, this_machine

DRILLS: Final[Mapping[str, str]] = {
    "storage": "disk full, database locked for five seconds",
    "engines": "speech processes killed under a dozen calls",
    "kills": "the server killed at a hundred moments",
    "writes": "a server killed two hundred times while its tools write",
    "churn": "five hundred short calls in each direction",
    "sip_load": "calls at a rate: what is answered, and how soon",
    "overload": "three times as many callers as there is room for",
    "blocked_loop": "a tool that blocks the event loop",
    "soak": "whole conversations for --minutes",
}
RESULTS: Final = Path("drill-results")


class Drilled(msgspec.Struct, frozen=True):
    """One drill: what a benchmark prints, and how long it took. `failed` says why there is no result."""

    report: Report
    seconds: float
    failed: str | None = None

    @property
    def kept(self) -> bool:
        return self.failed is None and self.report.met


def main(arguments: Sequence[str], results: Path = RESULTS) -> int:
    parser = _parser()
    options = parser.parse_args(arguments)
    unknown = sorted(set(options.names) - set(DRILLS))
    if unknown:
        parser.error(f"there is no drill {unknown[0]!r}; there are: {', '.join(DRILLS)}")
    names = options.names or list(DRILLS)
    asked = Asked(quick=options.quick, seed=options.seed)
    done = []
    for number, name in enumerate(names, 1):
        say(f"\n{name} ({number} of {len(names)}): {DRILLS[name]}")
        done.append(run(name, asked, _measure_of(name, options.minutes)))
        say("\n".join(told(done[-1])))
    path = keep(done, results)
    print("\n".join(line for drilled in done for line in told(drilled)))
    print(f"\n{path}")
    return 0 if all(drilled.kept for drilled in done) else 1


def run(name: str, asked: Asked, measure: Callable[[Asked], Measured]) -> Drilled:
    """A drill that breaks is a broken promise; the next one is run all the same."""
    machine, began = this_machine(), time.monotonic()
    measured, failed = Measured({}), None
    try:
        measured = measure(asked)
    except Exception as problem:  # noqa: BLE001 - the boundary of a drill
        failed = f"{type(problem).__name__}: {problem}"
    report = Report(name, machine, installed_versions(), asked.seed, measured.figures, measured.goals)
    return Drilled(report, round(time.monotonic() - began, 1), failed)


def told(drilled: Drilled) -> list[str]:
    """A line a promise."""
    name = drilled.report.name
    if drilled.failed is not None:
        return [f"FAILED {name}: {drilled.failed}"]
    return [f"{_word(each)} {name}: {each.name}: {each.got} ({each.goal})" for each in drilled.report.goals]


def keep(done: Sequence[Drilled], results: Path) -> Path:
    """The file of today's results; those of drills that were run before today stay in it."""
    now = datetime.now(UTC)
    path = results / f"{now:%Y-%m-%d}.json"
    results.mkdir(exist_ok=True)
    earlier = msgspec.json.decode(path.read_bytes(), type=dict[str, Any])["drills"] if path.exists() else []
    entries = [{"at": now.isoformat(timespec="seconds"), **msgspec.to_builtins(drilled)} for drilled in done]
    text = msgspec.json.format(msgspec.json.encode({"drills": [*earlier, *entries]}), indent=2)
    path.write_bytes(text + b"\n")
    return path


def _measure_of(name: str, minutes: float) -> Callable[[Asked], Measured]:
    package = "benchmarks" if name in BENCHMARKS else "benchmarks.drills"
    measure: Callable[..., Measured] = importlib.import_module(f"{package}.{name}").measure
    return partial(measure, minutes=minutes) if name == "soak" else measure


def _word(promise: Goal) -> str:
    return "kept  " if promise.met else "BROKEN"


def _parser() -> argparse.ArgumentParser:
    out = argparse.ArgumentParser(prog="python -m benchmarks.drills", description=(__doc__ or "").splitlines()[0])
    out.add_argument("names", nargs="*", metavar="NAME", help=f"of: {', '.join(DRILLS)}")
    out.add_argument("--quick", action="store_true", help="a short form of each")
    out.add_argument("--minutes", type=float, default=10.0, help="of the soak (default 10)")
    out.add_argument("--seed", type=int, default=7, metavar="N", help="of what is drawn (default 7)")
    return out
