"""Has all runs of a finished suite judged, one after another. A thin shell around `CallJudge`.

    report = await judged_suite(report, judge, read_rubric(SERVICE), lambda key: scenarios[key.scenario].expect.judge)

A suite is judged after it has been played, so that a slow model delays no call. Its summary is not drawn anew here.
"""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from simulations.judges.advice import judged_run
from simulations.judges.asking import VOTES, CallJudge
from simulations.judges.rubric import Rubric
from simulations.judges.spoken_lines import lines_of
from simulations.runs.records import RunKey, RunRecord, SuiteReport
from simulations.scenario import JudgeExpected
from voice_agent.errors import AgentFolderError


async def judged_suite(
    report: SuiteReport,
    judge: CallJudge,
    rubric: Rubric,
    expected: Callable[[RunKey], JudgeExpected | None],
    votes: int = VOTES,
) -> SuiteReport:
    """`report` with judgements of every item of `rubric` in each run that was done.

    Raises AgentFolderError, before any question, where a scenario asks for an item that the rubric hasn't.
    """
    wanted = {run.key: expected(run.key) for run in report.runs}
    for key, each in wanted.items():
        check_items(key.scenario, each, rubric)
    runs: list[RunRecord] = []
    for run in report.runs:
        judgements = () if run.status == "error" else await judge.judge(lines_of(run), rubric.items, votes)
        runs.append(judged_run(run, judgements, wanted[run.key]))
    return msgspec.structs.replace(report, runs=tuple(runs))


def check_items(scenario: str, expected: JudgeExpected | None, rubric: Rubric) -> None:
    """Raises AgentFolderError where `scenario` asks for an item that `rubric` hasn't."""
    names = [item.name for item in rubric.items]
    for item in () if expected is None else expected.items:
        if item not in names:
            raise AgentFolderError(
                f"scenario {scenario!r}: expect.judge.items: rubric {rubric.rubric!r} has no item {item!r}",
                hint=f"allowed: {', '.join(names)}",
            )
