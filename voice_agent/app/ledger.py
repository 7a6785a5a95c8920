"""The mailbox of a channel as what runs on the event loop asks for it: each commit is waited for in a thread."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from voice_agent.stores.mailbox import Arrived, Delivered, Mailbox


class Ledger:
    """Each method is that of `Mailbox`, and raises StoreError as it does."""

    def __init__(self, mailbox: Mailbox) -> None:
        self._mailbox = mailbox

    async def keep(self, messages: Sequence[Arrived], now_ms: int) -> list[Arrived]:
        return await asyncio.to_thread(self._mailbox.keep, messages, now_ms=now_ms) if messages else []

    async def waiting(self) -> list[Arrived]:
        return await asyncio.to_thread(self._mailbox.waiting)

    async def open(self) -> list[Delivered]:
        return await asyncio.to_thread(self._mailbox.open)

    async def forget(self, before_ms: int) -> None:
        await asyncio.to_thread(self._mailbox.forget, before_ms)

    async def begin(self, conversation: str, address: str) -> None:
        await asyncio.to_thread(self._mailbox.begin, conversation, address)

    async def taken(self, ids: tuple[str, ...], /) -> None:
        await asyncio.to_thread(self._mailbox.taken, ids)

    async def sending(self, conversation: str, seq: int, /) -> None:
        await asyncio.to_thread(self._mailbox.sending, conversation, seq)

    async def shown(self, conversation: str, seq: int, /) -> None:
        await asyncio.to_thread(self._mailbox.shown, conversation, seq)

    async def over(self, conversation: str, /) -> None:
        await asyncio.to_thread(self._mailbox.over, conversation)
