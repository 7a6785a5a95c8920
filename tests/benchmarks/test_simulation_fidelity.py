"""When a simulated call counts as what the telephone made of it."""

from __future__ import annotations

from benchmarks.simulation_fidelity import measured
from simulations.runs.records import RunRecord
from tests.simulations.runs.suites import a_key, a_run


def runs(**latencies: tuple[int | None, ...]) -> dict[str, RunRecord]:
    return {name: a_run(a_key(name), latencies=each) for name, each in latencies.items()}


def test_the_same_outcome_in_as_many_turns_agrees() -> None:
    figures = measured(runs(one=(400, 600), two=(500,)), runs(one=(440, 650), two=(540,)))
    assert figures.figures["agreement"]["share"] == 1
    assert figures.figures["median_latency_apart_ms"] == 40
    assert figures.figures["turn_apart_ms"] == {"turns": 3, "p5": 40, "p50": 40, "p95": 50}
    assert figures.figures["stages_apart_ms"] == {"endpoint": 0, "on_the_way": 40}
    assert all(goal.met for goal in figures.goals)


def test_what_holds_at_one_level_alone_is_told() -> None:
    phone = {**runs(one=(400,)), "two": a_run(a_key("two"), "failed", latencies=(None,))}
    figures = measured(runs(one=(400,), two=(400,)), phone)
    (told,) = figures.figures["disagreements"]
    assert (told["scenario"], told["audio"], told["phone"]) == ("two", "passed nothing", "failed nothing outcome")
    assert [goal.met for goal in figures.goals] == [False, True]


def test_answers_that_nobody_waited_for_can_not_be_compared() -> None:
    figures = measured(runs(one=(None,)), runs(one=(None,)))
    assert figures.figures["median_latency_apart_ms"] is None
    assert figures.goals[1].met is False
