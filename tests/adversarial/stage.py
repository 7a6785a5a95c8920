"""Where attempts are made: the example agent, prepared once; each attempt has a store, a database and tools of its own.

Everything is the product's but the voice, the ears and the time, which is virtual.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from simulations.held_world import Latencies, held_world
from simulations.virtual_time import running_loop
from tests.adversarial.attempt import Attempt
from tests.adversarial.hostile import ObedientModel, TimedUnderstanding, watched
from tests.transcripts.player import CIVIL_START, EXAMPLE, Embeddings
from voice_agent.app.agent_folder import read_folder
from voice_agent.app.language import journey_cards
from voice_agent.app.logs import JsonLines
from voice_agent.app.office import PREPARE_US, Opened, TaskHandover, open_agent
from voice_agent.clock import LoopClock
from voice_agent.config import Config
from voice_agent.conversation.log import ConversationLog
from voice_agent.conversation.records import VERSION, Header, encode_log
from voice_agent.effects.callbacks import CallbackTasks
from voice_agent.effects.database import AgentDatabase
from voice_agent.effects.model_understander import ModelUnderstander, Patience
from voice_agent.effects.retriever import Retriever
from voice_agent.effects.tool_functions import load_tools
from voice_agent.effects.tools import ToolRunner
from voice_agent.journeys.load import load
from voice_agent.journeys.pack import Pack
from voice_agent.session.world import Knowledge, Understanding, World
from voice_agent.stores.sqlite import Store

Mask = Callable[[str], str]
CONFIG: Final = Config()


@dataclass(frozen=True)
class Weakness:
    """What is wrong with the product on purpose, where the runner itself is tried: nothing, where nothing is said.

    `files` stand in for the agent folder's own.
    """

    files: Mapping[str, str] = field(default_factory=dict)
    mask: Mask | None = None


@dataclass(frozen=True)
class Scene:
    """One attempt's surroundings. `world` is of virtual time; `ran` counts how often each tool has run."""

    pack: Pack
    world: World
    log: ConversationLog
    understanding: TimedUnderstanding
    ran: Counter[str]


class Lines(logging.Handler):
    """Everything that is logged, as `serve` would write it."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.setFormatter(JsonLines())
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))


class Stage:
    """Made by `open_stage`, inside `simulations.virtual_time`."""

    def __init__(self, opened: Opened, embeddings: Embeddings, folder: Path, weakness: Weakness) -> None:
        self._opened = opened
        self._embeddings = embeddings
        self._folder = folder
        self._weakness = weakness
        self._files = {**read_folder(EXAMPLE), **weakness.files}
        self._tools = load_tools(EXAMPLE)

    @contextlib.asynccontextmanager
    async def scene(self, attempt: Attempt) -> AsyncIterator[Scene]:
        """For one attempt; `kept` can be asked once it is over."""
        data_dir, ran = self._folder / attempt.name, Counter[str]()
        hold, in_thread = running_loop().hold, asyncio.to_thread
        pack, articles = await self._pack(attempt)
        store = Store(data_dir)
        database = AgentDatabase(data_dir, "agent", seed=EXAMPLE / "tools" / "seed.sql")
        database.prepare()
        tools = ToolRunner(watched(self._tools, attempt.results, ran), database, LoopClock())
        understanding = TimedUnderstanding(self._understanding(attempt, pack))
        mask = self._opened.world.mask if self._weakness.mask is None else self._weakness.mask
        handover = TaskHandover(CallbackTasks(database))
        world = World(LoopClock(), understanding, tools, handover, store, mask, knowledge=articles)
        try:
            yield Scene(pack, held_world(world, Latencies()), _log(attempt, pack, store), understanding, ran)
        finally:
            with hold():
                await in_thread(tools.close)
                await in_thread(store.close)

    def kept(self, attempt: Attempt, log: ConversationLog, written: str) -> str:
        """All that is left of it: the log, every byte of every file, and what the process wrote."""
        files = [path for path in sorted((self._folder / attempt.name).rglob("*")) if path.is_file()]
        found = [encode_log(log.header, list(log.read())), *(path.read_bytes() for path in files)]
        return "\n".join([*(part.decode("utf-8", "replace") for part in found), written])

    async def _pack(self, attempt: Attempt) -> tuple[Pack, Knowledge | None]:
        if not attempt.articles and not self._weakness.files:
            return self._opened.pack, self._opened.world.knowledge
        added = {f"knowledge/{name}.md": text for name, text in attempt.articles.items()}
        pack = load({**self._files, **added})
        if not attempt.articles:
            return pack, self._opened.world.knowledge
        retriever = Retriever(pack.articles, self._embeddings, LoopClock())
        with running_loop().hold():
            await retriever.prepare(LoopClock().now_us() + PREPARE_US)
        return pack, retriever

    def _understanding(self, attempt: Attempt, pack: Pack) -> Understanding:
        rules = self._opened.world.understanding
        if attempt.model is None:
            return rules
        return ModelUnderstander(rules, ObedientModel(attempt.model), journey_cards(pack), LoopClock(), Patience())


@contextlib.asynccontextmanager
async def open_stage(folder: Path, weakness: Weakness) -> AsyncIterator[Stage]:
    """Rules, router and articles are prepared once for all attempts. `folder` is empty."""
    config = CONFIG.with_data_dir(str(folder / "prepared"))
    embeddings = Embeddings(folder / "weights")
    async with contextlib.AsyncExitStack() as stack:
        with running_loop().hold():
            opened = await stack.enter_async_context(open_agent(EXAMPLE, config, embeddings, LoopClock()))
        try:
            yield Stage(opened, embeddings, folder / "attempts", weakness)
        finally:
            with running_loop().hold():
                await stack.aclose()


def _log(attempt: Attempt, pack: Pack, store: Store) -> ConversationLog:
    header = Header(
        VERSION, attempt.name, attempt.channel, pack.agent.name, pack.digest, CONFIG.digest(), 1, CIVIL_START
    )
    log = ConversationLog(header)
    store.begin(header)
    log.follow(lambda record: store.write(attempt.name, record))
    return log
