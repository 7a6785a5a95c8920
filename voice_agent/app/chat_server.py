"""Opens the door for chats on an address of its own, and closes it again."""

from __future__ import annotations

import asyncio
import ipaddress
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from voice_agent.app.chats import Chats
from voice_agent.app.http_server import HttpServer, listen, url_of
from voice_agent.app.metrics import Metrics
from voice_agent.app.office import Opened
from voice_agent.channels.chat import ChatDoor
from voice_agent.channels.chat_protocol import FRAME_BYTES
from voice_agent.config import ChatConfig, Config
from voice_agent.errors import ConfigurationError

SOCKETS_A_CHAT: Final = 3
"""Connections that there is room for, on average."""

_ORIGIN: Final = re.compile(r"https?://[^/\s,@?#]+")


class ChatServer:
    """`url` is where people find the page."""

    def __init__(self, chats: Chats, url: str) -> None:
        self.chats = chats
        self.url = url


@asynccontextmanager
async def open_chat_server(
    config: Config, opened: Opened, metrics: Metrics, group: asyncio.TaskGroup
) -> AsyncIterator[ChatServer]:
    """Takes chats until the block ends. Raises ConfigurationError where the address can't be had, StoreError."""
    settings = config.chat
    listening = listen("chat", settings.host, settings.port)
    url = url_of(settings.host, listening)
    try:
        door_origins = allowed_origins(settings, listening.getsockname()[1])
        chats = Chats(config, opened, metrics, group)
        await chats.reopen()
    except BaseException:
        listening.close()
        raise
    door = ChatDoor(chats, door_origins)
    connections = SOCKETS_A_CHAT * settings.limit + 16
    server = HttpServer(door.app(), frame_bytes=FRAME_BYTES, connections=connections)
    serving = group.create_task(server.serve(sockets=[listening]))
    try:
        yield ChatServer(chats, f"{url}/chat/")
    finally:
        await door.close()
        server.stop()
        await serving
        await chats.close()


def allowed_origins(settings: ChatConfig, port: int) -> frozenset[str]:
    """Those of the settings and of the page that is served here: by name, not by what a request says its host is.

    Raises ConfigurationError for a setting that is no origin.
    """
    named = [origin.strip().rstrip("/") for origin in settings.origins.split(",") if origin.strip()]
    for origin in named:
        if _ORIGIN.fullmatch(origin) is None:
            raise ConfigurationError(
                f"[chat] origins: {origin!r} is no origin", hint="write scheme and host, such as https://shop.example"
            )
    hosts = {f"[{settings.host}]" if ":" in settings.host else settings.host}
    if _is_loopback(settings.host):
        hosts |= {"localhost", "127.0.0.1", "[::1]"}
    return frozenset({*named, *(f"http://{host}:{port}" for host in hosts)})


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
