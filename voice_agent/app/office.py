"""Opens what an agent needs besides its voice: store, tools, call-back tasks, understanding. Used by phone and chat."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Final, TypeAlias

import msgspec

from voice_agent.app.agent_folder import read_folder
from voice_agent.app.language import open_language
from voice_agent.app.recovery import Recovery
from voice_agent.app.texts import open_texts
from voice_agent.card_numbers import masked
from voice_agent.clock import Clock
from voice_agent.config import Config
from voice_agent.conversation.actions import Connect, Transfer
from voice_agent.effects.callbacks import CallbackTasks
from voice_agent.effects.catalogue import Catalogue, load_catalogue
from voice_agent.effects.database import AgentDatabase
from voice_agent.effects.retriever import Retriever
from voice_agent.effects.tool_check import require_tools
from voice_agent.effects.tools import ToolRunner
from voice_agent.effects.understander import LocalUnderstander
from voice_agent.effects.write_notes import WriteNotes
from voice_agent.journeys.load import load
from voice_agent.journeys.pack import Pack
from voice_agent.journeys.tool_list import Mode
from voice_agent.ports.speech import Embedder
from voice_agent.session.world import World
from voice_agent.stores.lost import LostConversation, close_lost, find_lost
from voice_agent.stores.sqlite import Store

PREPARE_US: Final = 60_000_000

_log = logging.getLogger("voice_agent.calls")


class TaskHandover:
    """Hands callers over by leaving a call-back task for the people of the agent's queue."""

    def __init__(self, tasks: CallbackTasks) -> None:
        self._tasks = tasks

    async def transfer(self, conversation: str, asked: Transfer, /, *, deadline_us: int) -> None:
        created = datetime.now(UTC).astimezone().isoformat(timespec="seconds")
        await self._tasks.record(asked, conversation=conversation, number=asked.turn, created=created)

    async def connected(self, conversation: str, asked: Connect, /, *, deadline_us: int) -> None:
        """A task that is done: whoever took the call finds there what it was about."""
        await self.transfer(conversation, asked.as_transfer(), deadline_us=deadline_us)
        await self._tasks.finish(f"{conversation}:{asked.turn}")


Around: TypeAlias = Callable[[World], World]
"""Puts something before what conversations work in, such as tools that answer otherwise."""


@dataclass(frozen=True)
class Opened:
    """An agent folder, loaded, with what its conversations need. `world.journal` is `store`.

    `lost` is how many conversations had lost their process, and were closed when this one began. `tasks` are the
    call-backs of the agent's people.
    """

    pack: Pack
    world: World
    store: Store
    lost: int
    tasks: CallbackTasks
    tools: ToolRunner
    catalogue: Catalogue


def load_agent(folder: Path) -> tuple[Pack, dict[str, str]]:
    """The compiled pack and its files. Raises AgentFolderError at the first mistake."""
    files = read_folder(folder)
    return load(files), files


def keep_inputs(store: Store, pack: Pack, files: Mapping[str, str], config: Config) -> None:
    """Keeps what a replay needs besides the log."""
    store.keep(pack.digest, files)
    decisive = {"turns": msgspec.to_builtins(config.turns), "recogniser": config.speech.recogniser}
    store.keep(config.digest(), decisive)


def mask_for(pack: Pack) -> Callable[[str], str]:
    """Hides numbers that look like cards, but for lengths that a journey asks for aloud."""
    asked = {slot.length for journey in pack.journeys for slot in journey.slots if slot.length is not None}
    return partial(masked, allowed=frozenset(asked))


@asynccontextmanager
async def open_agent(
    folder: Path, config: Config, embedder: Embedder, clock: Clock, around: Around | None = None
) -> AsyncIterator[Opened]:
    """Everything of an agent but its voice, closed again at the end. `around` as `Around` says.

    Raises AgentFolderError, StoreError; the tools of the folder are imported.
    """
    pack, files = load_agent(folder)
    mode = config.tools.mode
    catalogue = _catalogue(folder, files, pack, mode)  # before anything is made: who is refused leaves nothing behind
    data_dir = Path(config.store.data_dir)
    store = Store(data_dir)
    database = _database(folder, data_dir, mode)
    tools: ToolRunner | None = None
    try:
        await asyncio.to_thread(database.prepare)
        await asyncio.to_thread(catalogue.warm_up)
        keep_inputs(store, pack, files, config)
        tasks = CallbackTasks(database)
        recovery = Recovery(pack.agent, data_dir, tasks, WriteNotes(database, store.owner))
        await recovery.note_lost()  # before their conversations are closed: then nobody looks at their logs again
        lost = await close_lost_conversations(data_dir, tasks)
        tools = ToolRunner(catalogue.tools, database, clock, owner=store.owner, uncertain=recovery.uncertain)
        await recovery.see_to(catalogue.tools, tools, clock)
        understander = LocalUnderstander(embedder, clock, cache=data_dir / "cache", model=config.speech.embedder)
        await understander.prepare(examples_of(pack), clock.now_us() + PREPARE_US, pack.agent.languages)
        async with (
            open_language(understander, pack, _described(catalogue), config, clock) as language,
            _open_articles(folder, pack, config, embedder, clock) as articles,
        ):
            world = World(clock, language.understanding, tools, TaskHandover(tasks), store, mask_for(pack))
            world = replace(world, tool_modes=tools.modes(), knowledge=articles)
            texts = await open_texts(config, database, clock)
            world = replace(world, planning=language.planning, judging=language.judging, texts=texts)
            yield Opened(pack, world if around is None else around(world), store, lost, tasks, tools, catalogue)
    finally:
        if tools is not None:
            await asyncio.to_thread(tools.close)
        await asyncio.to_thread(catalogue.close)
        await asyncio.to_thread(store.close)


