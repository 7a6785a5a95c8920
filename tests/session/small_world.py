"""What a session asks of the world, in memory: a journal, tools, hand-overs, a recording, a machine of reflexes.

All of it is deterministic and takes virtual time only.
"""

from __future__ import annotations

import asyncio
import importlib.util
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from functools import cache, partial
from typing import Any

from models.scripted import ScriptedEmbedder
from tests.agent.core_script import EXAMPLE, example_pack
from voice_agent.audio import Pcm
from voice_agent.clock import LoopClock
from voice_agent.conversation.actions import AnyAction, CallTool, Connect, Transfer
from voice_agent.conversation.events import AnyEvent
from voice_agent.conversation.records import Header, Record
from voice_agent.effects.understander import LocalUnderstander
from voice_agent.errors import StoreError, ToolError
from voice_agent.session.world import Progress, Understanding, World

ToolFunction = Callable[..., dict[str, Any]]


class MemoryJournal:
    """Commits in 5 ms, unless it is closed: then `committed` waits until it is opened, or fails where it is broken."""

    def __init__(self) -> None:
        self.records: dict[str, list[Record]] = {}
        self.broken = False
        self._open = asyncio.Event()
        self._open.set()

    def close(self) -> None:
        self._open.clear()

    def open(self) -> None:
        self._open.set()

    def begin(self, header: Header) -> None:
        self.records[header.conversation] = []

    def write(self, conversation: str, record: Record) -> None:
        self.records[conversation].append(record)

    async def committed(self) -> None:
        await asyncio.sleep(0.005)
        await self._open.wait()
        if self.broken:
            raise StoreError("the disk is full")


class FunctionTools:
    """Runs functions by name, 30 ms after they were asked for; `ran` says which and when."""

    def __init__(self, functions: Mapping[str, ToolFunction], latency_s: float = 0.03) -> None:
        self.ran: list[tuple[str, int]] = []
        self._functions = functions
        self._latency_s = latency_s

    async def run(self, asked: CallTool, /, *, deadline_us: int, progress: Progress) -> dict[str, Any]:
        await asyncio.sleep(self._latency_s)
        self.ran.append((asked.tool, LoopClock().now_us()))
        try:
            return self._functions[asked.tool](**asked.arguments)
        except LookupError as problem:
            raise ToolError(str(problem)) from problem


class HandoverList:
    """Who is to be called back."""

    def __init__(self) -> None:
        self.callers: list[tuple[str, str]] = []
        self.traces: list[tuple[str, str]] = []
        self.full = False

    async def transfer(self, conversation: str, asked: Transfer, /, *, deadline_us: int) -> None:
        await asyncio.sleep(0.02)
        if self.full:
            raise StoreError("no room on the list")
        self.callers.append((conversation, asked.reason))

    async def connected(self, conversation: str, asked: Connect, /, *, deadline_us: int) -> None:
        await asyncio.sleep(0.02)
        self.traces.append((conversation, asked.summary))


class MemoryRecorder:
    """Keeps both tracks, frame by frame; `announced_at` is the number of frames before `announce`."""

    def __init__(self) -> None:
        self.caller: list[Pcm] = []
        self.agent: list[Pcm] = []
        self.announced_at: int | None = None
        self.ended = False

    def announce(self) -> None:
        self.announced_at = len(self.caller)

    def frame(self, caller: Pcm, agent: Pcm) -> None:
        self.caller.append(caller.copy())
        self.agent.append(agent.copy())

    def end(self) -> None:
        self.ended = True


class Reflexes:
    """A machine that answers an event by its kind, each time with the next of the given actions."""

    def __init__(self, reflexes: Mapping[type[AnyEvent], Sequence[AnyAction]]) -> None:
        self._reflexes = {kind: list(actions) for kind, actions in reflexes.items()}
        self.events: list[AnyEvent] = []

    def handle(self, event: AnyEvent, now_us: int) -> list[AnyAction]:
        self.events.append(event)
        waiting = self._reflexes.get(type(event), [])
        return [waiting.pop(0)] if waiting else []

    def wake(self, now_us: int) -> list[AnyAction]:
        return []

    def next_wake(self) -> int | None:
        return None


def riverside_tools() -> dict[str, ToolFunction]:
    """The example's own tools on a database in memory."""
    database = sqlite3.connect(":memory:")
    database.executescript((EXAMPLE / "tools" / "seed.sql").read_text(encoding="utf-8"))
    spec = importlib.util.spec_from_file_location("riverside_orders", EXAMPLE / "tools" / "orders.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return {name: partial(getattr(module, name), database=database) for name in ("find_customer", "get_order")}


@cache
def understanding() -> Understanding:
    """The product's own, with hashed words for embeddings; trained once."""

    async def prepare() -> LocalUnderstander:
        out = LocalUnderstander(ScriptedEmbedder(), LoopClock())
        examples = {journey.name: journey.examples for journey in example_pack().journeys if journey.examples}
        await out.prepare(examples, LoopClock().now_us() + 60_000_000)
        return out

    return asyncio.run(prepare())


def small_world(
    *, journal: MemoryJournal | None = None, tools: FunctionTools | None = None, handover: HandoverList | None = None
) -> World:
    return World(
        LoopClock(),
        understanding(),
        FunctionTools(riverside_tools()) if tools is None else tools,
        HandoverList() if handover is None else handover,
        MemoryJournal() if journal is None else journal,
    )
