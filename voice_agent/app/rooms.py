"""Conversations in writing, whatever they come in by: begins them, and goes on with those that outlived a process.

Each is a `Room` whose log is all of its state. One that can't go on (another agent folder, other settings, a log that
decides otherwise) is ended in its log. A channel in writing has one `Rooms` of its own and adds what it knows them by:
`chats` a token, `whatsapp` a telephone number.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Coroutine
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from voice_agent.agent.core import build_core
from voice_agent.agent.orchestrator import Orchestrator
from voice_agent.agent.refolding import refold
from voice_agent.app.headers import new_header
from voice_agent.app.metrics import Metrics
from voice_agent.app.office import Opened, keep_promises
from voice_agent.channels.chat_room import Room, RoomSettings
from voice_agent.config import Config
from voice_agent.conversation.actions import Transfer
from voice_agent.conversation.events import CallStarted, Resumed
from voice_agent.conversation.log import ConversationLog
from voice_agent.conversation.records import Header, Record
from voice_agent.conversation.state import fold
from voice_agent.effects.lost_writes import UNKNOWN
from voice_agent.errors import ReplayDiverged, StoreError, VoiceAgentError
from voice_agent.session.text import TextSession
from voice_agent.stores.chats import KnownChat, open_chats
from voice_agent.stores.lost import close_one, find_one
from voice_agent.stores.sqlite import StoreReader
from voice_agent.stores.unsettled import of_log

_log = logging.getLogger("voice_agent.chats")


@dataclass(frozen=True)
class Live:
    room: Room
    known: KnownChat


@dataclass(frozen=True)
class Whose:
    """`channel` names the correspondence that these rooms belong to (`stores.mailbox`), None for chats with a token."""

    settings: RoomSettings
    channel: str | None = None


class _Over:
    """The session of a conversation that has ended."""

    ended = True

    async def send(self, text: str, ids: tuple[str, ...], /) -> object:
        return None

    async def unread(self, form: str, ids: tuple[str, ...], /) -> object:
        return None

    def end(self, by: object, reason: str, /) -> None:
        pass


class Rooms:
    """`group` holds a task a conversation; it must outlive this."""

    def __init__(
        self, config: Config, opened: Opened, metrics: Metrics, group: asyncio.TaskGroup, whose: Whose
    ) -> None:
        self._config = config
        self._opened = opened
        self._metrics = metrics
        self._group = group
        self._whose = whose
        self._data_dir = Path(config.store.data_dir)
        self._live: dict[str, Live] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._reopening = asyncio.Lock()
        self.resumed = 0

    def __len__(self) -> int:
        return len(self._live)

    def live(self, sha256: str) -> Live | None:
        """The conversation that goes on here under a token's digest."""
        return self._live.get(sha256)

    def of(self, conversation: str) -> Room | None:
        """The conversation with this id, where it goes on here."""
        return next((live.room for live in self._live.values() if live.room.conversation == conversation), None)

    def begin(self, sha256: str, expires_ms: int, *, caller: str = "", called: str = "") -> Live:
        """A new conversation, that may be gone on with until `expires_ms` (Unix time) by whoever has what `sha256` is
        the digest of. `caller` and `called` are telephone numbers where they are known."""
        header, store = new_header("text", self._opened.pack, self._config), self._opened.store
        known = KnownChat(header.conversation, sha256, expires_ms)
        store.begin(header)
        store.keep_chat(known.conversation, known.sha256, known.expires_ms)
        log = ConversationLog(header)
        log.follow(lambda record: store.write(header.conversation, record))
        core = build_core(self._opened.pack, self._config.turns, header.conversation, recorded=False)
        session = TextSession(core, log, self._opened.world)
        return self._open(
            log, session, core, known, session.start(CallStarted("text", caller, called, header.civil_start))
        )

    async def reopen(self) -> None:
        """Goes on with every conversation that lost its process and may be come back to."""
        async with self._reopening:
            for known in await self._lost():
                await self._go_on(known)

    async def take_over(self, known: KnownChat) -> bool:
        """Goes on with one whose process has been lost since this one began; False where it can't be had."""
        async with self._reopening:
            if known.sha256 in self._live:
                return True
            lost = known in await self._lost()
            if lost:
                await self._go_on(known)
            return lost

    async def ended(self, conversation: str) -> Room | None:
        """A conversation that is over, to be read; None where it isn't, or was erased. Raises ConversationUnknown."""
        log = ConversationLog(*await asyncio.to_thread(self._read, conversation))
        if fold(log.read()).ended is None:
            return None
        room = Room(log, _Over(), self._opened.store, self._opened.world.clock, self._whose.settings)
        room.visible = len(log)
        return room

    async def close(self) -> None:
        """Lets go of every conversation as it is: the next process goes on with it."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _lost(self) -> list[KnownChat]:
        return await asyncio.to_thread(open_chats, self._data_dir, now_ms=now_ms(), channel=self._whose.channel)

    async def _go_on(self, known: KnownChat) -> None:
        """Resumes one, or ends it where that is impossible."""
        header, records = await asyncio.to_thread(self._read, known.conversation)
        try:
            self._resume(header, records, known)
            self.resumed += 1
        except VoiceAgentError as problem:
            _log.warning("a chat can't go on: %s", problem.message, extra={"call": known.conversation})
            await self._give_up(header, records)

    async def _give_up(self, header: Header, records: list[Record]) -> None:
        """Ends one that can't go on. What was promised in it is kept, and people are told of writes in doubt."""
        for write in of_log(header, records):
            told = UNKNOWN.format(tool=write.call.tool)
            asked = Transfer(self._opened.pack.agent.transfer_to, "a write was cut off", told)
            number, created = f"write-{write.call.call}", datetime.now(UTC).astimezone().isoformat(timespec="seconds")
            conversation = header.conversation
            await self._opened.tasks.record(asked, conversation=conversation, number=number, created=created)
        lost = await asyncio.to_thread(find_one, self._data_dir, header.conversation)
        if lost is not None:
            await keep_promises(lost, self._opened.tasks)  # before its end: then nobody looks at it again
            await asyncio.to_thread(close_one, self._data_dir, header.conversation)

    def _resume(self, header: Header, records: list[Record], known: KnownChat) -> None:
        if header.folder_digest != self._opened.pack.digest:
            raise ReplayDiverged("the agent folder has changed since")
        if header.configuration_digest != self._config.digest():
            raise ReplayDiverged("the settings have changed since")
        if not records or any(record.entry is None for record in records):
            raise StoreError("nothing of it was kept")
        core = build_core(self._opened.pack, self._config.turns, header.conversation, recorded=False)
        refolded = refold(records, core)
        store, log = self._opened.store, ConversationLog(header, records)
        store.adopt(header.conversation)
        log.follow(lambda record: store.write(header.conversation, record), after=len(log))
        last_us = records[-1].t_us
        for action in refolded.unwritten:
            log.append(action, last_us)
        now = datetime.now(UTC).astimezone()
        elapsed = now - datetime.fromisoformat(header.civil_start)
        at_us = max(last_us, round(elapsed.total_seconds() * 1_000_000))
        session = TextSession(core, log, self._opened.world, at_us=at_us)
        resumed = Resumed(now.isoformat(timespec="milliseconds"))
        self._open(log, session, core, known, session.resume(resumed, refolded.owed))

    def _open(
        self,
        log: ConversationLog,
        session: TextSession,
        core: Orchestrator,
        known: KnownChat,
        opening: Coroutine[Any, Any, object],
    ) -> Live:
        opened = self._opened
        room = Room(log, session, opened.store, opened.world.clock, self._whose.settings, lambda: _choices(core))
        live = self._live[known.sha256] = Live(room, known)
        task = self._group.create_task(self._serve(room, session, known, opening))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        task.add_done_callback(lambda _: opening.close())  # cancelled before it ran, it would never be awaited
        return live

    async def _serve(
        self, room: Room, session: TextSession, known: KnownChat, opening: Coroutine[Any, Any, object]
    ) -> None:
        """One conversation's boundary: whatever breaks in it, the others go on."""
        try:
            async with asyncio.TaskGroup() as group:
                session.open(group)
                await room.run(opening)
            self._account_for(room)
        except Exception:  # noqa: BLE001 - the boundary
            _log.exception("the chat broke", extra={"call": room.conversation})
            with contextlib.suppress(Exception):  # it can't even log its end
                session.end("fault", "a defect of the server, which logged the traceback")
            room.visible = len(room.log)
        finally:
            self._live.pop(known.sha256, None)
            room.wake()

    def _account_for(self, room: Room) -> None:
        state = fold(room.log.read())
        self._metrics.calls.labels("unknown" if state.ended is None else state.ended.by).inc()
        for outcome in state.outcomes:
            self._metrics.outcomes.labels(outcome.journey, outcome.outcome).inc()
        outcomes = [f"{outcome.journey}.{outcome.outcome}" for outcome in state.outcomes]
        _log.info("chat ended", extra={"call": room.conversation, "outcomes": outcomes})

    def _read(self, conversation: str) -> tuple[Header, list[Record]]:
        with StoreReader(self._data_dir) as reader:
            return reader.read(conversation)


def _choices(core: Orchestrator) -> tuple[str, ...]:
    """How what the agent waits for may be answered, in words that a customer can pick."""
    expected = core.expectation
    if expected.kind == "yes_no":
        return ("Yes", "No")
    if expected.slot is None:
        return ()
    return tuple(choice.labels[0] for choice in expected.slot.choices)


def now_ms() -> int:
    """Unix time."""
    return time.time_ns() // 1_000_000
