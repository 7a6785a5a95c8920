"""A server without ears and voice, to be killed: recovers what the one before it left, then books parcels.

    python -m benchmarks.drills.writing_process FOLDER DATA_DIR FIRST COUNT

Three bookings a conversation, one with each kind of tool, in COUNT conversations at once whose parcels are numbered
from FIRST. What matters is the product's own: store, tools, errands, recovery. It prints `recovered`, and `done`.
"""

from __future__ import annotations

import asyncio
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from voice_agent.app.office import close_lost_conversations, load_agent
from voice_agent.app.recovery import Recovery
from voice_agent.clock import MonotonicClock
from voice_agent.conversation.actions import AnyAction, CallTool, Connect, Transfer, Understand
from voice_agent.conversation.events import AnyEvent, CallEnded, CallStarted, Understood
from voice_agent.conversation.log import ConversationLog
from voice_agent.conversation.records import VERSION, Header
from voice_agent.effects.callbacks import CallbackTasks
from voice_agent.effects.catalogue import load_catalogue
from voice_agent.effects.database import AgentDatabase
from voice_agent.effects.tools import ToolRunner
from voice_agent.effects.write_notes import WriteNotes
from voice_agent.session.text import TextSession
from voice_agent.session.world import World
from voice_agent.stores.sqlite import Store

TOOLS: Final = ("book_here", "book_there", "book_once")
CLOCK: Final = MonotonicClock()


class Booking:
    """A machine that books one parcel with each tool, all at once, and ends the conversation when all are settled."""

    def __init__(self, conversation: str, number: int) -> None:
        self._conversation = conversation
        self._number = number

    def next_wake(self) -> int | None:
        return None

    def wake(self, now_us: int) -> list[AnyAction]:
        return []

    def handle(self, event: AnyEvent, now_us: int) -> list[AnyAction]:
        if not isinstance(event, CallStarted):
            return []
        number = str(self._number)
        return [
            CallTool(call, tool, {"number": number}, "write", f"{self._conversation}:{tool}:{number}")
            for call, tool in enumerate(TOOLS, 1)
        ]


class Nobody:
    """The core above asks for tools only: that it wanted anything else would be a defect of the drill."""

    async def understand(self, asked: Understand, /, *, deadline_us: int) -> Understood:
        raise AssertionError(f"the drill's core asks for nothing but tools; found {asked!r}")

    async def transfer(self, conversation: str, asked: Transfer, /, *, deadline_us: int) -> None:
        raise AssertionError(f"the drill's core asks for nothing but tools; found {asked!r}")

    async def connected(self, conversation: str, asked: Connect, /, *, deadline_us: int) -> None:
        raise AssertionError(f"the drill's core asks for nothing but tools; found {asked!r}")


async def book(world: World, store: Store, agent: str, number: int) -> None:
    """One conversation."""
    now = datetime.now(UTC).isoformat()
    header = Header(VERSION, f"c{number:06}", "text", agent, "", "", 0, now)
    log = ConversationLog(header)
    store.begin(header)
    log.follow(lambda record: store.write(header.conversation, record))
    session = TextSession(Booking(header.conversation, number), log, world)
    async with asyncio.TaskGroup() as group:
        session.open(group)
        await session.start(CallStarted("text", "", "", now))
        session.driver.feed(CallEnded("caller", "done"))


async def serve(folder: Path, data_dir: Path, first: int, count: int) -> None:
    pack, files = load_agent(folder)
    catalogue = load_catalogue(folder, files, pack)
    store = Store(data_dir)
    database = AgentDatabase(data_dir, "drill", seed=folder / "tools" / "seed.sql")
    database.prepare()
    tasks = CallbackTasks(database)
    recovery = Recovery(pack.agent, data_dir, tasks, WriteNotes(database, store.owner))
    await recovery.note_lost()
    await close_lost_conversations(data_dir, tasks)
    runner = ToolRunner(catalogue.tools, database, CLOCK, owner=store.owner, uncertain=recovery.uncertain)
    await recovery.see_to(catalogue.tools, runner, CLOCK)
    print("recovered", flush=True)
    nobody = Nobody()
    world = World(CLOCK, nobody, runner, nobody, store)
    await asyncio.gather(*(book(world, store, pack.agent.name, first + offset) for offset in range(count)))
    await store.committed()
    print("done", flush=True)
    runner.close()
    store.close()


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])))
