"""Conversations over WhatsApp's Cloud API in its own form, on loopback: what customers write and get, once."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from models.scripted import ScriptedEmbedder
from tests.app.chat_client import EXAMPLE
from tests.testkit.cloud_api import (
    CUSTOMER,
    NUMBER_ID,
    SECRET,
    TOKEN,
    VERIFY,
    CloudApi,
    buttons,
    cloud_api,
    message,
    posted,
    refusal,
    status,
    webhook,
)
from tests.testkit.stored import entries, newest, stored
from tests.testkit.waiting import soon
from voice_agent.app.metrics import Metrics
from voice_agent.app.office import open_agent
from voice_agent.app.task_groups import tasks
from voice_agent.app.whatsapp_server import SENDING, WhatsAppServer, open_whatsapp_server
from voice_agent.clock import MonotonicClock
from voice_agent.config import Config, StoreConfig, WhatsAppConfig
from voice_agent.conversation import actions as act
from voice_agent.conversation import events as ev

Scene = Callable[["Shop"], Awaitable[None]]


class Shop:
    """A server with the example agent, and the customer's telephone."""

    def __init__(self, server: WhatsAppServer, api: CloudApi, metrics: Metrics) -> None:
        self.server = server
        self.api = api
        self.metrics = metrics

    async def bring(self, *messages: dict[str, Any], **more: Any) -> None:
        assert await posted(self.server.url, webhook(*messages, **more)) == 200

    async def write(self, id: str, text: str, answer: str, **more: Any) -> dict[str, Any]:
        """The message that the customer gets for it, with `answer` in it."""
        before = len(self.api.sent)
        await self.bring(message(id, text=text, **more))
        return await self.api.says(answer, after=before)

    def counted(self, end: str, name: str = "whatsapp_messages") -> float:
        found = self.metrics.registry.get_sample_value(f"voice_agent_{name}_total", {"end": end})
        return 0.0 if found is None else found


