"""One customer who writes elsewhere: hands what came to the chat, and sends what the chat shows, in order.

How far it was sent is noted before and after each message, so that a restart loses none. Where the customer can't be
written to now, what is left waits for their next word; of a conversation that has ended it is not sent any more.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from typing import Final, Protocol

from voice_agent.channels.chat_protocol import Ended, Heard, Kept, Said, Say
from voice_agent.channels.chat_room import Room, Seat
from voice_agent.channels.mail import Answer, Message, Status
from voice_agent.channels.sending import Outgoing, Sending
from voice_agent.effects.tool_call import ToolCall
from voice_agent.errors import StoreError

WINDOW: Final = 20

_log = logging.getLogger("voice_agent.mail")


class Ledger(Protocol):
    """What is kept of correspondence. Each raises StoreError."""

    async def taken(self, ids: tuple[str, ...], /) -> None:
        """The log has these messages."""
        ...

    async def sending(self, conversation: str, seq: int, /) -> None:
        """Record `seq` is about to be sent."""
        ...

    async def shown(self, conversation: str, seq: int, /) -> None:
        """All up to record `seq` has been sent."""
        ...

    async def over(self, conversation: str, /) -> None:
        """Nothing more will be sent."""
        ...


class Customer:
    """Who writes, and what they have sent that no conversation has yet, the oldest first."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.waiting: deque[Message] = deque()
        self.wrote = asyncio.Event()

    def put(self, message: Message) -> None:
        self.waiting.append(message)
        self.wrote.set()


class Correspondent:
    """One conversation. `run` lives as long as it, and leaves with the customer what it did not take."""

    def __init__(self, room: Room, customer: Customer, ledger: Ledger, outgoing: Outgoing, unsure: int = 0) -> None:
        """`unsure` is the record that a process which died was sending, 0 for none."""
        self._room = room
        self._customer = customer
        self._ledger = ledger
        self._compose = outgoing.compose
        self._sending = Sending(room.conversation, outgoing)
        self._unsure = unsure
        self._offered: dict[str, Message] = {}
        self._shut = self._stopping = False
        self._back_to: int | None = None
        self._receipted = 0
        self._changed: asyncio.Event | None = None

    def stop(self) -> None:
        """Ends after the message that is being sent."""
        self._stopping = True
        if self._changed is not None:
            self._changed.set()

    async def run(self, shown: int) -> None:
        """`shown` is the last record that was sent. Raises StoreError; it may be run again then."""
        seat = self._room.sit_down(shown)
        self._changed = seat.changed
        failed: StoreError | None = None
        try:
            async with asyncio.TaskGroup() as group:
                handing_on = group.create_task(self._hand_on())
                try:
                    await self._show(seat)
                except StoreError as problem:
                    failed = problem  # as it is, not in a group
                handing_on.cancel()
            if failed is not None:
                raise failed
        finally:
            self._room.stand_up(seat)
            self._customer.waiting.extendleft(reversed(self._offered.values()))
            self._offered.clear()

    def receipt(self, status: Status) -> None:
        """What became of a message. One that turns out not to have been sent, with none after it, is sent again."""
        found = self._sending.receipt(status)
        if found is None:
            return
        seq, answer = found
        if answer is Answer.TAKEN:
            self._receipted = max(self._receipted, seq)
            return
        _log.error("a message could not be delivered: %s", status.words, extra={"call": self._room.conversation})
        if answer is Answer.SHUT and seq > self._receipted and self._changed is not None:
            self._shut = True
            self._back_to = seq - 1 if self._back_to is None else min(self._back_to, seq - 1)
            self._changed.set()

    async def _hand_on(self) -> None:
        customer = self._customer
        while True:
            customer.wrote.clear()
            while customer.waiting:
                message = customer.waiting.popleft()
                self._offered[message.id] = message
                self._reopen()
                await self._offer(message)
            await customer.wrote.wait()

    def _reopen(self) -> None:
        """The customer wrote: for 24 hours they may be answered."""
        if self._shut and self._changed is not None:
            self._shut = False
            self._changed.set()

    async def _offer(self, message: Message) -> None:
        form = None if message.form == "text" else message.form
        while True:
            said = Say(message.id, message.text)
            refused = self._room.offer(said, sent_ms=message.sent_ms, form=form)
            if refused is None:
                return
            if refused.retry_ms is None:
                form = refused.code
            else:
                await asyncio.sleep(refused.retry_ms / 1_000)

    async def _show(self, seat: Seat) -> None:
        room = self._room
        while not self._stopping:
            seat.changed.clear()
            await self._go_back(seat)
            fresh = [] if self._shut else room.news(seat, WINDOW)
            for message in fresh:
                if not await self._one(message) or self._back_to is not None:
                    break
                seat.shown = message.seq
                if isinstance(message, Ended) or self._stopping:
                    return
            if fresh and not self._shut:
                continue
            if self._shut and room.over:
                await self._ledger.over(room.conversation)
                return
            await seat.changed.wait()

    async def _one(self, message: Kept) -> bool:
        """False where the customer can't be written to now."""
        match message:
            case Said():
                return await self._said(message)
            case Heard(ids=ids):
                await self._ledger.taken(ids)
                for each in ids:
                    self._offered.pop(each, None)
            case Ended():
                await self._ledger.over(self._room.conversation)
            case _:
                pass
        return True

    async def _said(self, message: Said) -> bool:
        conversation, seq = self._room.conversation, message.seq
        choices = self._room.answers_to(seq)
        await self._ledger.sending(conversation, seq)
        for part, payload in enumerate(self._compose(self._customer.address, message.text, choices)):
            key = ToolCall(f"{conversation}:{seq}:{part}").public_key
            answer = await self._sending.send(payload, key, seq, unsure=seq == self._unsure)
            if answer not in (Answer.TAKEN, Answer.NEVER):
                self._shut = True
                return False
        await self._ledger.shown(conversation, seq)
        return True

    async def _go_back(self, seat: Seat) -> None:
        if self._back_to is not None:
            seat.shown, self._back_to = min(seat.shown, self._back_to), None
            await self._ledger.shown(self._room.conversation, seat.shown)
