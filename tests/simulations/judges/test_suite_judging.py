"""A whole suite judged: advice with every run, and what its scenarios ask for."""

from __future__ import annotations

from collections.abc import AsyncGenerator

import msgspec
import pytest

from simulations import virtual_time
from simulations.judges.asking import CallJudge
from simulations.judges.rubric import SERVICE, read_rubric
from simulations.judges.suite_judging import judged_suite
from simulations.runs.records import Machine, RunKey, RunRecord, RunTurn, Status, SuiteReport
from simulations.scenario import JudgeExpected
from voice_agent.clock import LoopClock
from voice_agent.errors import AgentFolderError
from voice_agent.ports.language import Prompt

RUBRIC = read_rubric(SERVICE)


class Severe:
    """Finds everything broken that isn't the greeting alone, and quotes the last line that it may."""

    name = "severe"
    asked = 0

    async def answer(self, prompt: Prompt, *, deadline_us: int) -> AsyncGenerator[str, None]:
        self.asked += 1
        lines = [msgspec.json.decode(line) for line in prompt.user.split("\n") if line.startswith('{"line"')]
        last = [line for line in lines if line["line"] in prompt.schema["properties"]["line"]["enum"]][-1]
        answer = {"line": last["line"], "quote": last["text"], "reason": "so", "verdict": "broken"}
        yield msgspec.json.encode(answer).decode()


def run(scenario: str, status: Status = "passed") -> RunRecord:
    key = RunKey(scenario, "", "clean", "text", 1, 1)
    turns = (RunTurn("Where is my order?", "Why would I care?"),)
    return RunRecord(key, status, None, None, "caller", "", 9_000, 10, greeting="Hello.", turns=turns)


def report(*runs: RunRecord) -> SuiteReport:
    return SuiteReport(
        agent="Riverside Broadband",
        agent_digest="00",
        level="text",
        seed=1,
        repetitions=1,
        began="2026-03-04T10:00:00+00:00",
        wall_ms=1_000,
        complete=True,
        planned=len(runs),
        machine=Machine("Linux", 2, "3.11", {}),
        runs=runs,
    )


def judged(suite: SuiteReport, model: Severe, expected: dict[str, JudgeExpected]) -> SuiteReport:
    async def scenario() -> SuiteReport:
        judge = CallJudge(model, LoopClock())
        return await judged_suite(suite, judge, RUBRIC, lambda key: expected.get(key.scenario), votes=2)

    return virtual_time.run(scenario())


def test_every_run_is_judged_and_only_what_is_asked_for_fails_one() -> None:
    model = Severe()
    asked_for = {"strict": JudgeExpected(("politeness",))}
    found = judged(report(run("strict"), run("easy"), run("broken", "error")), model, asked_for)
    assert [each.status for each in found.runs] == ["failed", "passed", "error"]
    assert [len(each.judgements) for each in found.runs] == [len(RUBRIC.items), len(RUBRIC.items), 0]
    assert [check.expectation for check in found.runs[0].checks] == ["judge.politeness"]
    assert "Why would I care?" in found.runs[0].checks[0].found
    assert model.asked == 2 * 2 * len(RUBRIC.items)


def test_an_item_that_the_rubric_lacks_is_refused_before_anything_is_asked() -> None:
    model = Severe()
    with pytest.raises(AgentFolderError, match=r"scenario 'odd': expect\.judge\.items: .* has no item 'kindness'"):
        judged(report(run("odd")), model, {"odd": JudgeExpected(("kindness",))})
    assert model.asked == 0