@asynccontextmanager
async def shop(data_dir: Path, api: CloudApi, folder: Path = EXAMPLE, **settings: Any) -> AsyncIterator[Shop]:
    secrets = {"token": TOKEN, "app_secret": SECRET, "verify_token": VERIFY}
    whatsapp = WhatsAppConfig(number_id=NUMBER_ID, url=api.url, port=0, **{**secrets, **settings})
    config, metrics = Config(whatsapp=whatsapp, store=StoreConfig(data_dir=str(data_dir))), Metrics(dict)
    async with (
        open_agent(folder, config, ScriptedEmbedder(), MonotonicClock()) as opened,
        tasks() as group,
        open_whatsapp_server(config, opened, metrics, group) as server,
    ):
        yield Shop(server, api, metrics)


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Waits that only people notice."""
    monkeypatch.setattr("voice_agent.app.whatsapp_server.GATHER_US", 200_000)
    monkeypatch.setattr("voice_agent.app.whatsapp_server.PAUSES_S", (0.05, 0.05))
    monkeypatch.setattr("voice_agent.app.whatsapp_server.RECEIPT_S", 0.5)


def play(data_dir: Path, *scenes: Scene, **settings: Any) -> CloudApi:
    """Each scene on a server of its own, one after the other, all with the same API."""

    async def run(api: CloudApi) -> None:
        for scene in scenes:
            async with asyncio.timeout(60), shop(data_dir, api, **settings) as open_shop:
                await scene(open_shop)

    with cloud_api() as api:
        asyncio.run(run(api))
    return api


async def ask_for_the_order(shop: Shop) -> None:
    await shop.write("wamid.1", "where is my order", "account number?")
    await shop.write("wamid.2", "5501 2479", "Is that right?")


def test_a_customer_is_told_where_the_order_is(tmp_path: Path) -> None:
    async def scene(shop: Shop) -> None:
        await ask_for_the_order(shop)
        readback = await shop.api.says("That was 55012479. Is that right?")
        assert buttons(readback) == ["Yes", "No"]
        reply = {"type": "button_reply", "button_reply": {"id": "Yes", "title": "Yes"}}
        await shop.bring(message("wamid.3", type="interactive", interactive=reply))
        await shop.api.says("anything else")
        await shop.write("wamid.4", "no thanks, bye", "Goodbye")
        await soon(lambda: len(shop.server.correspondence) == 0, 10, "the end")

    api = play(tmp_path, scene)
    assert api.tokens == {f"Bearer {TOKEN}"}
    assert {each["to"] for each in api.sent} == {CUSTOMER}
    assert len({each["biz_opaque_callback_data"] for each in api.sent}) == len(api.sent) == len(api.tried)
    records = newest(tmp_path)
    (started,) = entries(records, ev.CallStarted)
    assert (started.channel, started.caller, started.called) == ("text", f"+{CUSTOMER}", NUMBER_ID)
    assert [done.outcome for done in entries(records, act.RecordOutcome)] == ["resolved"]
    said = [" ".join(say.clauses) for say in entries(records, act.Say)]
    assert api.texts() == said


def test_a_message_that_is_brought_again_is_taken_once_also_after_the_conversation(tmp_path: Path) -> None:
    async def scene(shop: Shop) -> None:
        await ask_for_the_order(shop)
        await shop.bring(message("wamid.2", text="5501 2479"), message("wamid.1", text="where is my order"))
        await shop.write("wamid.3", "yes", "anything else")
        await shop.write("wamid.4", "no thanks, bye", "Goodbye")
        await soon(lambda: len(shop.server.correspondence) == 0, 10, "the end")
        await shop.bring(message("wamid.4", text="no thanks, bye"))
        assert len(shop.server.correspondence) == 0
        assert shop.counted("repeated") == 3

    async def later(shop: Shop) -> None:
        await shop.bring(message("wamid.1", text="where is my order"))
        assert len(shop.server.correspondence) == 0

    play(tmp_path, scene, later)
    assert len(stored(tmp_path)) == 1
    assert len(entries(newest(tmp_path), ev.TextReceived)) == 4


def test_a_conversation_goes_on_after_its_server_has_gone_and_nothing_is_said_twice(tmp_path: Path) -> None:
    async def before(shop: Shop) -> None:
        await ask_for_the_order(shop)

    async def after(shop: Shop) -> None:
        assert shop.server.correspondence.resumed == 1
        await shop.write("wamid.3", "yes", "anything else")

    api = play(tmp_path, before, after)
    assert len(stored(tmp_path)) == 1
    assert len(entries(newest(tmp_path), ev.Resumed)) == 1
    assert sum("Hello" in text for text in api.texts()) == 1
    assert sum("Is that right?" in text for text in api.texts()) == 1


def test_what_was_kept_but_not_taken_when_the_server_went_is_answered_by_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def before(shop: Shop) -> None:
        monkeypatch.setattr("voice_agent.app.whatsapp_server.GATHER_US", 200_000)
        await shop.bring(message("wamid.1", text="where is my order"))

    async def after(shop: Shop) -> None:
        await shop.api.says("account number?")

    monkeypatch.setattr("voice_agent.app.whatsapp_server.GATHER_US", 5_000_000)
    play(tmp_path, before, after)
    assert len(entries(newest(tmp_path), ev.TextReceived)) == 1


def test_messages_that_come_out_of_order_are_one_turn_in_the_order_of_sending(tmp_path: Path) -> None:
    async def scene(shop: Shop) -> None:
        now_s = time.time()
        await shop.bring(message("wamid.b", text="where is my order", at_s=now_s))
        await shop.bring(message("wamid.a", text="hello there", at_s=now_s - 3))
        await shop.bring(message("wamid.0", text="what a day", at_s=now_s - 86_500))
        await shop.api.says("account number?")
        assert shop.counted("left_out") == 1

    play(tmp_path, scene)
    (received,) = entries(newest(tmp_path), ev.TextReceived)
    assert (received.text, received.ids) == ("hello there\nwhere is my order", ("wamid.a", "wamid.b"))


def test_what_is_no_text_is_answered_and_the_question_stands(tmp_path: Path) -> None:
    async def scene(shop: Shop) -> None:
        await shop.write("wamid.1", "where is my order", "account number?")
        for id, content in others.items():
            before = len(shop.api.sent)
            await shop.bring(message(id, **content))
            await shop.api.says("I can only read text here", after=before)
        await shop.bring(message("wamid.r", type="reaction", reaction={"message_id": "wamid.x", "emoji": "+"}))
        await shop.write("wamid.3", "5501 2479", "Is that right?")

    others: dict[str, dict[str, Any]] = {
        "wamid.i": {"type": "image", "image": {"id": "1", "caption": "this"}},
        "wamid.v": {"type": "audio", "audio": {"id": "2", "voice": True}},
        "wamid.l": {"text": "x" * 2_001},
    }
    play(tmp_path, scene)
    unread = entries(newest(tmp_path), ev.MessageUnread)
    assert [(one.form, one.ids) for one in unread] == [
        ("image", ("wamid.i",)),
        ("audio", ("wamid.v",)),
        ("too_long", ("wamid.l",)),
    ]


def test_a_card_number_is_hidden_before_it_is_kept(tmp_path: Path) -> None:
    async def scene(shop: Shop) -> None:
        await shop.write("wamid.1", "my card is 4111 1111 1111 1111", "")

    play(tmp_path, scene)
    kept = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert b"4111 1111" not in kept


def test_what_was_refused_for_the_moment_goes_out_again_and_in_order(tmp_path: Path) -> None:
    async def scene(shop: Shop) -> None:
        shop.api.replies = [refusal(429, 130429), refusal(400, 131056), (200, None), refusal(429, 80007)]
        await shop.write("wamid.1", "where is my order", "account number?")
        await soon(lambda: shop.counted("send_taken") == 2, 10, "the last answer")
        assert shop.counted("send_later") == 3

    api = play(tmp_path, scene)
    assert [text.partition(" ")[0] for text in api.texts()] == ["Hello,", "What's"]


def test_an_attempt_whose_answer_was_lost_is_not_repeated_where_a_receipt_names_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("voice_agent.app.whatsapp_server.RECEIPT_S", 30.0)

    async def scene(shop: Shop) -> None:
        shop.api.lost = {0}
        await shop.bring(message("wamid.1", text="where is my order"))
        greeting = await shop.api.says("Hello")
        await shop.bring(statuses=(status(greeting, "delivered"),))
        await shop.api.says("account number?")
        assert shop.counted("receipt_delivered") == 1

    api = play(tmp_path, scene)
    assert sum("Hello" in text for text in api.texts()) == 1


def test_an_attempt_whose_answer_was_lost_is_repeated_where_no_receipt_comes(tmp_path: Path) -> None:
    async def scene(shop: Shop) -> None:
        shop.api.lost = {0}
        await shop.write("wamid.1", "where is my order", "account number?")

    api = play(tmp_path, scene)
    first, second = (each for each in api.sent if "Hello" in each["text"]["body"])
    assert first == second


def test_what_a_server_was_sending_when_it_went_is_not_sent_again_where_a_receipt_names_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("voice_agent.app.whatsapp_server.RECEIPT_S", 30.0)
    monkeypatch.setattr("voice_agent.app.correspondence.FINISH_S", 0.1)

    async def before(shop: Shop) -> None:
        shop.api.lost = {0}
        await shop.bring(message("wamid.1", text="where is my order"))
        await shop.api.says("Hello")

    async def after(shop: Shop) -> None:
        await shop.bring(statuses=(status(shop.api.sent[0], "delivered"),))
        await shop.api.says("account number?")

    api = play(tmp_path, before, after)
    assert [text.partition(" ")[0] for text in api.texts()] == ["Hello,", "What's"]


@pytest.mark.parametrize("told", ["at once", "by a status"])
def test_what_came_after_the_window_had_shut_is_sent_when_the_customer_writes_again(tmp_path: Path, told: str) -> None:
    async def scene(shop: Shop) -> None:
        await shop.write("wamid.1", "where is my order", "account number?")
        if told == "at once":
            shop.api.replies = [refusal(400, 131047)]
            await shop.bring(message("wamid.2", text="5501 2479"))
            await soon(lambda: shop.counted("send_shut") == 1, 10, "the refusal")
        else:
            readback = await shop.write("wamid.2", "5501 2479", "Is that right?")
            await shop.bring(statuses=(status(readback, "failed", 131047),))
            await soon(lambda: shop.counted("receipt_failed") == 1, 10, "the status")
        before = len(shop.api.sent)
        await shop.bring(message("wamid.3", text="yes"))
        await shop.api.says("Is that right?", after=before)
        await shop.api.says("anything else", after=before)

    play(tmp_path, scene)
    assert [done.outcome for done in entries(newest(tmp_path), act.RecordOutcome)] == ["resolved"]


def test_a_message_that_will_never_do_is_left_out_and_those_after_it_go_on(tmp_path: Path) -> None:
    async def scene(shop: Shop) -> None:
        shop.api.replies = [refusal(400, 100)]
        await shop.write("wamid.1", "where is my order", "account number?")
        assert shop.counted("send_never") == 1

    api = play(tmp_path, scene)
    assert not any("Hello" in text for text in api.texts())


def test_with_a_bad_token_everything_waits_and_is_sent_once_it_is_good(tmp_path: Path) -> None:
    async def before(shop: Shop) -> None:
        shop.api.replies = [refusal(401, 190)] * 3
        await shop.bring(message("wamid.1", text="where is my order"))
        await soon(lambda: shop.counted("send_denied") == 3, 10, "three refusals")

    async def after(shop: Shop) -> None:
        await shop.api.says("account number?")

    api = play(tmp_path, before, after)
    assert sum("Hello" in text for text in api.texts()) == 1


def test_the_farewell_of_a_conversation_that_has_ended_is_sent_by_the_next_server(tmp_path: Path) -> None:
    async def before(shop: Shop) -> None:
        await ask_for_the_order(shop)
        await shop.write("wamid.3", "yes", "anything else")
        shop.api.replies = [(503, {})] * 2
        await shop.bring(message("wamid.4", text="no thanks, bye"))
        await soon(lambda: len(entries(newest(tmp_path), ev.CallEnded)) == 1, 10, "the end in the log")

    async def after(shop: Shop) -> None:
        await shop.api.says("Goodbye")
        await soon(lambda: len(shop.server.correspondence) == 0, 10, "the end")

    api = play(tmp_path, before, after)
    assert sum("Goodbye" in text for text in api.texts()) == 1
    assert len(stored(tmp_path)) == 1


def test_customers_have_conversations_of_their_own_and_there_is_an_end_to_them(tmp_path: Path) -> None:
    async def scene(shop: Shop) -> None:
        await shop.bring(
            message("wamid.1", text="where is my order"), message("wamid.2", sender="15550100102", text="hi")
        )
        await shop.api.says("account number?")
        third = webhook(message("wamid.3", sender="15550100103", text="hi"))
        assert await posted(shop.server.url, third) == 503
        await shop.write("wamid.4", "5501 2479", "Is that right?")
        assert shop.counted("no_room", "whatsapp_webhooks") == 1

    play(tmp_path, scene, limit=2)
    assert {entries(records, ev.CallStarted)[0].caller for _, records in stored(tmp_path)} == {
        "+15550100101",
        "+15550100102",
    }


def test_an_api_that_hangs_holds_up_neither_webhooks_nor_other_work(tmp_path: Path) -> None:
    async def scene(shop: Shop) -> None:
        shop.api.answering.clear()
        many = [message(f"wamid.{number}", sender=f"155501002{number:02}", text="hi") for number in range(12)]
        await shop.bring(*many)
        await soon(lambda: len(shop.api.tried) == SENDING, 10, "attempts in all threads")
        async with asyncio.timeout(5):
            await asyncio.to_thread(time.monotonic)
            await shop.bring(message("wamid.x", text="where is my order"))
        shop.api.answering.set()
        await shop.api.says("account number?")

    play(tmp_path, scene)


def test_of_a_flood_what_is_beyond_a_hundred_is_left_out(tmp_path: Path) -> None:
    async def scene(shop: Shop) -> None:
        await shop.bring(*[message(f"wamid.{number}", text="where is my order") for number in range(150)])
        await shop.api.says("account number?")
        assert 0 < shop.counted("flood") <= 50
        assert shop.counted("message") == 150 - shop.counted("flood")

    play(tmp_path, scene)


def test_a_conversation_in_which_nobody_writes_ends_and_the_next_word_begins_another(tmp_path: Path) -> None:
    async def scene(shop: Shop) -> None:
        await shop.write("wamid.1", "where is my order", "account number?")
        await soon(lambda: len(shop.server.correspondence) == 0, 10, "the end")
        await shop.write("wamid.2", "hello", "Hello")

    play(tmp_path, scene, idle_s=1)
    assert len(stored(tmp_path)) == 2
