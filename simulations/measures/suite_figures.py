"""What a suite of runs came to, as its report's `summary` shows it: pass^k, shares, waits, turn-taking. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from simulations.measures.statistics import (
    Interval,
    PassHatK,
    Percentile,
    Share,
    grouped_percentile,
    pass_hat_k,
    ratio_interval,
    share_of,
)
from simulations.measures.turn_taking import TurnTakingFigures, figures
from simulations.measures.words import WordErrors, pooled
from simulations.runs.records import RunRecord


class WordFigures(msgspec.Struct, frozen=True):
    """What the agent heard against what was said, over all calls; the interval is of resampled calls."""

    errors: WordErrors
    rate: float
    interval: Interval | None


class Group(msgspec.Struct, frozen=True):
    """Runs at one level on one line. Runs that could not be done (`errors`) count nowhere else.

    `pass_hat_k` counts each variant of a scenario as a scenario. `turn_taking`, `words` and `entities` are None
    where nothing was heard; `entities` counts mentions of values that scenarios know.
    """

    level: str
    condition: str
    runs: int
    errors: int
    passed: Share
    pass_hat_k: tuple[PassHatK, ...]
    latency: tuple[Percentile, ...]
    turn_taking: TurnTakingFigures | None
    words: WordFigures | None
    entities: Share | None


class SuiteFigures(msgspec.Struct, frozen=True):
    """`groups` in the order in which their first runs stand."""

    runs: int
    passed: int
    failed: int
    errors: int
    groups: tuple[Group, ...]


def suite_figures(runs: Iterable[RunRecord], seed: int = 1) -> SuiteFigures:
    """`seed` decides the resamples that intervals of percentiles are made of."""
    listed = list(runs)
    by_group: dict[tuple[str, str], list[RunRecord]] = {}
    for run in listed:
        by_group.setdefault((run.key.level, run.key.condition), []).append(run)
    return SuiteFigures(
        runs=len(listed),
        passed=_count(listed, "passed"),
        failed=_count(listed, "failed"),
        errors=_count(listed, "error"),
        groups=tuple(_group(level, line, members, seed) for (level, line), members in by_group.items()),
    )


def _group(level: str, condition: str, runs: Sequence[RunRecord], seed: int) -> Group:
    done = [run for run in runs if run.status != "error"]
    observed = [run.turn_taking for run in done if run.turn_taking is not None]
    waits = [[turn.latency_ms for turn in run.turns if turn.latency_ms is not None] for run in done]
    grouped: dict[str, list[int]] = {}
    for run, each in zip(done, waits, strict=True):
        grouped.setdefault(run.key.scenario, []).extend(each)
    percentiles = (grouped_percentile(list(grouped.values()), percent, seed) for percent in (50, 95))
    return Group(
        level=level,
        condition=condition,
        runs=len(runs),
        errors=len(runs) - len(done),
        passed=share_of(_count(done, "passed"), len(done)),
        pass_hat_k=pass_hat_k(_by_scenario(done)),
        latency=tuple(each for each in percentiles if each is not None),
        turn_taking=figures(observed) if observed else None,
        words=_words(done, seed),
        entities=_entities(done),
    )


def _entities(runs: Sequence[RunRecord]) -> Share | None:
    """Mentions of values that scenarios know, and those of them that were heard."""
    heard = [run.entities for run in runs if run.entities is not None]
    return share_of(sum(each.right for each in heard), sum(each.said for each in heard)) if heard else None


def _words(runs: Sequence[RunRecord], seed: int) -> WordFigures | None:
    calls = [run.words for run in runs if run.words is not None]
    if not calls:
        return None
    together = pooled(calls)
    interval = ratio_interval([call.errors for call in calls], [call.words for call in calls], seed)
    return WordFigures(together, together.rate, interval)


def _by_scenario(runs: Sequence[RunRecord]) -> dict[str, tuple[int, int]]:
    """How many of its runs passed, of how many, by scenario and variant."""
    found: dict[str, tuple[int, int]] = {}
    for run in runs:
        name = f"{run.key.scenario}/{run.key.variant}"
        good, all_of_it = found.get(name, (0, 0))
        found[name] = (good + (run.status == "passed"), all_of_it + 1)
    return found


def _count(runs: Sequence[RunRecord], status: str) -> int:
    return sum(run.status == status for run in runs)
