"""The door for WhatsApp: nothing unsigned is looked at, nothing is acknowledged that was not kept."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable

from tests.testkit.cloud_api import NUMBER_ID, SECRET, VERIFY, got, message, posted, signature, webhook
from tests.testkit.web_server import serving
from voice_agent.channels.mail import Batch
from voice_agent.channels.whatsapp import BODY_BYTES, WhatsAppDoor
from voice_agent.errors import StoreError

BODY = webhook(message("wamid.1", text="hi"))


class Mailroom:
    """Takes everything, unless it is told otherwise."""

    def __init__(self, answer: bool | StoreError = True) -> None:
        self.batches: list[Batch] = []
        self.answer = answer

    async def take(self, batch: Batch) -> bool:
        if isinstance(self.answer, StoreError):
            raise self.answer
        self.batches.append(batch)
        return self.answer


def ask(mailroom: Mailroom, scene: Callable[[str], Awaitable[None]]) -> Counter[str]:
    """What the door counted."""
    counted: Counter[str] = Counter()
    door = WhatsAppDoor(mailroom, NUMBER_ID, SECRET, VERIFY, lambda end: counted.update([end]))
    with serving(door.app()) as port:
        asyncio.run(_within(scene(f"http://127.0.0.1:{port}/whatsapp")))
    return counted


async def _within(scene: Awaitable[None]) -> None:
    async with asyncio.timeout(30):
        await scene


def test_a_subscription_gets_its_challenge_back_and_nobody_else() -> None:
    async def scene(url: str) -> None:
        asked = f"{url}?hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token="
        assert await got(asked + VERIFY) == (200, "1158201444")
        assert (await got(asked + "guessed"))[0] == 403
        assert (await got(url))[0] == 403
        assert (await got(f"{url}?hub.mode=subscribe&hub.verify_token={VERIFY}&hub.challenge={'9' * 300}"))[0] == 403

    assert ask(Mailroom(), scene) == {"not_verified": 3}


def test_nothing_that_is_not_signed_is_looked_at() -> None:
    mailroom = Mailroom()

    async def scene(url: str) -> None:
        assert await posted(url, BODY, None) == 401
        assert await posted(url, BODY, signature(BODY, "another")) == 401
        assert await posted(url, BODY + b" ", signature(BODY)) == 401
        assert await posted(url, BODY) == 200

    assert ask(mailroom, scene) == {"not_signed": 3, "taken": 1}
    assert [one.id for batch in mailroom.batches for one in batch.messages] == ["wamid.1"]


def test_more_than_meta_ever_sends_is_refused_unread() -> None:
    async def scene(url: str) -> None:
        assert await posted(url, b" " * (BODY_BYTES + 1), "sha256=" + "0" * 64) == 413

    assert ask(Mailroom(), scene) == {"too_large": 1}


def test_what_is_signed_and_unreadable_is_not_asked_for_again() -> None:
    async def scene(url: str) -> None:
        assert await posted(url, b"[" * 2_000) == 200
        assert await posted(url, b"[]") == 200

    assert ask(Mailroom(), scene) == {"unreadable": 2}


def test_what_could_not_be_kept_is_to_be_brought_again() -> None:
    async def scene(url: str) -> None:
        assert await posted(url, BODY) == 503

    assert ask(Mailroom(StoreError("disk full")), scene) == {"not_kept": 1}
    assert ask(Mailroom(False), scene) == {"no_room": 1}
