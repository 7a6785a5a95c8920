"""The mailbox of a channel as what runs on the event loop asks for it: commits happen in a thread of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TypeVar

from voice_agent.stores.mailbox import Arrived, Delivered, Mailbox

T = TypeVar("T")


class Ledger:
    """Each method is that of `Mailbox`, and raises StoreError as it does."""

    def __init__(self, mailbox: Mailbox) -> None:
        self._mailbox = mailbox
        self._thread = ThreadPoolExecutor(1, "mailbox")

    def close(self) -> None:
        """Returns when what was asked for is done."""
        self._thread.shutdown()

    async def _done(self, work: Callable[..., T], *values: object) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work, *values)

    async def keep(self, messages: Sequence[Arrived], now_ms: int) -> list[Arrived]:
        return await self._done(partial(self._mailbox.keep, messages, now_ms=now_ms)) if messages else []

    async def waiting(self) -> list[Arrived]:
        return await self._done(self._mailbox.waiting)

    async def open(self) -> list[Delivered]:
        return await self._done(self._mailbox.open)

    async def forget(self, before_ms: int) -> None:
        await self._done(self._mailbox.forget, before_ms)

    async def begin(self, conversation: str, address: str) -> None:
        await self._done(self._mailbox.begin, conversation, address)

    async def taken(self, ids: tuple[str, ...], /) -> None:
        await self._done(self._mailbox.taken, ids)

    async def sending(self, conversation: str, seq: int, /) -> None:
        await self._done(self._mailbox.sending, conversation, seq)

    async def shown(self, conversation: str, seq: int, /) -> None:
        await self._done(self._mailbox.shown, conversation, seq)

    async def over(self, conversation: str, /) -> None:
        await self._done(self._mailbox.over, conversation)
