"""What all runs of one suite share: the agent, opened once, and engines; and a world of its own for each run.

    async with open_stage(folder, config, embedder, ScriptedEngines(Latencies())) as stage:     # in virtual time
        played = await play(key, scenario, stage)

Each run gets a fresh copy of the agent's data, so that what one caller changes no other one finds, and its log is kept
in memory. A thin shell.
"""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import shutil
import tempfile
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from simulations.agent_call import CIVIL_START
from simulations.callers.minds import Minds
from simulations.held_world import Latencies, held_world
from simulations.judging.possible import Columns
from simulations.judging.rows import Tables
from simulations.judging.tables import read_columns, read_tables
from simulations.runs.engines import Engines
from simulations.runs.mocked import MockedTools, change_data
from simulations.scenario import Scenario
from simulations.virtual_time import running_loop
from voice_agent.app.office import Opened, open_agent
from voice_agent.clock import LoopClock
from voice_agent.config import Config
from voice_agent.conversation.actions import Connect, Transfer
from voice_agent.conversation.records import Header, Record
from voice_agent.effects.callbacks import CallbackTasks
from voice_agent.effects.database import AgentDatabase
from voice_agent.effects.tools import ToolRunner
from voice_agent.journeys.pack import Pack
from voice_agent.ports.speech import Embedder
from voice_agent.session.world import World

DATABASE: Final = "agent"


def _as_it_is(world: World) -> World:
    return world


@dataclass(frozen=True)
class RunStage:
    """An opened agent, to be played to in virtual time. `seeded` is a database as every run begins with it,
    `columns` those of its tables.

    `scratch` is a folder for what runs need while they last, `scenarios` where files that scenarios name are; `minds`
    makes those of callers that think. `behind` puts something before what the agent works in, such as a slow tool: the
    last wrapper of each run's world, which waits in the same time.
    """

    opened: Opened
    config: Config
    engines: Engines
    seeded: Path
    columns: Columns
    scratch: Path
    latencies: Latencies
    civil_start: str
    scenarios: Path
    minds: Minds | None = None
    behind: Callable[[World], World] = _as_it_is

    @property
    def pack(self) -> Pack:
        return self.opened.pack


class MemoryJournal:
    """Keeps nothing: the log of a simulated call is held by whoever plays it."""

    def begin(self, header: Header) -> None:
        """Nothing is written."""

    def write(self, conversation: str, record: Record) -> None:
        """Nothing is written."""

    async def committed(self) -> None:
        """At once."""


class SimulatedHandover:
    """Hands over by call-back tasks, dated by the conversation: the same run leaves the same rows."""

    def __init__(self, tasks: CallbackTasks, civil_start: str) -> None:
        self._tasks = tasks
        self._created = civil_start

    async def transfer(self, conversation: str, asked: Transfer, /, *, deadline_us: int) -> None:
        await self._tasks.record(asked, conversation=conversation, number=asked.turn, created=self._created)

    async def connected(self, conversation: str, asked: Connect, /, *, deadline_us: int) -> None:
        await self.transfer(conversation, asked.as_transfer(), deadline_us=deadline_us)
        await self._tasks.finish(f"{conversation}:{asked.turn}")


@contextlib.asynccontextmanager
async def open_stage(
    folder: Path,
    config: Config,
    embedder: Embedder,
    engines: Engines,
    *,
    latencies: Latencies | None = None,
    civil_start: str = CIVIL_START,
    minds: Minds | None = None,
) -> AsyncIterator[RunStage]:
    """Opens the agent in `folder` for any number of runs; must be called in virtual time.

    What it makes lies in a temporary folder, but for caches, which are in the data directory of `config`. Raises
    AgentFolderError, StoreError; the tools of the folder are imported.
    """
    modelled = Latencies() if latencies is None else latencies
    loop = running_loop()
    async with contextlib.AsyncExitStack() as stack:
        with loop.hold():
            scratch = Path(await asyncio.to_thread(tempfile.mkdtemp, prefix="voice-agent-simulated-"))
            stack.callback(shutil.rmtree, scratch, ignore_errors=True)
            private = await asyncio.to_thread(_private, config, scratch)
            opened = await stack.enter_async_context(open_agent(folder, private, embedder, LoopClock()))
            seeded = await asyncio.to_thread(_seeded, folder, scratch)
            columns = await asyncio.to_thread(read_columns, seeded)
        try:
            scenarios = folder / "simulations"
            yield RunStage(opened, config, engines, seeded, columns, scratch, modelled, civil_start, scenarios, minds)
        finally:
            with loop.hold():
                await stack.aclose()


@contextlib.asynccontextmanager
async def run_world(stage: RunStage, conversation: str, scenario: Scenario) -> AsyncIterator[World]:
    """The world of one run: everything shared but its data, its tools and its journal. Tools and data are as `scenario`
    says. Raises AgentFolderError for a table or column that isn't there."""
    loop = running_loop()
    folder = stage.scratch / conversation
    with loop.hold():
        database = await asyncio.to_thread(_copied, stage, folder, scenario)
    tools = ToolRunner(stage.opened.catalogue.tools, database, LoopClock())
    world = dataclasses.replace(
        stage.opened.world,
        tools=tools,
        handover=SimulatedHandover(CallbackTasks(database), stage.civil_start),
        journal=MemoryJournal(),
        tool_modes={**tools.modes(), **dict.fromkeys(scenario.mocks, "mock")},
    )
    held = held_world(world, stage.latencies)
    if scenario.mocks:
        held = dataclasses.replace(
            held, tools=MockedTools(held.tools, scenario.mocks, LoopClock(), civil_start=stage.civil_start)
        )
    try:
        yield stage.behind(held)
    finally:
        with loop.hold():
            await asyncio.to_thread(tools.close)
            await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)


async def run_rows(stage: RunStage, conversation: str) -> Tables:
    """The agent's data as it is now in the world of this run."""
    path = AgentDatabase(stage.scratch / conversation, DATABASE).path
    with running_loop().hold():
        return await asyncio.to_thread(read_tables, path)


def _private(config: Config, scratch: Path) -> Config:
    """A data directory in `scratch`, whose caches are the configured one's: no run touches what real calls left."""
    cache = Path(config.store.data_dir).resolve() / "cache"
    cache.mkdir(parents=True, exist_ok=True)
    data_dir = scratch / "data"
    data_dir.mkdir()
    (data_dir / "cache").symlink_to(cache, target_is_directory=True)
    return config.with_data_dir(str(data_dir))


def _seeded(folder: Path, scratch: Path) -> Path:
    seed = folder / "tools" / "seed.sql"
    database = AgentDatabase(scratch, "seeded", seed=seed if seed.exists() else None)
    database.prepare()
    database.close()
    return database.path


def _copied(stage: RunStage, folder: Path, scenario: Scenario) -> AgentDatabase:
    folder.mkdir()
    database = AgentDatabase(folder, DATABASE)
    shutil.copyfile(stage.seeded, database.path)
    if scenario.data:
        change_data(database.path, scenario, stage.civil_start)
    return database
