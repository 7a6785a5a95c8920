"""Changes to a scenario, and the search for the smallest that make it fail."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulations.making.mutate import Mutation, Tried, mutated, mutations, smallest_failing, variant_name
from simulations.making.writing import written
from simulations.scenario import Answer, Line
from simulations.scenario_file import parse_scenario
from tests.session.test_scenarios import SCENARIOS
from tests.simulations.callers import scenario_of
from tests.simulations.runs.stages import key_of, played

FOUND = SCENARIOS["track_order_found"]


def search(
    changes: list[Mutation], holds: Callable[[frozenset[str]], bool], *, budget: int = 60, seed: int = 0
) -> tuple[Tried | None, int]:
    """What the search finds for a verdict by the names of changes, and how many sets it tried."""
    looking = smallest_failing(changes, budget=budget, seed=seed)
    tries = 0
    try:
        tried = next(looking)
        while True:
            tries += 1
            tried = looking.send(holds(frozenset(mutation.name for mutation in tried)))
    except StopIteration as end:
        return end.value, tries


def named(*names: str) -> list[Mutation]:
    return [Mutation(name, lambda scenario: scenario) for name in names]


def test_a_change_that_fails_alone_is_found_first() -> None:
    found, tries = search(named("a", "b", "c"), lambda names: "b" not in names)
    assert found is not None
    assert (variant_name(found), tries) == ("b", 2)


@given(st.sets(st.sampled_from("abcdefgh"), min_size=2, max_size=3), st.integers(0, 1_000))
def test_of_changes_that_fail_together_only_those_that_are_needed_are_told(guilty: set[str], seed: int) -> None:
    found, _ = search(named(*"abcdefgh"), lambda names: not guilty <= names, budget=400, seed=seed)
    assert found is not None
    assert {mutation.name for mutation in found} == guilty


def test_where_everything_holds_nothing_is_found_within_the_budget() -> None:
    assert search(named(*"abcdefgh"), lambda _: True, budget=25) == (None, 25)
    assert search([], lambda _: True) == (None, 0)


def test_every_kind_of_change_is_made_where_it_can_be() -> None:
    names = {mutation.name for mutation in mutations(FOUND)}
    assert {"pause_in_line_1", "slip_in_line_2", "yes_0_in_line_3", "cough_before_line_2", "line_street_10db"} <= names
    assert "answers_in_other_order" not in names
    answers = (Answer(when="a", say="1"), Answer(when="b", say="55012479"))
    asked = msgspec.structs.replace(scenario_of(Line(after="greeting", say="no"), Line(say="12345")), v=2)
    names = {mutation.name for mutation in mutations(msgspec.structs.replace(asked, whenever=answers))}
    assert {"answers_in_other_order", "no_1_in_line_1", "corrections"} <= names


@pytest.mark.parametrize("name", [*list(SCENARIOS)[::9], "line_is_good", "outage_known"])
def test_every_change_gives_a_scenario_that_can_be_read(name: str) -> None:
    scenario = SCENARIOS[name]
    changes = mutations(scenario)
    for tried in (*((change,) for change in changes), changes):
        changed = mutated(scenario, tried)
        assert parse_scenario(written(changed), name="m.yaml") == changed
        assert changed.expect == scenario.expect
        assert changed != msgspec.structs.replace(scenario, v=2)


def test_a_cough_leaves_other_changes_where_they_were() -> None:
    changes = {mutation.name: mutation for mutation in mutations(FOUND)}
    both = mutated(FOUND, (changes["cough_before_line_2"], changes["yes_0_in_line_3"]))
    assert [line.cough for line in both.lines[:3]] == [False, True, False]
    assert both.lines[3].say == "Yes."


def test_a_passing_scenario_with_changes_is_played_like_any_other(tmp_path: Path) -> None:
    changes = {mutation.name: mutation for mutation in mutations(FOUND)}
    tried = (changes["slip_in_line_2"], changes["cough_before_line_3"], changes["fillers"])
    scenario = mutated(FOUND, tried)
    (run,) = played(tmp_path, [(key_of(scenario, "audio"), scenario)])
    assert [check.found for check in run.record.checks if not check.holds] == []
    assert "cough" in {turn.kind for turn in run.record.turns}


def test_who_answers_yes_or_no_says_no_yeah_that_could_be_taken_for_it() -> None:
    open_questions = scenario_of(Line(after="greeting", say="Where is my order?"), Line(when="number", say="5501"))
    assert "backchannels" in {mutation.name for mutation in mutations(open_questions)}
    assert "backchannels" not in {mutation.name for mutation in mutations(FOUND)}
