"""Where callers, chats and those who watch come in: telephone, page for chats, webhooks of WhatsApp, health page.

Each is opened after what it needs, and closed before it. A channel more is opened here.
"""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from typing import Protocol

from telephony.sip.endpoint import CallObserver, SipEndpoint
from telephony.sip.settings import SipSettings
from voice_agent.app.chat_server import open_chat_server
from voice_agent.app.health import HealthServer, health_app
from voice_agent.app.running_server import Server
from voice_agent.app.sip_settings import sip_settings
from voice_agent.app.whatsapp_server import open_whatsapp_server
from voice_agent.channels.phone import PhoneDoor
from voice_agent.errors import ConfigurationError


class Behind(Protocol):
    """The front that a server stands behind, as one of several workers."""

    def endpoint(self, observer: CallObserver, settings: SipSettings) -> SipEndpoint:
        """The telephone line, by way of the front."""
        ...

    def released(self, call_id: str) -> None:
        """The place of a call is free again."""
        ...

    @property
    def chats(self) -> bool:
        """Whether this is the worker that takes chats."""
        ...


async def open_doors(server: Server, stack: AsyncExitStack, group: asyncio.TaskGroup, behind: Behind | None) -> None:
    """What a call or a chat needs is open by now. Raises ConfigurationError where an address can't be used."""
    await _open_chat(server, stack, group, behind)
    await _open_whatsapp(server, stack, group, behind)
    await _open_telephone(server, stack, behind)
    if behind is None:
        _open_health(server, stack, group)


async def _open_telephone(server: Server, stack: AsyncExitStack, behind: Behind | None) -> None:
    config, desk = server.config, server.desk
    if desk is None:
        raise RuntimeError("the desk opens before the doors")
    door = server.door = PhoneDoor(desk, server.ports, server.wheel)
    settings = sip_settings(config)
    try:
        if behind is not None:
            server.endpoint = behind.endpoint(door, settings)
        else:
            server.endpoint = await SipEndpoint.open(config.sip.host, config.sip.port, door, settings)
    except (OSError, ValueError) as problem:
        raise ConfigurationError(
            f"[sip] {config.sip.host}:{config.sip.port} can't be used: {problem}",
            hint="choose another with [sip] port, 0 for any",
        ) from problem
    stack.push_async_callback(server.endpoint.close)
    door.attach(server.endpoint)


async def _open_chat(server: Server, stack: AsyncExitStack, group: asyncio.TaskGroup, behind: Behind | None) -> None:
    if server.config.chat.enabled and (behind is None or behind.chats):
        opening = open_chat_server(server.config, server.opened, server.metrics, group)
        server.chat = await stack.enter_async_context(opening)


async def _open_whatsapp(
    server: Server, stack: AsyncExitStack, group: asyncio.TaskGroup, behind: Behind | None
) -> None:
    if server.config.whatsapp.number_id and (behind is None or behind.chats):
        opening = open_whatsapp_server(server.config, server.opened, server.metrics, group)
        server.whatsapp = await stack.enter_async_context(opening)


def _open_health(server: Server, stack: AsyncExitStack, group: asyncio.TaskGroup) -> None:
    config = server.config
    server.health = HealthServer(health_app(server.state, server.metrics.registry), config.http.host, config.http.port)
    server.health.start(group)
    stack.callback(server.health.stop)
