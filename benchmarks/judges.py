"""How far a language model that judges calls agrees with people: on transcripts that they have labelled, item by item.

--endpoint URL of an OpenAI-compatible model; --cache DIR keeps its answers, so that a run can go on where it stopped.
--data DIR holds other labelled transcripts (`*.yaml`, docs/judging.md); without it those of this repository are taken.
"""

from __future__ import annotations

import asyncio
import contextlib
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import msgspec

from benchmarks.report import Asked, Measured, say
from models.chat_completions import ChatCompletions, Endpoint
from models.recorded_language import RecordedModel
from simulations.judges.asking import VOTES, CallJudge
from simulations.judges.labelled import Compared, Labelled, agreement, compared, read_labelled
from simulations.judges.rubric import SERVICE, Rubric, read_rubric
from simulations.judges.verdicts import Judgement
from voice_agent.clock import MonotonicClock
from voice_agent.errors import EngineUnavailable, UsageError

LABELLED: Final = Path(__file__).parents[1] / "tests" / "simulations" / "judged"
DEADLINE_US: Final = 240_000_000
"""What is asked is whether the model is right, not whether it is quick."""


def measure(asked: Asked) -> Measured:
    """Raises UsageError without an endpoint, AgentFolderError for a transcript that can't be read, EngineUnavailable
    where questions remain without an answer."""
    if asked.endpoint is None:
        raise UsageError("which model is to judge?", hint="--endpoint URL of an OpenAI-compatible endpoint")
    rubric = read_rubric(SERVICE)
    labelled = read_labelled(LABELLED if asked.data is None else asked.data, rubric)
    if not labelled:
        raise UsageError(f"there are no transcripts in {asked.data}", hint="--data DIR with *.yaml, or leave it out")
    votes = 1 if asked.quick else VOTES
    with contextlib.ExitStack() as stack:
        made = tempfile.TemporaryDirectory(prefix="judges-") if asked.cache is None else None
        cache = asked.cache if made is None else Path(stack.enter_context(made))
        assert cache is not None
        cache.mkdir(parents=True, exist_ok=True)
        judged = asyncio.run(_judged(asked.endpoint, cache / "judges.jsonl", labelled, rubric, votes))
    unanswered = [vote.problem for each in judged for one in each for vote in one.votes if not vote.answered]
    if unanswered:
        raise EngineUnavailable(
            f"{len(unanswered)} questions had no answer: {unanswered[0]}",
            hint="run it again; --cache goes on from there",
        )
    rows = [row for each, judgements in zip(labelled, judged, strict=True) for row in compared(each, judgements)]
    return Measured({"votes": votes, **figures(rows), "voted": _voted([one for each in judged for one in each])})


async def _judged(
    endpoint: str, answers: Path, labelled: Sequence[Labelled], rubric: Rubric, votes: int
) -> list[tuple[Judgement, ...]]:
    clock = MonotonicClock()
    async with contextlib.AsyncExitStack() as stack:
        model = ChatCompletions(Endpoint(endpoint, "judge"), clock)
        stack.push_async_callback(model.close)
        judge = CallJudge(RecordedModel(answers, asks=model), clock, deadline_us=DEADLINE_US)
        found: list[tuple[Judgement, ...]] = []
        for at, each in enumerate(labelled, 1):
            say(f"{at} of {len(labelled)}: {each.name}")
            items = [rubric.item(name) for name in each.labels]
            found.append(await judge.judge(each.spoken(), items, votes))
        return found


def figures(rows: Sequence[Compared]) -> dict[str, Any]:
    """Of all labels, by item, and of transcripts in which somebody speaks to the judge."""
    items = dict.fromkeys(row.item for row in rows)
    injected = [row for row in rows if row.injected]
    return {
        "labels": len(rows),
        "all": _agreement(rows),
        "by_item": {item: _agreement([row for row in rows if row.item == item]) for item in items},
        "injected": _agreement(injected) if injected else None,
        "wrong": [f"{row.transcript}: {row.item} is {row.label}, not {row.verdict}" for row in rows if not row.right],
    }


def _agreement(rows: Sequence[Compared]) -> dict[str, Any]:
    built: dict[str, Any] = msgspec.to_builtins(agreement(rows))
    return built


def _voted(judgements: Sequence[Judgement]) -> dict[str, Any]:
    """How far votes agree with each other, and how many are void."""
    votes = [vote for each in judgements for vote in each.votes]
    return {
        "votes": len(votes),
        "void": sum(vote.verdict is None for vote in votes),
        "unanimous": sum(each.agreement == 1 for each in judgements),
        "judgements": len(judgements),
        "problems": dict(
            Counter(vote.problem.partition(" quote ")[0] for vote in votes if vote.problem).most_common(5)
        ),
    }
