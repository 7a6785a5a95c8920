"""Chats over real sockets on loopback: a conversation with the example agent, its tabs, its returns and its ends."""

from __future__ import annotations

import asyncio
import contextlib
import re
import shutil
import urllib.request
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from websockets.exceptions import InvalidStatus

from tests.app.chat_client import EXAMPLE, Client, config_of, connected, resumed, serving, started
from tests.testkit.stored import entries, newest, stored
from tests.testkit.waiting import soon
from voice_agent.app.chat_server import ChatServer
from voice_agent.channels.chat_protocol import Close
from voice_agent.conversation import actions as act
from voice_agent.conversation import events as ev
from voice_agent.stores.call_index import SERVER_LOST

Scene = Callable[[ChatServer], Awaitable[None]]


def play(data_dir: Path, scene: Scene, **chat: Any) -> None:
    async def run() -> None:
        async with asyncio.timeout(60), serving(config_of(data_dir, **chat)) as server:
            await scene(server)

    asyncio.run(run())


def texts(client: Client) -> list[str]:
    return [message["text"] for message in client.seen if "text" in message]


async def ask_for_the_order(client: Client) -> None:
    await client.send(type="say", id="m1", text="where is my order")
    await client.says("account number?")


def test_a_customer_is_told_where_the_order_is(tmp_path: Path) -> None:
    async def scene(server: ChatServer) -> None:
        async with started(server) as client:
            assert client.welcome["agent"] == "Riverside Broadband"
            await ask_for_the_order(client)
            await client.send(type="say", id="m2", text="5501 2479")
            readback = await client.says("Is that right?")
            assert readback["text"] == "That was 55012479. Is that right?"
            assert (await client.kind("choices"))["choices"] == ["Yes", "No"]
            await client.send(type="say", id="m3", text="yes")
            await client.says("anything else")
            await client.send(type="say", id="m4", text="no thanks, bye")
            ended = await client.kind("ended")
            assert (ended["by"], ended["reason"]) == ("agent", "goodbye")
            assert await client.closed() == Close.ENDED
            numbers = [message["seq"] for message in client.seen]
            assert numbers == sorted(set(numbers))

    play(tmp_path, scene)
    records = newest(tmp_path)
    assert [done.outcome for done in entries(records, act.RecordOutcome)] == ["resolved"]
    assert [received.ids for received in entries(records, ev.TextReceived)] == [("m1",), ("m2",), ("m3",), ("m4",)]


def test_what_was_missed_comes_after_a_reconnect_and_nothing_twice(tmp_path: Path) -> None:
    async def scene(server: ChatServer) -> None:
        async with started(server) as client:
            await client.send(type="say", id="m1", text="where is my order")
            token, since = client.welcome["token"], client.since
        async with resumed(server, token, since) as again:
            assert "token" not in again.welcome
            await again.says("account number?")
            assert texts(again) == ["where is my order", "What's your eight-digit account number?"]
            assert again.seen[0]["ids"] == ["m1"]
            await again.send(type="say", id="m1", text="where is my order")
            assert (await again.kind("accepted"))["id"] == "m1"

    play(tmp_path, scene)
    assert len(entries(newest(tmp_path), ev.TextReceived)) == 1


def test_every_tab_sees_what_another_one_types(tmp_path: Path) -> None:
    async def scene(server: ChatServer) -> None:
        async with started(server) as one, resumed(server, one.welcome["token"]) as other:
            await other.says("Hello")
            await ask_for_the_order(one)
            await other.says("account number?")
            assert texts(one) == texts(other)

    play(tmp_path, scene)


def test_messages_typed_in_one_go_are_one_turn(tmp_path: Path) -> None:
    async def scene(server: ChatServer) -> None:
        async with started(server) as client:
            await client.send(type="say", id="a", text="hello there")
            await client.send(type="typing")
            await client.send(type="say", id="b", text="where is my order")
            await client.says("account number?")

    play(tmp_path, scene)
    received = entries(newest(tmp_path), ev.TextReceived)
    assert [(one.text, one.ids) for one in received] == [("hello there\nwhere is my order", ("a", "b"))]


def test_a_chat_goes_on_after_its_server_has_gone(tmp_path: Path) -> None:
    kept: dict[str, Any] = {}

    async def before(server: ChatServer) -> None:
        async with started(server) as client:
            await ask_for_the_order(client)
            await client.send(type="say", id="m2", text="5501 2479")
            await client.says("Is that right?")
            kept.update(token=client.welcome["token"], since=client.since, texts=texts(client))
            closing = asyncio.ensure_future(client.closed())
            await asyncio.sleep(0)
            kept["closing"] = closing

    async def after(server: ChatServer) -> None:
        assert server.chats.resumed == 1
        async with resumed(server, kept["token"], kept["since"]) as client:
            await client.send(type="say", id="m3", text="yes")
            await client.says("anything else")
        async with resumed(server, kept["token"]) as fresh:
            await fresh.says("anything else")
            assert texts(fresh)[: len(kept["texts"])] == kept["texts"]

    play(tmp_path, before)
    assert entries(newest(tmp_path), ev.CallEnded) == []
    play(tmp_path, after)
    records = newest(tmp_path)
    assert len(entries(records, ev.Resumed)) == 1
    assert [done.outcome for done in entries(records, act.RecordOutcome)] == ["resolved"]
    assert len(stored(tmp_path)) == 1


