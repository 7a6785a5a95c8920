"""Plays the example's scenarios, typed, with a language model that helps to understand: does what must hold hold?

    python -m tests.extra.scenarios_with_model --url http://127.0.0.1:8091/v1 --answers answers.jsonl [NAME ...]

As `transcripts_with_model`, and an extra as that one is. Prints a line a scenario, what fell short where one failed,
and exits with 1 where any did or is not finished.
"""

from __future__ import annotations

import argparse
import asyncio
import dataclasses
import sys
import tempfile
import time
from collections import Counter

from simulations import virtual_time
from simulations.held_world import HeldUnderstanding, Latencies
from simulations.runs.engines import ScriptedEngines
from simulations.runs.levels import play
from simulations.runs.plan import Wanted, candidates, plan
from simulations.runs.records import RunRecord
from simulations.runs.stage import RunStage, open_stage
from simulations.scenario_file import read_scenario_files
from tests.extra.asked_model import Asked, Listening, add_arguments, ask, tell
from tests.transcripts.player import EXAMPLE, embeddings
from voice_agent.clock import LoopClock
from voice_agent.config import Config
from voice_agent.ports.language import Prompt


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="scenarios_with_model")
    add_arguments(parser)
    options = parser.parse_args(arguments)
    until_s = time.monotonic() + options.minutes * 60
    records, open_ones, engines = _play(options)
    while open_ones and time.monotonic() < until_s:
        asyncio.run(ask(list(open_ones.values()), options, until_s))
        records, open_ones, engines = _play(options)
    for at, record in enumerate(records):
        tell("open" if at in open_ones else record.status, record.key.text, engines.get(at, Counter()))
        short = [check for check in record.checks if not check.holds and at not in open_ones]
        for check in short:
            print(f"        {check.expectation}: wanted {check.wanted}, found {check.found}", flush=True)  # noqa: T201
    passed = sum(record.status == "passed" and at not in open_ones for at, record in enumerate(records))
    print(f"{passed} of {len(records)} pass, {len(open_ones)} were not finished")  # noqa: T201
    return 0 if passed == len(records) else 1


def _play(options: argparse.Namespace) -> tuple[list[RunRecord], dict[int, Prompt], dict[int, Counter[str]]]:
    asked = Asked(options.answers)
    files = read_scenario_files(EXAMPLE / "simulations")
    variants = {file.name: file.variants for file in files}
    runs = plan(candidates(files), Wanted(select=tuple(options.names), level="text")).runs
    heard: list[Listening] = []

    def listening(stage: RunStage) -> RunStage:
        heard.append(Listening(stage.opened.world.understanding, asked, LoopClock()))
        held = HeldUnderstanding(heard[0], stage.latencies.understanding_us)
        return dataclasses.replace(stage, behind=lambda world: dataclasses.replace(world, understanding=held))

    async def run(data_dir: str) -> list[RunRecord]:
        config = Config().with_data_dir(data_dir)
        async with open_stage(EXAMPLE, config, embeddings(), ScriptedEngines(Latencies())) as stage:
            with_model = listening(stage)
            return [(await play(key, variants[key.scenario][key.variant], with_model)).record for key in runs]

    with tempfile.TemporaryDirectory() as folder:
        records = virtual_time.run(run(folder))
    return records, asked.open, heard[0].engines


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
