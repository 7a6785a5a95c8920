"""Which runs a suite has: scenarios that were selected, times variants, conditions and repetitions. Pure.

    plan(candidates, Wanted(select=("track_*", "tag:billing"), repetitions=4), conditions=("clean", "street_10db"))

A run's seed is drawn from the suite's seed, the scenario, the variant and the repetition, neither from level nor from
condition: the same callers with the same pauses are what makes two levels or two conditions comparable.
"""

from __future__ import annotations

import difflib
import fnmatch
import hashlib
from collections.abc import Iterable, Sequence
from typing import Final

import msgspec

from simulations.runs.records import Level, RunKey
from simulations.scenario_file import ScenarioFile
from voice_agent.errors import UsageError

MOST_RUNS: Final = 100_000
AS_WRITTEN: Final = ""
"""The condition of a run on the line that its scenario describes."""
_SEED_BYTES: Final = 6
_TAG: Final = "tag:"


class Candidate(msgspec.Struct, frozen=True):
    """What the plan knows of a scenario. `variants` are the names of its rows and mutations, one empty name for none.

    `phone_only`: why it can't be typed, None where it can.
    """

    name: str
    variants: tuple[str, ...] = ("",)
    tags: frozenset[str] = frozenset()
    phone_only: str | None = None


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """What was asked for. `select`: names, `name/variant`, patterns such as `track_*`, or `tag:NAME`; all where empty.

    No `conditions`: each scenario on its own line.
    """

    select: tuple[str, ...] = ()
    level: Level = "text"
    conditions: tuple[str, ...] = ()
    repetitions: int = 1
    seed: int = 0


class Plan(msgspec.Struct, frozen=True):
    """`runs` in the order in which they are played. `left_out`: scenarios that this level can't play."""

    runs: tuple[RunKey, ...]
    left_out: tuple[str, ...] = ()


def candidates(files: Iterable[ScenarioFile]) -> list[Candidate]:
    """What the plan knows of them, in their order."""
    return [
        Candidate(file.name, tuple(file.variants), frozenset(file.first.tags), file.first.phone_only) for file in files
    ]


def plan(candidates: Sequence[Candidate], wanted: Wanted, conditions: Iterable[str] = ()) -> Plan:
    """The runs of a suite; `conditions` are those that there are. Raises UsageError for what can't be."""
    if not candidates:
        raise UsageError(
            "the agent has no scenarios: there is nobody to call it",
            hint="put callers into its simulations folder, as docs/scenarios.md describes",
        )
    _check_conditions(wanted, tuple(conditions))
    chosen = _chosen(candidates, wanted.select)
    left_out = tuple(dict.fromkeys(one.name for one, _ in chosen if wanted.level == "text" and one.phone_only))
    runs = tuple(
        RunKey(one.name, variant, condition, wanted.level, repetition, seed_of(wanted.seed, one, variant, repetition))
        for repetition in range(1, wanted.repetitions + 1)
        for condition in (wanted.conditions if wanted.conditions else (AS_WRITTEN,))
        for one, variant in chosen
        if one.name not in left_out
    )
    if not runs:
        raise UsageError(f"only on the telephone: {', '.join(left_out)}", hint="use --level audio or --level phone")
    if len(runs) > MOST_RUNS:
        raise UsageError(f"{len(runs)} runs are too many, at most {MOST_RUNS}", hint="select fewer, or repeat less")
    return Plan(runs, left_out)


def only(planned: Plan, keys: Iterable[RunKey]) -> Plan:
    """Those runs of `planned` whose scenario, variant and condition are among `keys`, whatever else differs."""
    kept = {(key.scenario, key.variant, key.condition) for key in keys}
    runs = tuple(run for run in planned.runs if (run.scenario, run.variant, run.condition) in kept)
    return Plan(runs, planned.left_out)


def on_bad_lines(files: Iterable[ScenarioFile], planned: Plan) -> list[str]:
    """Scenarios that are spoken over a line of their own on which words get lost, once each."""
    lines = {
        (file.name, variant): scenario.line_settings
        for file in files
        for variant, scenario in file.variants.items()
        if scenario.line_settings.noise is not None or scenario.line_settings.loss is not None
    }
    spoken = (run for run in planned.runs if run.level != "text" and (run.scenario, run.variant) in lines)
    return list(dict.fromkeys(run.scenario for run in spoken))


def seed_of(suite: int, candidate: Candidate, variant: str, repetition: int) -> int:
    """Below 2^48, so that every reader of JSON keeps it whole."""
    text = f"{suite}\n{candidate.name}\n{variant}\n{repetition}"
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:_SEED_BYTES], "big")


def _check_conditions(wanted: Wanted, known: tuple[str, ...]) -> None:
    if wanted.conditions and wanted.level == "text":
        raise UsageError("a typed conversation has no line that conditions could be of", hint="use --level audio")
    for condition in wanted.conditions:
        if condition not in known:
            raise UsageError(f"there is no condition {condition!r}", hint=_nearest(condition, known))
    if len(set(wanted.conditions)) < len(wanted.conditions):
        raise UsageError(f"a condition is named twice: {', '.join(wanted.conditions)}")


def _chosen(candidates: Sequence[Candidate], select: tuple[str, ...]) -> list[tuple[Candidate, str]]:
    """Scenario and variant of all that any of `select` means, in the order of the candidates."""
    everything = [(one, variant) for one in candidates for variant in one.variants]
    if not select:
        return everything
    kept: set[tuple[str, str]] = set()
    for selector in select:
        found = {(one.name, variant) for one, variant in everything if _means(selector, one, variant)}
        if not found:
            raise UsageError(f"no scenario {_described(selector)}", hint=_hint(selector, candidates))
        kept |= found
    return [(one, variant) for one, variant in everything if (one.name, variant) in kept]


def _means(selector: str, candidate: Candidate, variant: str) -> bool:
    if selector.startswith(_TAG):
        return selector.removeprefix(_TAG) in candidate.tags
    whole = f"{candidate.name}/{variant}" if variant else candidate.name
    return fnmatch.fnmatchcase(candidate.name, selector) or fnmatch.fnmatchcase(whole, selector)


def _described(selector: str) -> str:
    if selector.startswith(_TAG):
        return f"has the tag {selector.removeprefix(_TAG)!r}"
    return f"matches {selector!r}" if _is_pattern(selector) else f"is called {selector!r}"


def _hint(selector: str, candidates: Sequence[Candidate]) -> str:
    if selector.startswith(_TAG):
        return _nearest(selector.removeprefix(_TAG), sorted({tag for one in candidates for tag in one.tags}))
    name, _, variant = selector.partition("/")
    owner = next((one for one in candidates if one.name == name), None)
    if owner is not None and variant:
        return _nearest(variant, [each for each in owner.variants if each])
    return _nearest(name, [one.name for one in candidates])


def _nearest(name: str, known: Sequence[str]) -> str:
    near = [] if _is_pattern(name) else difflib.get_close_matches(name, known, n=1)
    if near:
        return f"did you mean {near[0]}?"
    return f"there are: {', '.join(known)}" if known else "there are none"


def _is_pattern(selector: str) -> bool:
    return any(sign in selector for sign in "*?[")
