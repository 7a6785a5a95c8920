"""One chat: collects what the customer types into turns, and shows every connection what the log holds.

The log is all there is to a chat: what connections are shown is read from it, after it is on disk, so that nobody has
seen what a restart would have forgotten. It ends by itself where nobody comes back or nobody writes for long.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from bisect import insort
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Final, Literal, Protocol

from voice_agent.channels.chat_protocol import TEXT_LIMIT, Kept, Refused, Say, ids_in, kept
from voice_agent.channels.chat_rate import Rate
from voice_agent.clock import Clock
from voice_agent.conversation.events import CallEnded
from voice_agent.conversation.log import ConversationLog
from voice_agent.conversation.records import Record
from voice_agent.errors import StoreError

GATHER_US: Final = 400_000
"""How long a turn waits for a message that follows at once."""
TYPING_US: Final = 2_000_000
"""How long it waits for somebody who is typing."""
GATHER_AT_MOST_US: Final = 6_000_000
PENDING: Final = 20
"""Messages that may wait for the turn before."""
SEATS: Final = 8
COMMIT_S: Final = 5.0

_log = logging.getLogger("voice_agent.chats")


class Conversation(Protocol):
    """The session behind a chat."""

    @property
    def ended(self) -> bool: ...

    async def send(self, text: str, ids: tuple[str, ...], /) -> object:
        """One turn; returns when it has settled."""
        ...

    async def unread(self, form: str, ids: tuple[str, ...], /) -> object:
        """Messages that are no text."""
        ...

    def end(self, by: Literal["caller", "agent", "operator", "fault"], reason: str, /) -> None: ...


class Committed(Protocol):
    async def committed(self) -> None: ...


@dataclass(frozen=True)
class RoomSettings:
    """`grace_us`: how long a chat without connections goes on. `idle_us`: how long one in which nobody writes does.
    `gather_us`: how long a turn waits for a message that follows."""

    grace_us: int
    idle_us: int
    gather_us: int = GATHER_US


@dataclass(frozen=True)
class _Pending:
    """A message that waits for its turn. `form` says what it is where it is no text."""

    message: Say
    sent_ms: int
    form: str | None


@dataclass(eq=False)
class Seat:
    """One connection to a chat: how far it has been shown the log, and how far it says that it has come."""

    shown: int
    acknowledged: int
    changed: asyncio.Event = field(default_factory=asyncio.Event)


class Room:
    """`choices` are answers to what the agent asks now. `run` lives as long as the conversation."""

    def __init__(
        self,
        log: ConversationLog,
        session: Conversation,
        journal: Committed,
        clock: Clock,
        settings: RoomSettings,
        choices: Callable[[], tuple[str, ...]] = tuple,
    ) -> None:
        self.log = log
        self.working = False
        self.visible = 0
        """Records up to this number may be shown."""
        self._session = session
        self._journal = journal
        self._clock = clock
        self._settings = settings
        self._choices = choices
        self._seats: set[Seat] = set()
        self._pending: list[_Pending] = []
        self._taken = ids_in(log.read())
        self._rate = Rate()
        self._changed = asyncio.Event()
        self._written = asyncio.Event()
        self._shown = asyncio.Event()
        now_us = clock.now_us()
        self._last_word_us = self._alone_since_us = self._typed_us = now_us
        self._first_pending_us = now_us

    @property
    def conversation(self) -> str:
        return self.log.header.conversation

    @property
    def full(self) -> bool:
        return len(self._seats) >= SEATS

    @property
    def over(self) -> bool:
        """Everything, its end included, may be shown."""
        return self._session.ended and self.visible >= len(self.log)

    def choices(self) -> tuple[str, ...]:
        """Answers to the question that has been shown last."""
        settled = not self.working and not self._session.ended and self.visible >= len(self.log)
        return self._choices() if settled else ()

    def answers_to(self, seq: int) -> tuple[str, ...]:
        """What the words of record `seq` may be answered with, where nobody has said anything since: also while a tool
        is at work that the question did not wait for."""
        since = (record.tag for record in self.log.read(seq))
        return () if self._session.ended or any(tag in ("say", "text_received") for tag in since) else self._choices()

    def sit_down(self, since: int) -> Seat:
        """One more connection; it is told of everything after `since`."""
        seat = Seat(since, since)
        self._seats.add(seat)
        return seat

    def stand_up(self, seat: Seat) -> None:
        self._seats.discard(seat)
        self._alone_since_us = self._clock.now_us()
        self._changed.set()

    def news(self, seat: Seat, most: int) -> list[Kept]:
        """At most `most` messages that the seat has not been shown."""
        fresh: list[Kept] = []
        for message in kept(self.log.read(seat.shown)):
            if message.seq > self.visible or len(fresh) == most:
                break
            fresh.append(message)
        return fresh

    def knows(self, message: str) -> bool:
        """Whether the log holds the message with this id."""
        return message in self._taken

    def offer(self, message: Say, *, sent_ms: int = 0, form: str | None = None) -> Refused | None:
        """Takes a message into the turn that is being collected, or says why not.

        Those of one turn are put in the order in which they were sent. `form`: what it is where it is no text.
        """
        if message.id in self._taken or any(message.id == other.message.id for other in self._pending):
            return None
        if form is None and message.text.strip() == "":
            return Refused(message.id, "empty", "a message has words")
        if form is None and len(message.text) > TEXT_LIMIT:
            return Refused(message.id, "too_long", f"a message has at most {TEXT_LIMIT} characters")
        if len(self._pending) >= PENDING:
            return Refused(message.id, "busy", "the agent is still answering", 2_000)
        now_us = self._clock.now_us()
        wait_us = self._rate.take(now_us)
        if wait_us > 0:
            return Refused(message.id, "rate", "messages come too fast", -(-wait_us // 1_000))
        if not self._pending:
            self._first_pending_us = now_us
        insort(self._pending, _Pending(message, sent_ms, form), key=lambda one: one.sent_ms)
        self._last_word_us = self._typed_us = now_us
        self._changed.set()
        return None

    def typing(self) -> None:
        """The customer goes on typing."""
        now_us = self._clock.now_us()
        self._typed_us = now_us + TYPING_US - self._settings.gather_us
        self._last_word_us = now_us

    def end(self, by: Literal["caller", "operator", "fault"], reason: str) -> None:
        self._session.end(by, reason)
        self._changed.set()

    async def run(self, opening: Awaitable[object]) -> None:
        """`opening`, then turns, until the conversation has ended and its end is on disk."""
        unfollow = self.log.follow(self._wrote, after=len(self.log))
        try:
            async with asyncio.TaskGroup() as group:
                showing = group.create_task(self._show())
                await opening
                await self._converse()
                self._written.set()
                await self._all_shown()
                showing.cancel()
        finally:
            unfollow()
            self.wake()

    async def _converse(self) -> None:
        while not self._session.ended:
            self._changed.clear()
            if self._pending:
                await self._turn()
                continue
            due_us, reason = self._end_due()
            left_s = (due_us - self._clock.now_us()) / 1_000_000
            if left_s <= 0:
                self._session.end("caller", reason)
                return
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(left_s):
                    await self._changed.wait()

    async def _turn(self) -> None:
        """All that is typed in one go is one turn."""
        while (left_us := self._turn_due_us() - self._clock.now_us()) > 0:
            await asyncio.sleep(left_us / 1_000_000)
            if self._session.ended:
                return
        pending, self._pending = self._pending, []
        self._taken.update(one.message.id for one in pending)
        messages = [one.message for one in pending if one.form is None]
        others = [one for one in pending if one.form is not None]
        self._set_working(True)
        try:
            if others:
                await self._session.unread(str(others[0].form), tuple(one.message.id for one in others))
            if messages and not self._session.ended:
                ids = tuple(message.id for message in messages)
                await self._session.send("\n".join(message.text.strip() for message in messages), ids)
        finally:
            self._set_working(False)

    def _turn_due_us(self) -> int:
        return min(self._typed_us + self._settings.gather_us, self._first_pending_us + GATHER_AT_MOST_US)

    def _end_due(self) -> tuple[int, str]:
        idle_us = self._last_word_us + self._settings.idle_us
        gone_us = self._alone_since_us + self._settings.grace_us
        if not self._seats and gone_us < idle_us:
            return gone_us, "did not come back"
        return idle_us, "wrote nothing for long"

    def _set_working(self, on: bool) -> None:
        self.working = on
        self.wake()

    def _wrote(self, record: Record) -> None:
        self._written.set()
        if isinstance(record.entry, CallEnded):
            self._changed.set()

    async def _show(self) -> None:
        """What is on disk may be shown. A store that does not commit holds nobody up for ever."""
        while True:
            self._written.clear()
            count = len(self.log)
            if count > self.visible:
                try:
                    async with asyncio.timeout(COMMIT_S):
                        await self._journal.committed()
                except (TimeoutError, StoreError):
                    _log.warning("shown before it is on disk", extra={"call": self.conversation})
                self.visible = count
                self._shown.set()
                self.wake()
            else:
                await self._written.wait()

    async def _all_shown(self) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(2 * COMMIT_S):
                while self.visible < len(self.log):
                    self._shown.clear()
                    await self._shown.wait()

    def wake(self) -> None:
        """Every connection looks again."""
        for seat in self._seats:
            seat.changed.set()
