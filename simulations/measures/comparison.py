"""What a suite's runs differ in from a baseline's, and which of these differences are real. Pure.

    found = compare(baseline.runs, report.runs)
    found.regressions                   # figures that are really worse: what a gate fails on

Runs of the same key are paired. A difference is real where its p-value, corrected for all that was tried, is under 5 %
and it is larger than what can be measured. docs/measures.md tells the tests and what they take for granted.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterable, Sequence
from typing import Final, Literal, TypeAlias

import msgspec
import numpy as np

from simulations.measures.paired import holm, least_p, mcnemar, signed_ranks
from simulations.measures.statistics import Interval, resampled
from simulations.measures.timeline import TURNS
from simulations.runs.records import RunKey, RunRecord

REAL: Final = 0.05
_PASSED: Final = "passed"
FRAME_MS: Final = 20.0
"""Waits that differ by less than a frame of the line are the same."""

Verdict: TypeAlias = Literal["better", "worse", "no real difference", "too few runs"]


class Difference(msgspec.Struct, frozen=True):
    """One figure of `pairs` runs, before and after: shares of runs for `passed`, else a run's figure.

    `change` is the mean of after minus before (the median for times), `interval` that of resampled scenarios, None
    where there is no second one or nothing moved. `better` and `worse` count pairs. `p_corrected` is `p` after Holm's
    method; a change too small to mean anything has a `p` of 1. `too few runs`: even if all pairs had moved the same way
    it could not have been told from chance.
    """

    figure: str
    scenario: str
    pairs: int
    before: float
    after: float
    change: float
    better: int
    worse: int
    p: float
    p_corrected: float = 1.0
    verdict: Verdict = "no real difference"
    interval: Interval | None = None


class Comparison(msgspec.Struct, frozen=True):
    """`figures` are of all runs together, `scenarios` those whose runs came to something else. Runs that only one side
    has, or that one side could not do, are not compared."""

    pairs: int
    only_before: int
    only_after: int
    not_done: int
    figures: tuple[Difference, ...]
    scenarios: tuple[Difference, ...]

    @property
    def regressions(self) -> tuple[Difference, ...]:
        return tuple(each for each in (*self.figures, *self.scenarios) if each.verdict == "worse")


class _Figure(msgspec.Struct, frozen=True):
    """Of one run: more is worse. `least` is the smallest change that means anything."""

    name: str
    of: Callable[[RunRecord], float | None]
    least: float = 0.0
    is_time: bool = False


_Pair: TypeAlias = tuple[RunRecord, RunRecord]


def compare(before: Iterable[RunRecord], after: Iterable[RunRecord], seed: int = 1) -> Comparison:
    """`seed` decides the resamples that intervals are made of."""
    old, new = _by_key(before), _by_key(after)
    shared = [(old[key], new[key]) for key in sorted(old.keys() & new.keys())]
    pairs = [pair for pair in shared if all(run.status != "error" for run in pair)]
    return Comparison(
        pairs=len(pairs),
        only_before=len(old.keys() - new.keys()),
        only_after=len(new.keys() - old.keys()),
        not_done=len(shared) - len(pairs),
        figures=_judged([each for each in (_passed(pairs, "", seed), *_numbers(pairs, seed)) if each is not None]),
        scenarios=_judged(_changed_scenarios(pairs, seed)),
    )


def _by_key(runs: Iterable[RunRecord]) -> dict[RunKey, RunRecord]:
    return {run.key: run for run in runs}


def _passed(pairs: Sequence[_Pair], scenario: str, seed: int) -> Difference | None:
    if not pairs:
        return None
    outcomes = [(old.status == "passed", new.status == "passed") for old, new in pairs]
    better = sum(not old and new for old, new in outcomes)
    worse = sum(old and not new for old, new in outcomes)
    moves = [float(new) - float(old) for old, new in outcomes]
    return Difference(
        figure=_PASSED,
        scenario=scenario,
        pairs=len(pairs),
        before=sum(old for old, _ in outcomes) / len(pairs),
        after=sum(new for _, new in outcomes) / len(pairs),
        change=sum(moves) / len(pairs),
        better=better,
        worse=worse,
        p=mcnemar(worse, better),
        interval=_interval(pairs, moves, statistics.fmean, seed),
    )


def _changed_scenarios(pairs: Sequence[_Pair], seed: int) -> list[Difference]:
    names = dict.fromkeys(old.key.scenario for old, _ in pairs)
    found = [_passed([pair for pair in pairs if pair[0].key.scenario == name], name, seed) for name in names]
    return [each for each in found if each is not None and (each.better or each.worse)]


def _numbers(pairs: Sequence[_Pair], seed: int) -> list[Difference]:
    """Each figure over the pairs of which both have it."""
    found: list[Difference] = []
    for figure in _FIGURES:
        values = [(pair, figure.of(pair[0]), figure.of(pair[1])) for pair in pairs]
        both = [(pair, old, new) for pair, old, new in values if old is not None and new is not None]
        if not both:
            continue
        middle = statistics.median if figure.is_time else statistics.fmean
        moves = [new - old for _, old, new in both]
        change = float(middle(moves))
        p = signed_ranks(moves) if abs(change) >= figure.least else 1.0
        found.append(
            Difference(
                figure=figure.name,
                scenario="",
                pairs=len(both),
                before=float(middle([old for _, old, _ in both])),
                after=float(middle([new for _, _, new in both])),
                change=change,
                better=sum(move < 0 for move in moves),
                worse=sum(move > 0 for move in moves),
                p=p,
                interval=_interval([pair for pair, _, _ in both], moves, middle, seed),
            )
        )
    return found


def _interval(
    pairs: Sequence[_Pair], moves: Sequence[float], middle: Callable[[Sequence[float]], float], seed: int
) -> Interval | None:
    """Of `middle` of the moves when whole scenarios are drawn: their runs are alike."""
    groups: dict[str, list[float]] = {}
    for (old, _), move in zip(pairs, moves, strict=True):
        groups.setdefault(old.key.scenario, []).append(move)
    if len(groups) < 2 or not any(moves):
        return None
    listed = list(groups.values())
    fast = np.median if middle is statistics.median else np.mean
    return resampled(len(listed), lambda picked: float(fast(np.concatenate([listed[at] for at in picked]))), seed)


def _judged(differences: Sequence[Difference]) -> tuple[Difference, ...]:
    """With corrected p-values and verdicts: these are all that was tried together."""
    corrected = holm([each.p for each in differences])
    return tuple(
        msgspec.structs.replace(each, p_corrected=p, verdict=_verdict(each, p, len(differences)))
        for each, p in zip(differences, corrected, strict=True)
    )


def _verdict(difference: Difference, p_corrected: float, tried: int) -> Verdict:
    if p_corrected < REAL:
        return "better" if (difference.change > 0) == (difference.figure == _PASSED) else "worse"
    return "too few runs" if tried * least_p(difference.pairs) >= REAL else "no real difference"


def _latency_ms(run: RunRecord) -> float | None:
    waits = [turn.latency_ms for turn in run.turns if turn.latency_ms is not None]
    return float(statistics.median(waits)) if waits else None


def _stop_ms(run: RunRecord) -> float | None:
    stops = () if run.turn_taking is None else run.turn_taking.stops_ms
    return float(statistics.median(stops)) if stops else None


def _observed(name: str) -> Callable[[RunRecord], float | None]:
    def of(run: RunRecord) -> float | None:
        return None if run.turn_taking is None else float(getattr(run.turn_taking, name))

    return of


_FIGURES: Final = (
    _Figure("latency_ms", _latency_ms, FRAME_MS, is_time=True),
    _Figure("stop_ms", _stop_ms, FRAME_MS, is_time=True),
    _Figure("unanswered", _observed("unanswered")),
    _Figure("cut_offs", _observed("cut_offs")),
    _Figure("talked_over", _observed("talked_over")),
    _Figure("turns", lambda run: float(sum(turn.kind in TURNS for turn in run.turns))),
)
"""What is compared beside whether runs passed."""
