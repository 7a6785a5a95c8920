"""Runs the tools that one conversation calls: each to its deadline, told of its progress, given up where that is safe.

A read may be given up at any time; a write only until it has begun, and then runs to its end whatever the caller says.
Before a write the log is committed.
"""

from __future__ import annotations

import asyncio
import logging
import math
from collections.abc import Awaitable, Callable, Coroutine
from functools import partial
from typing import Any, Final, Protocol

from voice_agent.conversation import events as ev
from voice_agent.conversation.actions import CallTool
from voice_agent.conversation.events import AnyEvent
from voice_agent.session.secure_call import with_secure_digits
from voice_agent.session.vault import Vault
from voice_agent.session.world import World

TOOL_US: Final = 8_000_000
"""How long a tool may take of which nothing else is said."""
CANCELLED: Final = "cancelled"
_log = logging.getLogger("voice_agent.session")
_SPARE_S: Final = 17.0
"""Beyond a tool's own deadline: the commit before it, and a port that breaks its promise."""


class Start(Protocol):
    def __call__(
        self, work: Coroutine[Any, Any, AnyEvent | None], failed: Callable[[str, str], AnyEvent], *, limit_s: float
    ) -> asyncio.Task[None]: ...


class ToolErrands:
    """`start` runs an errand, `feed` tells the conversation, `commit` makes its log durable."""

    def __init__(
        self,
        world: World,
        vault: Vault,
        start: Start,
        feed: Callable[[AnyEvent], None],
        commit: Callable[[], Awaitable[None]],
    ) -> None:
        self._world = world
        self._vault = vault
        self._start = start
        self._feed = feed
        self._commit = commit
        self._tasks: dict[int, asyncio.Task[None]] = {}
        self._background: set[asyncio.Task[None]] = set()
        self._begun: set[int] = set()
        self._fetched: tuple[CallTool, asyncio.Future[dict[str, Any] | None]] | None = None
        """The read that was begun beforehand, and its result, None where it failed."""

    @property
    def background(self) -> int:
        """Calls under way that the conversation doesn't wait for."""
        return len(self._background)

    def call(self, asked: CallTool) -> None:
        """Runs a tool; what comes of it is fed."""
        limit_s = _deadline_us(asked) / 1_000_000 + _SPARE_S
        task = self._start(
            self._run(asked), lambda code, message: ev.ToolFailed(asked.call, code, message), limit_s=limit_s
        )
        self._tasks[asked.call] = task
        if not asked.blocking:
            self._background.add(task)
        task.add_done_callback(lambda _: self._forget(asked.call, task))

    def prefetch(self, asked: CallTool) -> None:
        """Begins with a read that is likely to be called; nothing is told of it unless it is."""
        if self._fetched is not None and _same(self._fetched[0], asked):
            return
        result: asyncio.Future[dict[str, Any] | None] = asyncio.get_running_loop().create_future()
        self._fetched = (asked, result)
        limit_s = _deadline_us(asked) / 1_000_000 + _SPARE_S
        task = self._start(
            self._fetch(asked, result), lambda code, message: ev.ToolFailed(asked.call, code, message), limit_s=limit_s
        )
        self._background.add(task)
        task.add_done_callback(self._background.discard)
        task.add_done_callback(lambda _: None if result.done() else result.set_result(None))

    def cancel(self, call: int) -> None:
        """Gives a call up, where that is safe; says so."""
        if call not in self._tasks or call in self._begun:
            return
        self._tasks.pop(call).cancel()
        self._feed(ev.ToolFailed(call, CANCELLED, "the caller wanted something else"))

    async def _run(self, asked: CallTool) -> AnyEvent:
        began_us = self._world.clock.now_us()
        if asked.effect == "write":
            await self._commit()
            self._begun.add(asked.call)
        deadline_us = self._world.clock.now_us() + _deadline_us(asked)
        progress = self._progress(asked.call)
        if asked.secure:
            exchanged = self._vault.exchanged(asked)
            result = await with_secure_digits(exchanged, self._world.tools, deadline_us=deadline_us, progress=progress)
        else:
            fetched = await self._fetched_before(asked)
            run = partial(self._world.tools.run, asked, deadline_us=deadline_us, progress=progress)
            result = await run() if fetched is None else fetched
        self._tasks.pop(asked.call, None)  # what it still tells of its progress is of no use
        mode = self._world.tool_modes.get(asked.tool, "real")
        return ev.ToolReturned(
            asked.call, result, self._world.clock.now_us() - began_us, "mock" if mode == "mock" else "real"
        )

    async def _fetch(self, asked: CallTool, result: asyncio.Future[dict[str, Any] | None]) -> None:
        deadline_us = self._world.clock.now_us() + _deadline_us(asked)
        try:
            came = await self._world.tools.run(asked, deadline_us=deadline_us, progress=lambda done, of: None)
        except Exception as problem:  # noqa: BLE001 - where it is really called, it is tried again
            _log.info("a read ahead failed: %s: %s", type(problem).__name__, problem)
        else:
            result.set_result(came)

    async def _fetched_before(self, asked: CallTool) -> dict[str, Any] | None:
        """What was fetched for just this call, once."""
        if self._fetched is None or not _same(self._fetched[0], asked):
            return None
        result, self._fetched = self._fetched[1], None
        return await asyncio.shield(result)

    def _progress(self, call: int) -> Callable[[float, float | None], None]:
        loop = asyncio.get_running_loop()

        def told(done: float, of: float | None) -> None:
            loop.call_soon_threadsafe(self._progressed, call, done, of)

        return told

    def _progressed(self, call: int, done: float, of: float | None) -> None:
        known = all(math.isfinite(number) for number in (done, of) if number is not None)
        if call in self._tasks and known:
            self._feed(ev.ToolProgressed(call, done, of))

    def _forget(self, call: int, task: asyncio.Task[None]) -> None:
        self._tasks.pop(call, None)
        self._background.discard(task)
        self._begun.discard(call)


def _same(ahead: CallTool, asked: CallTool) -> bool:
    return (ahead.tool, ahead.arguments) == (asked.tool, asked.arguments) and asked.effect == "read"


def _deadline_us(asked: CallTool) -> int:
    return TOOL_US if asked.deadline_ms is None else asked.deadline_ms * 1_000
