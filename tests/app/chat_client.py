"""A server of chats with the example agent on loopback, and a client that keeps to the protocol as a page does."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any, Final

import msgspec
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from models.scripted import ScriptedEmbedder
from voice_agent.app.chat_server import ChatServer, open_chat_server
from voice_agent.app.metrics import Metrics
from voice_agent.app.office import open_agent
from voice_agent.app.task_groups import tasks
from voice_agent.clock import MonotonicClock
from voice_agent.config import ChatConfig, Config, StoreConfig

EXAMPLE: Final = Path(__file__).parents[2] / "examples" / "riverside_broadband"
WAIT_S: Final = 20.0


def config_of(data_dir: Path, **chat: Any) -> Config:
    return Config(chat=ChatConfig(port=0, **chat), store=StoreConfig(data_dir=str(data_dir)))


@contextlib.asynccontextmanager
async def serving(config: Config, folder: Path = EXAMPLE) -> AsyncIterator[ChatServer]:
    """Chats on any port, as a server opens them."""
    async with (
        open_agent(folder, config, ScriptedEmbedder(), MonotonicClock()) as opened,
        tasks() as group,
        open_chat_server(config, opened, Metrics(dict), group) as server,
    ):
        yield server


class Client:
    """One connection. `seen` are the numbered messages, in the order in which they came."""

    def __init__(self, socket: ClientConnection, *, acknowledges: bool = True) -> None:
        self.socket = socket
        self.seen: list[dict[str, Any]] = []
        self.welcome: dict[str, Any] = {}
        self._acknowledges = acknowledges

    @property
    def since(self) -> int:
        return max((message["seq"] for message in self.seen), default=0)

    async def send(self, **message: Any) -> None:
        await self.socket.send(msgspec.json.encode(message).decode())

    async def next(self) -> dict[str, Any]:
        """The next message of any kind."""
        async with asyncio.timeout(WAIT_S):
            message: dict[str, Any] = msgspec.json.decode(await self.socket.recv())
        if "seq" in message:
            self.seen.append(message)
            if self._acknowledges:
                with contextlib.suppress(ConnectionClosed):
                    await self.send(type="ack", seq=message["seq"])
        return message

    async def until(self, wanted: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        while not wanted(message := await self.next()):
            pass
        return message

    async def kind(self, name: str) -> dict[str, Any]:
        """The next message of this kind."""
        return await self.until(lambda message: message["type"] == name)

    async def says(self, words: str) -> dict[str, Any]:
        """The next thing the agent says with `words` in it."""
        return await self.until(lambda message: message["type"] == "said" and words in message["text"])

    async def closed(self) -> int:
        """The code that the server closes with."""
        try:
            while True:
                await self.next()
        except ConnectionClosed as closed:
            return 1006 if closed.rcvd is None else closed.rcvd.code


@contextlib.asynccontextmanager
async def connected(server: ChatServer, **options: Any) -> AsyncIterator[Client]:
    """A connection that has said nothing yet; `origin` and `acknowledges` may be given."""
    async with connected_to(server.url, **options) as client:
        yield client


@contextlib.asynccontextmanager
async def connected_to(page: str, **options: Any) -> AsyncIterator[Client]:
    """As before, to the server that has its page at `page`."""
    acknowledges = options.pop("acknowledges", True)
    url = page.replace("http://", "ws://").removesuffix("/")
    async with connect(url, proxy=None, compression=None, **options) as socket:
        yield Client(socket, acknowledges=acknowledges)


@contextlib.asynccontextmanager
async def started(server: ChatServer, **options: Any) -> AsyncIterator[Client]:
    """A new chat, greeted."""
    async with connected(server, **options) as client:
        await client.send(type="start")
        client.welcome = await client.kind("welcome")
        await client.says("Hello")
        yield client


@contextlib.asynccontextmanager
async def resumed(server: ChatServer, token: str, since: int = 0, **options: Any) -> AsyncIterator[Client]:
    async with connected(server, **options) as client:
        await client.send(type="resume", token=token, since=since)
        client.welcome = await client.kind("welcome")
        yield client