def examples_of(pack: Pack) -> dict[str, dict[str, tuple[str, ...]]]:
    """What callers say who want each journey, by language."""
    return {journey.name: dict(journey.examples_in) for journey in pack.journeys if journey.examples}


def _described(catalogue: Catalogue) -> dict[str, str]:
    """What each tool is for, in a sentence, and the schema of what it takes."""
    specs = {name: tool.spec for name, tool in catalogue.tools.items()}
    schemas = {
        name: msgspec.json.encode(spec.parameters.get("properties", {})).decode() for name, spec in specs.items()
    }
    return {name: f"{spec.description.partition(chr(10))[0]} {schemas[name]}" for name, spec in specs.items()}


@asynccontextmanager
async def _open_articles(
    folder: Path, pack: Pack, config: Config, embedder: Embedder, clock: Clock
) -> AsyncIterator[Retriever | None]:
    """The agent's articles, ready to be looked into; None where it has none."""
    if not pack.articles:
        yield None
        return
    articles = article_index(folder, pack, config, embedder, clock)
    try:
        await articles.prepare(clock.now_us() + PREPARE_US)
        yield articles
    finally:
        await articles.close()


def article_index(folder: Path, pack: Pack, config: Config, embedder: Embedder, clock: Clock) -> Retriever:
    """The agent's articles, indexed in the data directory once they are prepared."""
    path = Path(config.store.data_dir) / "cache" / f"articles-{folder.resolve().name}.db"
    own = pack.agent.name.casefold()
    names = [term for term in pack.agent.glossary if term.casefold() not in own]
    return Retriever(pack.articles, embedder, clock, path=path, model=config.speech.embedder, names=names)


async def close_lost_conversations(data_dir: Path, tasks: CallbackTasks) -> int:
    """Keeps what was promised in conversations whose process died, and then says in the store what became of them.

    In this order, so that who is killed in between leaves both to the next. Returns how many there were. A call that
    was promised is on the list once, however often this happens. Chats that somebody may come back to are not lost
    (`app.chats`).
    """
    now_ms = time.time_ns() // 1_000_000
    found = await asyncio.to_thread(find_lost, data_dir, now_ms=now_ms)
    for one in found:
        await keep_promises(one, tasks)
    only = {one.conversation for one in found}
    return len(await asyncio.to_thread(close_lost, data_dir, now_ms=now_ms, only=only))


async def keep_promises(found: LostConversation, tasks: CallbackTasks) -> None:
    """Whoever was promised a call in a conversation that was lost is on the list, once."""
    for transfer in found.promised:
        created = datetime.now(UTC).astimezone().isoformat(timespec="seconds")
        await tasks.record(transfer, conversation=found.conversation, number=transfer.turn, created=created)
    promised = [transfer.target for transfer in found.promised]
    _log.warning("conversation lost with its server", extra={"call": found.conversation, "promised": promised})


def _database(folder: Path, data_dir: Path, mode: Mode) -> AgentDatabase:
    """Mock tools have a file of their own: what is tried out leaves no trace in the real one."""
    seed = folder / "tools" / "seed.sql"
    name = folder.resolve().name
    return AgentDatabase(data_dir, name if mode == "real" else f"{name}.mock", seed=seed if seed.exists() else None)


def _catalogue(folder: Path, files: Mapping[str, str], pack: Pack, mode: Mode) -> Catalogue:
    """The folder's tools. Raises AgentFolderError where a journey calls one that isn't there or doesn't fit."""
    catalogue = load_catalogue(folder, files, pack, mode)
    require_tools(pack, catalogue.tools)
    catalogue.require_environment()
    return catalogue
