"""The least that a channel brings along: a provider of messages in memory, with addresses that are no numbers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from models.scripted import ScriptedEmbedder
from tests.app.chat_client import EXAMPLE
from tests.testkit.stored import entries, newest, stored
from tests.testkit.waiting import soon
from voice_agent.app.correspondence import Correspondence, Terms
from voice_agent.app.ledger import Ledger
from voice_agent.app.metrics import Metrics
from voice_agent.app.office import open_agent
from voice_agent.app.rooms import Rooms, Whose
from voice_agent.app.task_groups import tasks
from voice_agent.channels.chat_room import RoomSettings
from voice_agent.channels.mail import Answer, Batch, Message, Payload
from voice_agent.channels.sending import Outgoing
from voice_agent.clock import MonotonicClock
from voice_agent.config import Config, StoreConfig
from voice_agent.conversation import events as ev
from voice_agent.stores.mailbox import Mailbox

MINUTE_US = 60_000_000


class Provider:
    """Takes what is posted, under its key once, and answers as it is told."""

    def __init__(self, *answers: Answer) -> None:
        self.answers = list(answers)
        self.posted: list[tuple[str, str]] = []
        self.taken: dict[str, str] = {}

    def compose(self, address: str, text: str, choices: Sequence[str], /) -> list[Payload]:
        return [{"to": address, "text": f"{text} {'/'.join(choices)}".strip()}]

    async def post(self, payload: Payload, key: str, /) -> tuple[Answer, str]:
        self.posted.append((key, payload["text"]))
        answer = self.answers.pop(0) if self.answers else Answer.TAKEN
        if answer in (Answer.TAKEN, Answer.UNSURE):
            self.taken[key] = payload["text"]
        return answer, "as told"

    def has(self, words: str) -> bool:
        return any(words in text for text in self.taken.values())


@asynccontextmanager
async def corresponding(data_dir: Path, provider: Provider) -> AsyncIterator[Correspondence]:
    config = Config(store=StoreConfig(data_dir=str(data_dir)))
    async with AsyncExitStack() as stack:
        opened = await stack.enter_async_context(open_agent(EXAMPLE, config, ScriptedEmbedder(), MonotonicClock()))
        group = await stack.enter_async_context(tasks())
        mailbox = Mailbox(data_dir, "letters")
        stack.callback(mailbox.close)
        ledger = Ledger(mailbox)
        stack.callback(ledger.close)
        whose = Whose(RoomSettings(MINUTE_US, MINUTE_US, 50_000), "letters")
        rooms = Rooms(config, opened, Metrics(dict), group, whose)
        outgoing = Outgoing(provider.compose, provider.post, lambda end: None, (0.01, 0.01), receipt_s=0.0)
        terms = Terms(10, 60_000, "shop", lambda address: "")
        mail = Correspondence(terms, rooms, ledger, outgoing, group, opened.world.mask)
        stack.push_async_callback(mail.close)
        await mail.reopen()
        yield mail


async def write(mail: Correspondence, provider: Provider, id: str, text: str, answer: str) -> None:
    assert await mail.take(Batch((Message(id, "maya@letters.example", 0, "text", text),)))
    await soon(lambda: provider.has(answer), 20, answer)


def test_a_provider_that_takes_a_key_is_asked_again_at_once_and_says_nothing_twice(tmp_path: Path) -> None:
    provider = Provider(Answer.UNSURE, Answer.TAKEN, Answer.LATER)

    async def scene() -> None:
        async with asyncio.timeout(60), corresponding(tmp_path, provider) as mail:
            await write(mail, provider, "1", "where is my order", "account number?")
            await write(mail, provider, "2", "5501 2479", "Is that right? Yes/No")
        async with asyncio.timeout(60), corresponding(tmp_path, provider) as mail:
            assert mail.resumed == 1
            await write(mail, provider, "3", "yes", "anything else")

    asyncio.run(scene())
    assert [text.partition(",")[0] for text in list(provider.taken.values())[:1]] == ["Hello"]
    assert len(provider.posted) == len(provider.taken) + 2
    assert len(stored(tmp_path)) == 1
    (started,) = entries(newest(tmp_path), ev.CallStarted)
    assert (started.caller, started.called) == ("", "shop")
