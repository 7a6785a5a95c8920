"""`voice-agent simulate --judge URL`: has a language model judge the runs of a suite once they are played."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Callable

import msgspec

from models.chat_completions import ChatCompletions, Endpoint
from simulations.judges.asking import CallJudge
from simulations.judges.rubric import SERVICE, read_rubric
from simulations.judges.suite_judging import check_items, judged_suite
from simulations.runs.records import RunKey, SuiteReport
from simulations.runs.summary import summary
from simulations.scenario import JudgeExpected
from simulations.scenario_file import read_scenario_files
from voice_agent.clock import MonotonicClock
from voice_agent.config import Config


def check_judging(options: argparse.Namespace) -> None:
    """Before an hour of runs rather than after. Raises AgentFolderError for an item that the rubric hasn't."""
    rubric = read_rubric(SERVICE)
    for file in read_scenario_files(options.agent / "simulations"):
        for scenario in file.variants.values():
            check_items(file.name, scenario.expect.judge, rubric)


def judged(report: SuiteReport, options: argparse.Namespace, config: Config) -> SuiteReport:
    """With judgements in every run that was done, and the summary drawn anew."""
    found = asyncio.run(_judged(report, options.judge, _expected(options), config))
    return msgspec.structs.replace(found, summary=summary(found.runs))


def _expected(options: argparse.Namespace) -> Callable[[RunKey], JudgeExpected | None]:
    files = {file.name: file for file in read_scenario_files(options.agent / "simulations")}
    return lambda key: files[key.scenario].variants[key.variant].expect.judge


async def _judged(
    report: SuiteReport, url: str, expected: Callable[[RunKey], JudgeExpected | None], config: Config
) -> SuiteReport:
    """The key of `[language]` goes to the endpoint that it is for, and to no other."""
    language = config.language
    key = language.key if url == language.url else ""
    clock = MonotonicClock()
    model = ChatCompletions(Endpoint(url, language.model if language.model else "judge", key), clock)
    try:
        return await judged_suite(report, CallJudge(model, clock), read_rubric(SERVICE), expected)
    finally:
        await model.close()