def test_a_server_leaves_chats_alone_whose_own_server_lives(tmp_path: Path) -> None:
    async def scene(server: ChatServer) -> None:
        async with started(server) as client:
            await ask_for_the_order(client)
            async with serving(config_of(tmp_path)) as second:
                assert second.chats.resumed == 0
                assert len(second.chats) == 0
            await client.send(type="say", id="m2", text="5501 2479")
            await client.says("Is that right?")

    play(tmp_path, scene)
    records = newest(tmp_path)
    assert entries(records, ev.CallEnded) == []
    assert entries(records, ev.Resumed) == []


def test_a_server_goes_on_with_a_chat_whose_own_server_has_gone_since(tmp_path: Path) -> None:
    async def run() -> None:
        async with asyncio.timeout(60), contextlib.AsyncExitStack() as stack:
            first = await stack.enter_async_context(contextlib.AsyncExitStack())
            server = await first.enter_async_context(serving(config_of(tmp_path)))
            second = await stack.enter_async_context(serving(config_of(tmp_path)))
            async with started(server) as client:
                token = client.welcome["token"]
                await ask_for_the_order(client)
            async with connected(second) as early:
                await early.send(type="resume", token=token)
                assert await early.closed() == Close.TOKEN
            await first.aclose()
            async with resumed(second, token) as one, resumed(second, token) as other:
                await one.send(type="say", id="m2", text="5501 2479")
                await one.says("Is that right?")
                await other.says("Is that right?")
            assert second.chats.resumed == 1

    asyncio.run(run())
    assert len(entries(newest(tmp_path), ev.Resumed)) == 1


def test_connections_are_told_that_the_server_restarts(tmp_path: Path) -> None:
    async def run() -> None:
        async with asyncio.timeout(60), contextlib.AsyncExitStack() as clients:
            async with serving(config_of(tmp_path)) as server:
                client = await clients.enter_async_context(started(server))
            assert await client.closed() == Close.RESTARTING

    asyncio.run(run())


def test_a_chat_that_nobody_comes_back_to_ends(tmp_path: Path) -> None:
    async def scene(server: ChatServer) -> None:
        async with started(server) as client:
            token = client.welcome["token"]
            await ask_for_the_order(client)
        await soon(lambda: len(server.chats) == 0, 10, "the end of the chat")
        async with resumed(server, token) as again:
            ended = await again.kind("ended")
            assert (ended["by"], ended["reason"]) == ("caller", "did not come back")
            assert await again.closed() == Close.ENDED

    play(tmp_path, scene, grace_s=1)
    assert [done.outcome for done in entries(newest(tmp_path), act.RecordOutcome)] == ["abandoned"]


def test_a_chat_in_which_nobody_writes_ends(tmp_path: Path) -> None:
    async def scene(server: ChatServer) -> None:
        async with started(server) as client:
            assert (await client.kind("ended"))["reason"] == "wrote nothing for long"

    play(tmp_path, scene, idle_s=1)


def test_a_customer_ends_the_chat(tmp_path: Path) -> None:
    async def scene(server: ChatServer) -> None:
        async with started(server) as client:
            await client.send(type="end")
            assert (await client.kind("ended"))["by"] == "caller"
            assert await client.closed() == Close.ENDED

    play(tmp_path, scene)


@pytest.mark.parametrize(
    ("first", "code"),
    [
        ({"type": "resume", "token": "vac_guessed"}, Close.TOKEN),
        ({"type": "say", "id": "a", "text": "let me in"}, Close.BAD_MESSAGE),
        ({"type": "nonsense"}, Close.BAD_MESSAGE),
    ],
)
def test_nothing_is_listened_to_before_a_token(tmp_path: Path, first: dict[str, Any], code: Close) -> None:
    async def scene(server: ChatServer) -> None:
        async with connected(server) as client:
            await client.send(**first)
            assert await client.closed() == code

    play(tmp_path, scene)
    assert stored(tmp_path) == []


def test_pages_of_strangers_may_not_open_chats(tmp_path: Path) -> None:
    async def scene(server: ChatServer) -> None:
        with pytest.raises(InvalidStatus) as refused:
            async with connected(server, origin="https://evil.example"):
                pass
        assert refused.value.response.status_code == 403
        own = server.url.removesuffix("/chat/")
        for origin in (own, "https://shop.example"):
            async with started(server, origin=origin):
                pass

    play(tmp_path, scene, origins="https://shop.example")


