"""The example agent with scripted engines, and runs of it in virtual time."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

from simulations import virtual_time
from simulations.callers.minds import Minds
from simulations.held_world import Latencies
from simulations.runs.engines import Engines, ScriptedEngines
from simulations.runs.levels import Played, play
from simulations.runs.records import Level, RunKey
from simulations.runs.stage import RunStage, open_stage
from simulations.scenario import Scenario
from tests.transcripts.player import EXAMPLE, embeddings
from voice_agent.config import Config

T = TypeVar("T")


def staged(
    data_dir: Path,
    work: Callable[[RunStage], Awaitable[T]],
    engines: Engines | None = None,
    minds: Minds | None = None,
) -> T:
    """What `work` makes of a stage of its own."""

    async def run() -> T:
        config = Config().with_data_dir(str(data_dir))
        chosen = ScriptedEngines(Latencies()) if engines is None else engines
        async with open_stage(EXAMPLE, config, embeddings(), chosen, minds=minds) as stage:
            return await work(stage)

    return virtual_time.run(run())


def key_of(scenario: Scenario, level: Level, *, repetition: int = 1, seed: int | None = None) -> RunKey:
    return RunKey(scenario.scenario, "", "clean", level, repetition, scenario.seed if seed is None else seed)


def played(
    data_dir: Path,
    runs: list[tuple[RunKey, Scenario]],
    engines: Engines | None = None,
    minds: Minds | None = None,
) -> list[Played]:
    """All of `runs`, one after another on one stage."""

    async def work(stage: RunStage) -> list[Played]:
        return [await play(key, scenario, stage) for key, scenario in runs]

    return staged(data_dir, work, engines, minds)
