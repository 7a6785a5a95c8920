"""When a server starts: finds the writes that a dead one left, has them seen to, and tells people what became of each.

In this order, so that a server that dies at any moment of it leaves all to the next: notes of what lost conversations
asked for; the end of those conversations; each note seen to, the task for people, and only then the note settled.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, Final

from voice_agent.clock import Clock
from voice_agent.conversation.actions import CallTool, Transfer
from voice_agent.effects.callbacks import CallbackTasks
from voice_agent.effects.lost_writes import UNKNOWN, LostWrites
from voice_agent.effects.tool_functions import Runnable
from voice_agent.effects.tools import ToolRunner
from voice_agent.effects.write_notes import Note, WriteNotes
from voice_agent.journeys.pack import AgentSettings
from voice_agent.stores.owners import is_alive
from voice_agent.stores.unsettled import unsettled_writes

DEADLINE_US: Final = 20_000_000


class Recovery:
    """`agent` is whose writes are seen to; those of another agent in the same store are only reported."""

    def __init__(self, agent: AgentSettings, data_dir: Path, tasks: CallbackTasks, notes: WriteNotes) -> None:
        self._agent = agent
        self._data_dir = data_dir
        self._tasks = tasks
        self._notes = notes

    async def note_lost(self) -> None:
        """Notes what conversations asked for whose process died."""
        now_ms = time.time_ns() // 1_000_000
        found = await asyncio.to_thread(partial(unsettled_writes, self._data_dir, now_ms=now_ms))
        for write in found:
            if write.agent == self._agent.name:
                await asyncio.to_thread(self._notes.miss, write.call, write.asked)
            else:
                note = Note(write.call.idempotency_key, "", write.asked, True, write.call)
                await self._report(note, UNKNOWN.format(tool=f"{write.call.tool} of {write.agent}"))

    async def see_to(self, tools: Mapping[str, Runnable], runner: ToolRunner, clock: Clock) -> None:
        """Has every note of a dead owner seen to."""

        async def run(call: CallTool) -> dict[str, Any]:
            return await runner.run(call, clock.now_us() + DEADLINE_US)

        notes = await asyncio.to_thread(self._notes.claim, lambda owner: not is_alive(self._data_dir, owner))
        await LostWrites(tools, run, self._settle, lambda: datetime.now(UTC)).see_to(notes)

    async def uncertain(self, asked: CallTool) -> None:
        """A write in a conversation of now, of which nobody knows what became of it."""
        key = asked.idempotency_key
        await self._report(Note(key, "", "", True, asked), UNKNOWN.format(tool=asked.tool))

    async def _settle(self, note: Note, said: str) -> None:
        await self._report(note, said)
        await asyncio.to_thread(self._notes.settle, note.key)

    async def _report(self, note: Note, said: str) -> None:
        created = datetime.now(UTC).astimezone().isoformat(timespec="seconds")
        transfer = Transfer(self._agent.transfer_to, "a write was cut off", said)
        number = f"write-{note.call.call}"
        await self._tasks.record(transfer, conversation=note.conversation, number=number, created=created)
