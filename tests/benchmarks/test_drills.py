"""Drills: each promise is told, a broken drill is a broken promise, and a day's results are kept together."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks.churn import held_per_call
from benchmarks.drills.command import DRILLS, keep, main, run, told
from benchmarks.report import Asked, Measured, goal


def kept(asked: Asked) -> Measured:
    return Measured({"seed": asked.seed}, (goal("calls that failed", 0, "==", 0),))


def broken(asked: Asked) -> Measured:
    return Measured({}, (goal("calls that failed", 3, "==", 0), goal("left over", 1, "<=", 2)))


def fails(asked: Asked) -> Measured:
    raise AssertionError("the server did not start")


def test_each_promise_is_told() -> None:
    assert told(run("kills", Asked(), kept)) == ["kept   kills: calls that failed: 0 (== 0)"]
    drilled = run("kills", Asked(), broken)
    assert told(drilled) == ["BROKEN kills: calls that failed: 3 (== 0)", "kept   kills: left over: 1 (<= 2)"]
    assert not drilled.kept


def test_a_drill_that_breaks_is_a_broken_promise() -> None:
    drilled = run("kills", Asked(), fails)
    assert told(drilled) == ["FAILED kills: AssertionError: the server did not start"]
    assert not drilled.kept


def test_results_of_one_day_are_kept_together(tmp_path: Path) -> None:
    keep([run("kills", Asked(seed=3), kept)], tmp_path / "results")
    path = keep([run("soak", Asked(), broken)], tmp_path / "results")
    drills = json.loads(path.read_bytes())["drills"]
    assert [drill["report"]["name"] for drill in drills] == ["kills", "soak"]
    assert drills[0]["report"]["figures"] == {"seed": 3}
    assert [goal["met"] for goal in drills[1]["report"]["goals"]] == [False, True]


def test_an_unknown_drill_is_wrong_use(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["earthquake"], tmp_path)
    assert ended.value.code == 2
    assert f"there are: {', '.join(DRILLS)}" in capsys.readouterr().err


def test_what_is_held_for_each_call_is_the_slope_of_the_second_half() -> None:
    growing = [
        (calls, {"rss_kib": 1_000 + 50 * min(calls, 100) + 2 * max(0, calls - 100)}) for calls in range(0, 210, 10)
    ]
    assert held_per_call(growing, "rss_kib") == pytest.approx(2.0)
