"""What becomes of a run by a judge's opinion."""

from __future__ import annotations

import pytest

from simulations.judges.advice import judged_run, told
from simulations.judges.verdicts import Judgement, Verdict, Vote, judgement
from simulations.runs.records import Check, RunKey, RunRecord, Status
from simulations.scenario import JudgeExpected

KEY = RunKey("a", "", "clean", "text", 1, 1)
WANTED = JudgeExpected(("politeness",))


def run(status: Status = "passed") -> RunRecord:
    checks = (Check("lines", status != "failed", "every line is played", "so it was"),)
    return RunRecord(KEY, status, None, None, "caller", "", 9_000, 10, checks=checks)


def opinion(*verdicts: Verdict | None, item: str = "politeness") -> Judgement:
    return judgement(item, [Vote(verdict, "Go away, you." if verdict else "", 3) for verdict in verdicts])


def test_a_run_fails_by_what_its_scenario_asks_for() -> None:
    found = judged_run(run(), [opinion("broken", "broken", "holds")], WANTED)
    assert found.status == "failed"
    assert [(check.expectation, check.holds) for check in found.checks] == [
        ("lines", True),
        ("judge.politeness", False),
    ]
    assert found.checks[1].found == 'broken, 2 of 3 votes: "Go away, you." (line 3)'
    assert found.judgements[0].verdict == "broken"


@pytest.mark.parametrize("expected", [None, JudgeExpected(("clarity",))])
def test_what_it_does_not_ask_for_is_advice(expected: JudgeExpected | None) -> None:
    found = judged_run(run(), [opinion("broken", "broken", "broken")], expected)
    assert found.status == "passed"
    assert [check.expectation for check in found.checks] == ["lines"]
    assert found.judgements[0].verdict == "broken"


@pytest.mark.parametrize(
    "verdicts", [("broken", "holds", "holds"), ("broken", None, None), (None, None, None), ("broken",)]
)
def test_too_few_votes_or_none_that_count_fail_nothing(verdicts: tuple[Verdict | None, ...]) -> None:
    assert judged_run(run(), [opinion(*verdicts)], WANTED).status == "passed"


def test_a_scenario_may_want_more_agreement() -> None:
    strict = JudgeExpected(("politeness",), agreement=0.9)
    assert judged_run(run(), [opinion("broken", "broken", "holds")], strict).status == "passed"
    assert judged_run(run(), [opinion("broken", "broken", "broken")], strict).status == "failed"


def test_praise_passes_nothing_that_rules_have_failed() -> None:
    assert judged_run(run("failed"), [opinion("holds", "holds", "holds")], WANTED).status == "failed"


def test_a_run_that_could_not_be_done_is_not_judged() -> None:
    assert judged_run(run("error"), [opinion("broken", "broken", "broken")], WANTED) == run("error")


def test_a_judgement_without_a_verdict_says_why() -> None:
    assert told(opinion(None, None, "holds", "broken")) == "no verdict: 2 of 4 votes are void"