def test_there_is_an_end_to_connections_and_chats(tmp_path: Path) -> None:
    async def scene(server: ChatServer) -> None:
        async with started(server) as client, contextlib.AsyncExitStack() as stack:
            token = client.welcome["token"]
            for _ in range(7):
                await stack.enter_async_context(resumed(server, token))
            async with connected(server) as ninth:
                await ninth.send(type="resume", token=token)
                assert await ninth.closed() == Close.TOO_MANY
            async with connected(server) as second:
                await second.send(type="start")
                assert await second.closed() == Close.TRY_LATER

    play(tmp_path, scene, limit=1)


def test_what_is_too_much_is_refused_and_the_chat_goes_on(tmp_path: Path) -> None:
    async def scene(server: ChatServer) -> None:
        async with started(server) as client:
            await client.send(type="say", id="long", text="x" * 2_001)
            assert (await client.kind("refused"))["code"] == "too_long"
            await client.send(type="say", id="none", text="  ")
            assert (await client.kind("refused"))["code"] == "empty"
            for number in range(12):
                await client.send(type="say", id=f"q{number}", text="hm")
            refused = await client.kind("refused")
            assert refused["code"] == "rate"
            assert 0 < refused["retry_ms"] <= 1_000
            await client.socket.send("x" * 20_000)
            assert await client.closed() == 1009
        async with resumed(server, client.welcome["token"]) as again:
            await again.says("Hello")

    play(tmp_path, scene)


def test_whoever_acknowledges_nothing_is_sent_no_more_than_the_window(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("voice_agent.channels.chat.WINDOW", 4)

    async def scene(server: ChatServer) -> None:
        async with started(server) as client:
            token = client.welcome["token"]
            for number in range(3):
                await client.send(type="say", id=f"q{number}", text="what can you do")
                await client.kind("heard")
                await client.kind("said")
        async with resumed(server, token, acknowledges=False) as deaf:
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.5):
                    await deaf.kind("ended")
            assert len(deaf.seen) == 4
            await deaf.send(type="ack", seq=deaf.since)
            await deaf.says("")
            assert len(deaf.seen) > 4

    play(tmp_path, scene)


def test_dozens_talk_at_the_same_time(tmp_path: Path) -> None:
    async def customer(server: ChatServer, number: int) -> None:
        async with started(server) as client:
            await ask_for_the_order(client)
            if number % 3 == 0:
                await client.socket.close()
                async with resumed(server, client.welcome["token"], client.since) as again:
                    await again.send(type="say", id="m2", text="5501 2479")
                    await again.says("Is that right?")
            else:
                await client.send(type="say", id="m2", text="5501 2479")
                await client.says("Is that right?")

    async def scene(server: ChatServer) -> None:
        async with asyncio.TaskGroup() as group:
            for number in range(40):
                group.create_task(customer(server, number))

    play(tmp_path, scene)
    logs = [records for _, records in stored(tmp_path)]
    assert len(logs) == 40
    assert all([call.tool for call in entries(records, act.CallTool)] == ["find_customer"] for records in logs)


def test_a_chat_that_cannot_go_on_is_ended_and_can_be_read(tmp_path: Path) -> None:
    folder, data_dir = tmp_path / "riverside_broadband", tmp_path / "data"
    shutil.copytree(EXAMPLE, folder)
    kept: dict[str, Any] = {}

    async def before() -> None:
        async with serving(config_of(data_dir), folder) as server, started(server) as client:
            await ask_for_the_order(client)
            kept.update(token=client.welcome["token"], texts=texts(client))

    async def after() -> None:
        async with serving(config_of(data_dir), folder) as server:
            assert (server.chats.resumed, len(server.chats)) == (0, 0)
            async with resumed(server, kept["token"]) as client:
                assert (await client.kind("ended"))["by"] == "fault"
                assert texts(client) == kept["texts"]

    asyncio.run(before())
    agent = folder / "agent.yaml"
    agent.write_text(agent.read_text(encoding="utf-8") + "\n# another release\n", encoding="utf-8")
    asyncio.run(after())
    assert entries(newest(data_dir), ev.CallEnded) == [ev.CallEnded("fault", SERVER_LOST)]


def test_the_page_loads_nothing_from_elsewhere(tmp_path: Path) -> None:
    def fetch(url: str) -> tuple[str, str]:
        with urllib.request.urlopen(url, timeout=10) as answer:
            return answer.read().decode(), str(answer.headers["Content-Security-Policy"])

    async def scene(server: ChatServer) -> None:
        page, policy = await asyncio.to_thread(fetch, server.url)
        assert "default-src 'none'" in policy
        links = re.findall(r'(?:src|href)="([^"]+)"', page)
        assert links == ["/chat/chat.css", "/chat/chat.js"]
        for link in links:
            assert (await asyncio.to_thread(fetch, server.url.removesuffix("/chat/") + link))[0] != ""
        start = await asyncio.to_thread(fetch, server.url.removesuffix("/chat/"))
        assert start[0] == page

    play(tmp_path, scene)
