"""Customers who write by way of a provider: whose conversation a message belongs to, and how each goes on in this
process and the next.

A customer is known by their address and has one conversation at a time. What comes after its end begins another one.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Final

from voice_agent.api.tokens import digest_of
from voice_agent.app.ledger import Ledger
from voice_agent.app.rooms import Rooms, now_ms
from voice_agent.channels.chat_room import Room
from voice_agent.channels.correspondent import Correspondent, Customer
from voice_agent.channels.mail import Batch, Message, Status
from voice_agent.channels.sending import Outgoing
from voice_agent.errors import ConversationUnknown, StoreError
from voice_agent.stores.mailbox import Arrived, Delivered

LIVES_MS: Final = 30 * 86_400_000
"""How long a conversation may be gone on with, and how long ids are known."""
FORGET_EVERY_MS: Final = 86_400_000
WAITING: Final = 100
"""Messages of one customer that may wait; what is beyond is left out."""
AGAIN_S: Final = 5.0
FINISH_S: Final = 3.0
"""How long attempts to send that are under way may take when the server stops."""

_log = logging.getLogger("voice_agent.mail")


@dataclass(frozen=True)
class Terms:
    """What a provider's customers are: at most `limit` with a conversation at once; who wrote more than `window_ms` ago
    can't be answered. `called` is what they write to, `caller_of` gives the number of an address, "" for none."""

    limit: int
    window_ms: int
    called: str
    caller_of: Callable[[str], str]


@dataclass
class _Line:
    """One customer, the conversations that go on from before, oldest first, and the one that goes on now."""

    customer: Customer
    earlier: deque[tuple[Room, Delivered]] = field(default_factory=deque)
    now: Correspondent | None = None


class Correspondence:
    """`group` holds a task a customer; it must outlive this. `mask` hides what must not be kept of a message."""

    def __init__(
        self,
        terms: Terms,
        rooms: Rooms,
        ledger: Ledger,
        outgoing: Outgoing,
        group: asyncio.TaskGroup,
        mask: Callable[[str], str],
    ) -> None:
        self._terms = terms
        self._rooms = rooms
        self._ledger = ledger
        self._outgoing = outgoing
        self._group = group
        self._mask = mask
        self._lines: dict[str, _Line] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._closing = False
        self._forget_due_ms = 0

    def __len__(self) -> int:
        """Customers with a conversation that goes on."""
        return len(self._lines)

    @property
    def resumed(self) -> int:
        """How many conversations outlived another process."""
        return self._rooms.resumed

    async def reopen(self) -> None:
        """Goes on with what another process left: conversations, what was not sent of them, messages not taken."""
        await self._forget()
        await self._rooms.reopen()
        left: dict[str, _Line] = {}
        for delivered in await self._ledger.open():
            room = await self._room_of(delivered)
            if room is not None:
                line = left.setdefault(delivered.address, _Line(Customer(delivered.address)))
                line.earlier.append((room, delivered))
        for arrived in await self._ledger.waiting():
            line = left.setdefault(arrived.address, _Line(Customer(arrived.address)))
            line.customer.put(Message(arrived.id, arrived.address, arrived.sent_ms, arrived.form, arrived.body))
        for line in left.values():
            self._begin(line)

    async def take(self, batch: Batch) -> bool:
        """As the door wants it. What came before is left out, what comes too late to be answered too."""
        for status in batch.statuses:
            self._receipt(status)
        oldest_ms = now_ms() - self._terms.window_ms
        fresh = [one for one in batch.messages if one.sent_ms >= oldest_ms or one.sent_ms == 0]
        self._count("left_out", batch.left_out + len(batch.messages) - len(fresh))
        strangers = {one.sender for one in fresh} - self._lines.keys()
        if strangers and len(self._lines) + len(strangers) > self._terms.limit:
            return False
        masked = {one.id: Message(one.id, one.sender, one.sent_ms, one.form, self._mask(one.text)) for one in fresh}
        kept = await self._ledger.keep([_arrived(one) for one in masked.values()], now_ms())
        self._count("repeated", len(fresh) - len(kept))
        for one in kept:
            await self._put(masked[one.id])
        await self._forget()
        return True

    async def close(self) -> None:
        """Lets go of every conversation as it is: the next process goes on with it."""
        self._closing = True
        for line in self._lines.values():
            if line.now is not None:
                line.now.stop()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=FINISH_S)
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._rooms.close()

    async def _forget(self) -> None:
        """Ids that nobody brings again, once a day."""
        now = now_ms()
        if now >= self._forget_due_ms:
            self._forget_due_ms = now + FORGET_EVERY_MS
            await self._ledger.forget(now - LIVES_MS)

    async def _put(self, message: Message) -> None:
        line = self._lines.get(message.sender)
        if line is None:
            line = _Line(Customer(message.sender))
            self._begin(line)
        if len(line.customer.waiting) >= WAITING:
            self._count("flood", 1)
            await self._ledger.taken((message.id,))
            return
        self._count("message", 1)
        line.customer.put(message)

    def _receipt(self, status: Status) -> None:
        self._count(f"receipt_{status.state}", 1)
        line = self._lines.get(status.recipient)
        if line is not None and line.now is not None:
            line.now.receipt(status)

    def _begin(self, line: _Line) -> None:
        self._lines[line.customer.address] = line
        task = self._group.create_task(self._serve(line))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _serve(self, line: _Line) -> None:
        """One customer's boundary: whatever breaks, the others go on."""
        customer = line.customer
        try:
            while not self._closing:
                if line.earlier:
                    room, delivered = line.earlier.popleft()
                elif customer.waiting:
                    room, delivered = await self._new(customer.address)
                else:
                    return
                await self._talk(line, room, delivered)
        except Exception:  # noqa: BLE001 - the boundary
            _log.exception("correspondence broke")
        finally:
            self._lines.pop(customer.address, None)

    async def _new(self, address: str) -> tuple[Room, Delivered]:
        expires_ms = now_ms() + LIVES_MS
        live = self._rooms.begin(
            digest_of(secrets.token_urlsafe(32)),  # nobody has the token: it is found by its address
            expires_ms,
            caller=self._terms.caller_of(address),
            called=self._terms.called,
        )
        await self._again(lambda: self._ledger.begin(live.room.conversation, address))
        return live.room, Delivered(live.room.conversation, address)

    async def _talk(self, line: _Line, room: Room, delivered: Delivered) -> None:
        unsure = delivered.sending if delivered.sending > delivered.shown else 0
        line.now = talk = Correspondent(room, line.customer, self._ledger, self._outgoing, unsure)
        try:
            await self._again(lambda: talk.run(delivered.shown))
        except Exception:
            room.end("fault", "a defect of the server, which logged the traceback")
            raise
        finally:
            line.now = None

    async def _again(self, work: Callable[[], Awaitable[None]]) -> None:
        """Until the store takes it: nothing is lost meanwhile."""
        while True:
            try:
                return await work()
            except StoreError as problem:
                _log.error("correspondence waits for the store: %s", problem.message)
                await asyncio.sleep(AGAIN_S)

    async def _room_of(self, delivered: Delivered) -> Room | None:
        """Where it goes on, or its end is read; None where it is another server's, or gone."""
        room = self._rooms.of(delivered.conversation)
        if room is not None:
            return room
        try:
            return await self._rooms.ended(delivered.conversation)
        except ConversationUnknown:
            return None

    def _count(self, what: str, times: int) -> None:
        for _ in range(times):
            self._outgoing.count(what)


def _arrived(message: Message) -> Arrived:
    return Arrived(message.id, message.sender, message.form, message.text, message.sent_ms)
