"""Which differences from a baseline are real, on runs made by hand."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from simulations.measures.comparison import Difference, compare
from simulations.measures.entities import EntityAccuracy
from simulations.measures.suite_figures import suite_figures
from simulations.measures.turn_taking import observe
from simulations.measures.words import WordErrors
from simulations.runs.records import RunKey, RunRecord, RunTurn, Status


def run(
    scenario: str, repetition: int, status: Status = "passed", waits: Sequence[int] = (), *, heard: bool = False
) -> RunRecord:
    turns = tuple(RunTurn("said", "answered", latency_ms=wait) for wait in waits)
    taking = observe(b"", b"", ()) if heard else None
    key = RunKey(scenario, "", "clean", "audio", repetition, 1)
    return RunRecord(key, status, None, None, "caller", "", 9_000, 10, turns=turns, turn_taking=taking)


def suite(statuses: dict[str, Sequence[Status]], waits: Sequence[int] = ()) -> list[RunRecord]:
    return [run(name, at, status, waits) for name, each in statuses.items() for at, status in enumerate(each, 1)]


def figure(found: Sequence[Difference], name: str) -> Difference:
    return next(each for each in found if each.figure == name)


def test_a_fall_in_many_runs_is_real() -> None:
    before = suite({"a": ["passed"] * 8, "b": ["passed"] * 8})
    after = suite({"a": ["failed"] * 8, "b": ["passed"] * 8})
    found = compare(before, after)
    passed = figure(found.figures, "passed")
    assert (passed.pairs, passed.before, passed.after, passed.change) == (16, 1.0, 0.5, -0.5)
    # 2 / 2^8, tried together with the number of turns.
    assert (passed.p, passed.p_corrected, passed.verdict) == (2 / 256, 4 / 256, "worse")
    assert [(each.scenario, each.worse, each.verdict) for each in found.scenarios] == [("a", 8, "worse")]
    assert [each.scenario for each in found.regressions] == ["", "a"]


def test_what_got_better_is_no_regression() -> None:
    found = compare(suite({"a": ["failed"] * 8}), suite({"a": ["passed"] * 8}))
    assert figure(found.figures, "passed").verdict == "better"
    assert found.regressions == ()


def test_one_run_that_fails_among_many_is_not() -> None:
    before = suite({"a": ["passed"] * 8})
    after = [run("a", 1, "failed"), *before[1:]]
    found = compare(before, after)
    assert figure(found.figures, "passed").verdict == "no real difference"
    assert [(each.scenario, each.before, each.after) for each in found.scenarios] == [("a", 1.0, 0.875)]
    assert found.regressions == ()


def test_four_runs_can_tell_nothing_and_say_so() -> None:
    found = compare(suite({"a": ["passed"] * 4}), suite({"a": ["failed"] * 4}))
    assert {each.verdict for each in (*found.figures, *found.scenarios)} == {"too few runs"}


def test_only_runs_of_the_same_key_that_were_done_are_compared() -> None:
    before = [run("a", 1), run("a", 2), run("a", 3, "error"), run("gone", 1)]
    after = [run("a", 1), run("a", 2, "error"), run("a", 3), run("new", 1), run("newer", 1)]
    found = compare(before, after)
    assert (found.pairs, found.only_before, found.only_after, found.not_done) == (1, 1, 2, 2)


def test_nothing_in_common_compares_nothing() -> None:
    found = compare([run("a", 1)], [run("b", 1)])
    assert (found.pairs, found.figures, found.scenarios) == (0, (), ())


def test_waits_that_grow_in_every_run_are_worse() -> None:
    statuses: dict[str, Sequence[Status]] = {"a": ["passed"] * 6, "b": ["passed"] * 6}
    found = compare(suite(statuses, [500, 600, 700]), suite(statuses, [540, 640, 900]))
    latency = figure(found.figures, "latency_ms")
    assert (latency.before, latency.after, latency.change) == (600, 640, 40)
    assert (latency.p, latency.verdict) == (2 / 2**12, "worse")
    assert figure(found.figures, "passed").verdict == "no real difference"


def test_a_change_under_a_frame_is_none_however_regular() -> None:
    statuses: dict[str, Sequence[Status]] = {"a": ["passed"] * 20}
    found = compare(suite(statuses, [500]), suite(statuses, [510]))
    latency = figure(found.figures, "latency_ms")
    assert (latency.change, latency.worse, latency.verdict) == (10, 20, "no real difference")


def test_the_interval_of_a_change_comes_from_scenarios() -> None:
    before = suite({"a": ["passed"] * 6, "b": ["passed"] * 6}, [500])
    after = [run("a", at, "passed", [500]) for at in range(1, 7)] + [
        run("b", at, "passed", [700]) for at in range(1, 7)
    ]
    interval = figure(compare(before, after).figures, "latency_ms").interval
    assert interval is not None
    assert (interval.low, interval.high) == (0, 200)
    assert figure(compare(before, before).figures, "latency_ms").interval is None


def test_counts_are_compared_where_both_were_heard() -> None:
    found = compare([run("a", 1, heard=True), run("a", 2)], [run("a", 1, heard=True), run("a", 2, heard=True)])
    assert figure(found.figures, "cut_offs").pairs == 1
    assert not [each for each in found.figures if each.figure == "stop_ms"]


def test_figures_of_a_suite_are_by_level_and_line_and_leave_out_what_was_not_done() -> None:
    runs = suite({"a": ["passed", "failed"], "b": ["passed", "passed"], "c": ["error", "error"]}, [500, 700])
    found = suite_figures(runs)
    assert (found.runs, found.passed, found.failed, found.errors) == (6, 3, 1, 2)
    (group,) = found.groups
    assert (group.level, group.condition, group.runs, group.errors) == ("audio", "clean", 6, 2)
    assert (group.passed.count, group.passed.of) == (3, 4)
    assert [(each.k, each.value) for each in group.pass_hat_k] == [(1, 0.75), (2, 0.5)]
    assert [(each.percent, each.value, each.count) for each in group.latency] == [(50, 500, 8), (95, 700, 8)]
    assert group.turn_taking is None


def test_words_and_values_are_counted_where_they_were_heard() -> None:
    one = msgspec.structs.replace(run("a", 1), words=WordErrors(4, substituted=1), entities=EntityAccuracy(3, 2, ()))
    two = msgspec.structs.replace(run("b", 1), words=WordErrors(6), entities=EntityAccuracy(1, 1, ()))
    (group,) = suite_figures([one, two, run("c", 1)]).groups
    assert group.words is not None
    assert (group.words.errors.words, group.words.rate) == (10, 0.1)
    assert group.entities is not None
    assert (group.entities.count, group.entities.of) == (3, 4)
    (silent,) = suite_figures([run("c", 1)]).groups
    assert (silent.words, silent.entities) == (None, None)


def test_variants_of_a_scenario_are_scenarios_of_their_own() -> None:
    keys = [RunKey("a", f"row_{row}", "clean", "text", 1, 1) for row in (1, 2)]
    runs = [RunRecord(key, "passed", None, None, "caller", "", 9_000, 10) for key in keys]
    (group,) = suite_figures(runs).groups
    assert [each.scenarios for each in group.pass_hat_k] == [2]
