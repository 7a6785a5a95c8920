"""Plays changed forms of a scenario that holds, and finds the fewest changes that make it fall short. A thin shell.

found = search_mutants(scenario, changes, play, budget=40)
found.changes, found.file                       # ("pause_in_line_2",), a scenario file that falls short again
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec

from simulations.making.mutate import Mutation, Needs, Tried, mutated, mutations, smallest_failing, variant_name
from simulations.making.writing import written
from simulations.reports.wording import what_fell_short
from simulations.runs.records import Level, RunRecord
from simulations.runs.worker_messages import Engines
from simulations.scenario import Scenario
from voice_agent.errors import UsageError


class MutantsFound(msgspec.Struct, frozen=True):
    """`changes` are the fewest that make `scenario` fall short, empty where it held in all of `tried` variants.

    `file` is the scenario with them, and `run` what came of it; None where everything held.
    """

    scenario: str
    tried: int
    changes: tuple[str, ...] = ()
    file: str | None = None
    run: RunRecord | None = None


def changes_of(scenario: Scenario, level: Level, engines: Engines) -> tuple[Mutation, ...]:
    """Those that can matter: typed calls have no sound, and doubles of engines hear nothing on a bad line."""
    possible: set[Needs] = {"words"} if level == "text" else {"words", "sound"}
    if level != "text" and engines == "real":
        possible.add("line")
    return tuple(change for change in mutations(scenario) if change.needs in possible)


def as_mutant(scenario: Scenario) -> Scenario:
    """Under the name that every variant has. Its own row of a table, where it is one, is filled in already.

    Raises UsageError for a caller that thinks of its own lines.
    """
    if scenario.mind != "scripted":
        raise UsageError(f"{scenario.scenario} has no lines that could be changed", hint="name one without `mind: llm`")
    name = f"{scenario.scenario}_changed"
    return msgspec.structs.replace(scenario, scenario=name, v=2, variables={}, table=())


def search_mutants(
    scenario: Scenario, changes: Sequence[Mutation], play: Callable[[Scenario], RunRecord], *, budget: int
) -> MutantsFound:
    """`scenario` as `as_mutant` makes it; at most `budget` variants are played.

    Raises UsageError where `scenario` itself does not hold, or a variant could not be played.
    """
    held = play(scenario)
    if held.status != "passed":
        told = "; ".join(what_fell_short(held))
        raise UsageError(f"{scenario.scenario} falls short as it is: {told}", hint="change one that holds")
    tried = 0
    last: dict[str, RunRecord] = {}
    found: Tried | None = None
    search = smallest_failing(changes, budget=budget, seed=scenario.seed)
    try:
        asked = next(search)
        while True:
            tried += 1
            record = play(_variant(scenario, asked))
            if record.status == "error":
                raise UsageError(f"{variant_name(asked)} could not be played: {record.reason}")
            last[variant_name(asked)] = record
            asked = search.send(record.status == "passed")
    except StopIteration as end:
        found = end.value
    if found is None:
        return MutantsFound(scenario.scenario, tried)
    run = last[variant_name(found)]
    comment = "\n".join((f"It falls short with: {', '.join(each.name for each in found)}.", *what_fell_short(run)))
    file = written(_variant(scenario, found), comment=comment)
    return MutantsFound(scenario.scenario, tried, tuple(each.name for each in found), file, run)


def _variant(scenario: Scenario, changes: Tried) -> Scenario:
    changed = mutated(scenario, changes)
    about = f"{changed.about} Changed: {', '.join(change.name for change in changes)}.".strip()
    return msgspec.structs.replace(changed, about=about)
