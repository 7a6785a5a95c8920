"""The outbox of text messages: each is written down before it is sent, sent once, and its end is written down too.

A message keeps its id through every attempt, in this process and the next, so that whoever delivers can tell a
repetition. One that could not be sent in time is given up: the caller was told otherwise by then.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from concurrent.futures import Executor
from typing import Final, Protocol, TypeVar

import msgspec

from voice_agent.clock import Clock
from voice_agent.conversation.texting import SendText
from voice_agent.effects.database import AgentDatabase
from voice_agent.effects.tool_call import ToolCall
from voice_agent.errors import DeadlineExceeded, ToolError, ToolRefused, ToolUncertain, ToolUnreached

T = TypeVar("T")
ATTEMPT_S: Final = 5.0
PAUSES_S: Final = (0.5, 1.5, 3.0)
"""Before the second, third and fourth attempt."""
LEFT_AFTER_S: Final = 60
"""A message that is open for so long belongs to a process that died."""

_log = logging.getLogger("voice_agent.texts")


class TextMessage(msgspec.Struct, frozen=True):
    """One row. `state` is "open", "sent" or "failed"; `created` Unix seconds."""

    id: str
    conversation: str
    recipient: str
    body: str
    created: int
    state: str = "open"


class Delivery(Protocol):
    """Hands a message to whoever takes it to a telephone. Blocking."""

    def deliver(self, message: TextMessage, call: ToolCall) -> None:
        """Raises ToolUnreached, ToolUncertain or DeadlineExceeded where another attempt may help, else ToolError."""
        ...


class NoDelivery:
    """The twin: messages are kept in the outbox, and nobody gets them."""

    def deliver(self, message: TextMessage, call: ToolCall) -> None:
        _log.info("text message %s is kept, not sent", message.id)


class TextMessages:
    """The outbox in an agent's database, and who delivers."""

    def __init__(
        self,
        database: AgentDatabase,
        delivery: Delivery,
        clock: Clock,
        *,
        executor: Executor | None = None,
        pauses_s: tuple[float, ...] = PAUSES_S,
    ) -> None:
        """`executor` defaults to the event loop's threads; in virtual time give one that runs at once."""
        self._database = database
        self._delivery = delivery
        self._clock = clock
        self._executor = executor
        self._pauses_s = pauses_s

    async def send(self, conversation: str, asked: SendText, /, *, deadline_us: int) -> int:
        """How many attempts it took. A message that is sent already takes none. Raises ToolError, DeadlineExceeded."""
        message = TextMessage(f"{conversation}:{asked.message}", conversation, asked.to, asked.text, int(time.time()))
        known = await self._in_thread(self._put, message)
        if known.state != "open":
            if known.state == "sent":
                return 0
            raise ToolRefused(f"text message {known.id} was given up")
        return await self._deliver(known, deadline_us)

    async def send_left(self, deadline_us: int) -> int:
        """Sends what a process that died had not. Returns how many there were; none of them raises."""
        left = await self._in_thread(self._left, int(time.time()) - LEFT_AFTER_S)
        for message in left:
            if self._clock.now_us() >= deadline_us:
                break  # the next one that starts sees to the rest
            try:
                await self._deliver(message, deadline_us)
            except ToolError as problem:
                _log.warning("text message %s of another process: %s", message.id, problem)
        return len(left)

    async def _deliver(self, message: TextMessage, deadline_us: int) -> int:
        state = "failed"
        try:
            attempts = await self._attempts(message, deadline_us)
            state = "sent"
            return attempts
        finally:
            await asyncio.shield(asyncio.ensure_future(self._in_thread(self._end, message.id, state)))

    async def _attempts(self, message: TextMessage, deadline_us: int) -> int:
        for attempt in range(1, len(self._pauses_s) + 2):
            left_s = (deadline_us - self._clock.now_us()) / 1_000_000
            call = ToolCall(message.id, time.monotonic() + min(ATTEMPT_S, left_s))
            try:
                await self._in_thread(self._delivery.deliver, message, call)
                return attempt
            except (ToolUnreached, ToolUncertain, DeadlineExceeded) as problem:
                last = attempt > len(self._pauses_s)
                pause_s = 0.0 if last else self._pauses_s[attempt - 1]
                if last or self._clock.now_us() + pause_s * 1_000_000 >= deadline_us:
                    raise
                _log.warning("text message %s, attempt %d: %s", message.id, attempt, problem)
                await asyncio.sleep(pause_s)
        raise DeadlineExceeded("no attempt at a text message was made")

    async def _in_thread(self, work: Callable[..., T], *arguments: object) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._executor, work, *arguments)

    def _put(self, message: TextMessage) -> TextMessage:
        with self._database.writing() as connection:
            connection.execute(
                "INSERT OR IGNORE INTO text_messages VALUES (?, ?, ?, ?, ?, ?)", msgspec.structs.astuple(message)
            )
            row = connection.execute("SELECT * FROM text_messages WHERE id = ?", (message.id,)).fetchone()
        return TextMessage(*row)

    def _left(self, before: int) -> list[TextMessage]:
        query = "SELECT * FROM text_messages WHERE state = 'open' AND created <= ? ORDER BY created, id"
        with self._database.reading() as connection:
            return [TextMessage(*row) for row in connection.execute(query, (before,)).fetchall()]

    def _end(self, message: str, state: str) -> None:
        with self._database.writing() as connection:
            connection.execute("UPDATE text_messages SET state = ? WHERE id = ?", (state, message))
