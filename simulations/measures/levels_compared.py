"""What each layer costs: the same callers at one level and at the next, and where they come to something else. Pure.

    for cost in level_costs(runs):                 # text -> audio, audio -> phone
        cost.differ                                # what callers came to at each, and what it is put down to

What is typed holds or doesn't by words and decisions alone; spoken, voices, ears and turns are added; over the
telephone, real time and a real network.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from typing import Final

import msgspec

from simulations.measures.paired import mcnemar
from simulations.measures.statistics import percentile
from simulations.runs.records import Blame, Level, RunRecord, Status

ORDER: Final[tuple[Level, ...]] = ("text", "audio", "phone")
ADDED: Final[dict[Level, str]] = {
    "text": "",
    "audio": "voices, ears, turns and the line",
    "phone": "real time and a real network",
}
"""What a level has that those before it haven't."""


class CameTo(msgspec.Struct, frozen=True):
    """A run at one level. `missed` are expectations that did not hold, in words."""

    level: Level
    status: Status
    outcome: str | None
    missed: tuple[str, ...]
    p50_ms: int | None


class Differing(msgspec.Struct, frozen=True):
    """The same caller at both levels. `blame` is what the later run's falling short is put down to, where it does."""

    scenario: str
    variant: str
    condition: str
    repetition: int
    before: CameTo
    after: CameTo
    blame: Blame | None


class LevelCost(msgspec.Struct, frozen=True):
    """Runs of both levels, in pairs: so many that both could do, `same` of them alike, `worse` that held before alone,
    `better` that hold after alone. `p` is of an exact test of these two (McNemar).

    `p50_ms` are medians of all waits, None where nothing was spoken. `not_done` could not be played at one of the two.
    """

    before: Level
    after: Level
    adds: str
    pairs: int
    same: int
    worse: int
    better: int
    p: float
    not_done: int
    p50_ms: tuple[int | None, int | None]
    differ: tuple[Differing, ...]


def level_costs(runs: Iterable[RunRecord]) -> tuple[LevelCost, ...]:
    """For each level that there are runs of but the first, against the one before it."""
    listed = list(runs)
    levels = [level for level in ORDER if any(run.key.level == level for run in listed)]
    return tuple(_cost(listed, before, after) for before, after in itertools.pairwise(levels))


def _cost(runs: Sequence[RunRecord], before: Level, after: Level) -> LevelCost:
    old, new = ({_caller(run): run for run in runs if run.key.level == level} for level in (before, after))
    shared = [(old[caller], new[caller]) for caller in old if caller in new]
    done = [pair for pair in shared if all(run.status != "error" for run in pair)]
    differ = [(one, other) for one, other in done if _told(one) != _told(other)]
    worse = sum(one.status == "passed" and other.status != "passed" for one, other in done)
    better = sum(one.status != "passed" and other.status == "passed" for one, other in done)
    return LevelCost(
        before=before,
        after=after,
        adds=ADDED[after],
        pairs=len(done),
        same=len(done) - len(differ),
        worse=worse,
        better=better,
        p=mcnemar(worse, better),
        not_done=len(shared) - len(done),
        p50_ms=(_p50([one for one, _ in done]), _p50([other for _, other in done])),
        differ=tuple(_differing(one, other) for one, other in differ),
    )


def _caller(run: RunRecord) -> tuple[str, str, str, int, int]:
    key = run.key
    return key.scenario, key.variant, key.condition, key.repetition, key.seed


def _told(run: RunRecord) -> tuple[Status, str | None, frozenset[str]]:
    return run.status, run.outcome, frozenset(check.expectation for check in run.checks if not check.holds)


def _differing(one: RunRecord, other: RunRecord) -> Differing:
    key = one.key
    return Differing(
        key.scenario, key.variant, key.condition, key.repetition, _came_to(one), _came_to(other), _blame(one, other)
    )


def _came_to(run: RunRecord) -> CameTo:
    missed = tuple(f"{check.expectation}: {check.found}" for check in run.checks if not check.holds)
    return CameTo(run.key.level, run.status, run.outcome, missed, _p50([run]))


def _blame(one: RunRecord, other: RunRecord) -> Blame | None:
    """A call over the telephone can't be played again with a layer made perfect: that it holds without one is told."""
    if other.status != "failed":
        return None
    if other.blame is None and one.status == "passed":
        return Blame("turn_taking", f"at level {one.key.level} it holds: {ADDED[other.key.level]} make the difference")
    return other.blame


def _p50(runs: Sequence[RunRecord]) -> int | None:
    return percentile([turn.latency_ms for run in runs for turn in run.turns if turn.latency_ms is not None], 50)
