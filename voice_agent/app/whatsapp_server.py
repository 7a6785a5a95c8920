"""Opens the door for WhatsApp on an address of its own, and closes it again."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Final

from voice_agent.app.correspondence import Correspondence, Terms
from voice_agent.app.http_server import HttpServer, listen, url_of
from voice_agent.app.ledger import Ledger
from voice_agent.app.metrics import Metrics
from voice_agent.app.office import Opened
from voice_agent.app.rooms import Rooms, Whose
from voice_agent.channels.chat_room import RoomSettings
from voice_agent.channels.mail import Answer, Payload
from voice_agent.channels.sending import PAUSES_S, RECEIPT_S, Outgoing
from voice_agent.channels.whatsapp import PATH, WhatsAppDoor
from voice_agent.channels.whatsapp_api import CloudApi
from voice_agent.channels.whatsapp_protocol import payloads
from voice_agent.config import Config
from voice_agent.stores.mailbox import Mailbox

CHANNEL: Final = "whatsapp"
WINDOW_MS: Final = 86_400_000
"""The API's customer service window."""
CONNECTIONS: Final = 32
"""Further webhooks are answered 503: each may hold the most that Meta sends in memory."""
SENDING: Final = 8
"""Attempts to send at a time, each in a thread of the channel's own: an API that hangs holds up nobody else."""
GATHER_US: Final = 1_500_000
"""People write a thought in several messages, and webhooks come one by one."""

_log = logging.getLogger("voice_agent.whatsapp")


class WhatsAppServer:
    """`url` is what a proxy with TLS passes webhooks on to."""

    def __init__(self, correspondence: Correspondence, url: str) -> None:
        self.correspondence = correspondence
        self.url = url


@asynccontextmanager
async def open_whatsapp_server(
    config: Config, opened: Opened, metrics: Metrics, group: asyncio.TaskGroup
) -> AsyncIterator[WhatsAppServer]:
    """Takes webhooks until the block ends. Raises ConfigurationError where an address can't be used, StoreError."""
    settings = config.whatsapp
    api = CloudApi(settings.url, settings.number_id, settings.token)
    async with AsyncExitStack() as stack:
        senders = ThreadPoolExecutor(SENDING, "whatsapp")
        stack.callback(senders.shutdown, wait=False, cancel_futures=True)
        outgoing = outgoing_by(api, senders, metrics)
        mailbox = await asyncio.to_thread(Mailbox, Path(config.store.data_dir), CHANNEL)
        stack.push_async_callback(asyncio.to_thread, mailbox.close)
        ledger = Ledger(mailbox)
        stack.push_async_callback(asyncio.to_thread, ledger.close)
        listening = listen(CHANNEL, settings.host, settings.port)
        stack.callback(listening.close)
        idle_us = settings.idle_s * 1_000_000
        whose = Whose(RoomSettings(idle_us, idle_us, GATHER_US), CHANNEL)
        terms = Terms(settings.limit, WINDOW_MS, settings.number_id, lambda address: f"+{address}")
        rooms = Rooms(config, opened, metrics, group, whose)
        mail = Correspondence(terms, rooms, ledger, outgoing, group, opened.world.mask)
        stack.push_async_callback(mail.close)
        await mail.reopen()
        door = WhatsAppDoor(mail, settings.number_id, settings.app_secret, settings.verify_token, metrics.webhook)
        server = HttpServer(door.app(), connections=CONNECTIONS)
        serving = group.create_task(server.serve(sockets=[listening]))
        url = f"{url_of(settings.host, listening)}{PATH}"
        _log.info("webhooks of WhatsApp come in at %s", url)
        try:
            yield WhatsAppServer(mail, url)
        finally:
            server.stop()
            await serving


def outgoing_by(api: CloudApi, senders: Executor, metrics: Metrics) -> Outgoing:
    """How messages leave."""

    async def post(payload: Payload, key: str) -> tuple[Answer, str]:
        return await asyncio.get_running_loop().run_in_executor(senders, api.send, payload, key)

    return Outgoing(payloads, post, metrics.message, PAUSES_S, RECEIPT_S)
