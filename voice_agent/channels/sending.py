"""Sends one customer's messages one after the other, again where that may help, and not where a receipt names them.

Where an attempt's answer was lost, its receipt is waited for, and it is made again only where none comes; by a provider
that takes an idempotency key it may be made again at once (`receipt_s` 0).
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from voice_agent.channels.mail import Answer, Payload, Status

PAUSES_S: Final = (1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0, 300.0)
"""Before the second and each further attempt; after the last one it is given up."""
RECEIPT_S: Final = 10.0
"""How long a receipt is waited for where an attempt may have gone through."""
KEYS: Final = 200
"""Of a customer's messages that receipts are known of."""

_log = logging.getLogger("voice_agent.mail")


class Post(Protocol):
    async def __call__(self, payload: Payload, key: str, /) -> tuple[Answer, str]:
        """One attempt: what came of it, and in words. `key` is the same for each attempt at a message."""
        ...


class Compose(Protocol):
    def __call__(self, address: str, text: str, choices: Sequence[str], /) -> list[Payload]:
        """The messages that say `text` to `address`, with `choices` to pick an answer from where they can be shown."""
        ...


@dataclass(frozen=True)
class Outgoing:
    """How messages go out. `count` is told what became of each attempt."""

    compose: Compose
    post: Post
    count: Callable[[str], None]
    pauses_s: tuple[float, ...] = PAUSES_S
    receipt_s: float = RECEIPT_S


class Sending:
    """One conversation's."""

    def __init__(self, conversation: str, outgoing: Outgoing) -> None:
        self._conversation = conversation
        self._outgoing = outgoing
        self._sent: OrderedDict[str, int] = OrderedDict()
        self._received: OrderedDict[str, None] = OrderedDict()
        self._news = asyncio.Event()

    async def send(self, payload: Payload, key: str, seq: int, *, unsure: bool) -> Answer:
        """What came of it: TAKEN, SHUT, NEVER, or, where it was given up, what was answered last.

        `key` tells it from every other message, `seq` is the record that it is made of; `unsure`: a process that died
        may have sent it.
        """
        self._remember(key, seq)
        if unsure and await self._receipt_of(key):
            return Answer.TAKEN
        answer = await self._attempt(payload, key)
        for pause_s in self._outgoing.pauses_s:
            if answer in (Answer.TAKEN, Answer.SHUT, Answer.NEVER):
                return answer
            await asyncio.sleep(pause_s)
            answer = await self._attempt(payload, key)
        return answer

    def receipt(self, status: Status) -> tuple[int, Answer] | None:
        """The record of the message that a status is about and what it says, None for none of ours."""
        self._received[status.key] = None  # also before we ask for it: a process that died may have sent it
        while len(self._received) > KEYS:
            self._received.popitem(last=False)
        self._news.set()
        seq = self._sent.get(status.key)
        if seq is None:
            return None
        return seq, status.answer

    async def _attempt(self, payload: Payload, key: str) -> Answer:
        answer, words = await self._outgoing.post(payload, key)
        if answer is Answer.UNSURE and await self._receipt_of(key):
            answer = Answer.TAKEN
        self._outgoing.count(f"send_{answer.name.lower()}")
        if answer is not Answer.TAKEN:
            level = logging.ERROR if answer in (Answer.DENIED, Answer.NEVER) else logging.WARNING
            _log.log(level, "a message was not taken: %s", words, extra={"call": self._conversation})
        return answer

    async def _receipt_of(self, key: str) -> bool:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._outgoing.receipt_s):
                while key not in self._received:
                    self._news.clear()
                    await self._news.wait()
        return key in self._received

    def _remember(self, key: str, seq: int) -> None:
        self._sent[key] = seq
        while len(self._sent) > KEYS:
            self._sent.popitem(last=False)
