"""What a judge's opinion does to a run: it is kept, and fails the run only where its scenario asks for it. Pure.

    judged_run(run, judgements, scenario.expect.judge)

A run that rules have failed stays failed whatever the judge says, and one that could not be done is not judged.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from simulations.judges.verdicts import Judgement
from simulations.runs.records import Check, RunRecord
from simulations.scenario import JudgeExpected


def judged_run(run: RunRecord, judgements: Sequence[Judgement], expected: JudgeExpected | None) -> RunRecord:
    """`run` with the judgements, and a check for each item that is expected."""
    if run.status == "error":
        return run
    found = {each.item: each for each in judgements}
    items = () if expected is None else expected.items
    bound = 1.0 if expected is None else expected.agreement
    made = tuple(_check(found[item], bound) for item in items if item in found)
    fails = any(not check.holds for check in made)
    return msgspec.structs.replace(
        run,
        judgements=tuple(judgements),
        checks=(*run.checks, *made),
        status="failed" if fails else run.status,
    )


def _check(judgement: Judgement, bound: float) -> Check:
    wanted = f"not broken in {bound:.0%} of the votes, each with a quote"
    return Check(f"judge.{judgement.item}", not judgement.fails(bound), wanted, told(judgement))


def told(judgement: Judgement) -> str:
    """`broken, 3 of 3 votes: "Go away, will you?" (line 3)`"""
    if judgement.verdict is None:
        void = sum(vote.verdict is None for vote in judgement.votes)
        return f"no verdict: {void} of {len(judgement.votes)} votes are void"
    agreeing = [vote for vote in judgement.votes if vote.verdict == judgement.verdict]
    quotes = dict.fromkeys(f'"{vote.quote}" (line {vote.line})' for vote in agreeing)
    verdict = judgement.verdict.replace("_", " ")
    return f"{verdict}, {len(agreeing)} of {len(judgement.votes)} votes: {', '.join(quotes)}"
