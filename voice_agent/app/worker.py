"""One of several workers: a server whose SIP messages come from the front, and whose end is the front's end.

    python -m voice_agent.app.worker --link 5 --udp 6

It answers over the very UDP socket that the front reads, which it inherited, so peers see one address. It never reads
that socket. When the front is gone (killed, even), the stream ends: calls are hung up and the process ends.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import logging
import secrets
import signal
import socket
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final, assert_never

import uvloop
from prometheus_client import generate_latest

from telephony.sip.connections import MessageSink
from telephony.sip.endpoint import CallObserver, SipEndpoint
from telephony.sip.peer import Peer
from telephony.sip.settings import SipSettings
from voice_agent.app.desk import CallDesk
from voice_agent.app.logs import log_to_stderr
from voice_agent.app.running_server import Server
from voice_agent.app.server import SWITCH_S, open_server, until_stopped
from voice_agent.app.worker_link import (
    Begin,
    Drain,
    End,
    Failed,
    Link,
    Message,
    Released,
    Report,
    Send,
    Unreachable,
    Up,
    to_worker,
)
from voice_agent.errors import VoiceAgentError

REPORT_S: Final = 1.0

_log = logging.getLogger("voice_agent.workers")


class FrontSockets:
    """The front's sockets as a worker has them: UDP to send on, TCP by asking the front."""

    def __init__(self, udp: socket.socket, address: Peer, link: Link) -> None:
        self.address = address
        self.connection_count = 0
        self.is_closing = False
        self._udp = udp
        self._link = link

    def send(self, data: bytes, destination: Peer) -> None:
        """What can't be sent is lost, which the timers of SIP deal with."""
        if destination.reliable:
            self._link.send(Send(data, destination))
            return
        try:
            self._udp.sendto(data, (destination.host, destination.port))
        except (OSError, ValueError) as error:
            _log.debug("can't send to %s: %s", destination, error)

    async def close(self) -> None:
        self.is_closing = True
        self._udp.close()


class Worker:
    """The worker's side of the link."""

    def __init__(self, link_socket: socket.socket, udp: socket.socket) -> None:
        self.begun: asyncio.Future[Begin] = asyncio.get_running_loop().create_future()
        self.asked, self.hurried = asyncio.Event(), asyncio.Event()
        self._udp = udp
        self._sink: MessageSink | None = None
        self._holds: Callable[[str], bool] = lambda call_id: False
        self._trouble: Callable[[], str | None] = lambda: None
        self._takes = False
        self._refuses = asyncio.Event()
        self.link = Link(link_socket, self._received, self._end)

    def endpoint(self, observer: CallObserver, settings: SipSettings) -> SipEndpoint:
        """The telephone line, by way of the front."""
        begin = self.begun.result()

        def sockets(endpoint: SipEndpoint) -> FrontSockets:
            self._sink = endpoint
            return FrontSockets(self._udp, begin.address, self.link)

        return SipEndpoint.over(sockets, observer, settings, token(begin.label))

    @property
    def chats(self) -> bool:
        return self.begun.result().chats

    def released(self, call_id: str) -> None:
        """The place of a call is free again."""
        self.link.send(Released(call_id))

    async def report(self, server: Server, desk: CallDesk) -> None:
        """Says once a second how the worker is, and at once when it begins to refuse: others may have room."""
        self._holds, self._trouble = desk.admission.holds, desk.trouble
        while True:
            metrics = generate_latest(server.metrics.registry).decode()
            self._refuses.clear()
            self._takes = desk.trouble() is None
            self.link.send(Report(server.state(), metrics, self._takes), surely=False)
            with suppress(TimeoutError):
                async with asyncio.timeout(REPORT_S):
                    await self._refuses.wait()

    def _received(self, packet: bytes) -> None:
        message = to_worker.decode(packet)
        match message:
            case Begin():
                self.begun.set_result(message)
            case Message():
                self._message(message)
            case Unreachable(peer=peer):
                if self._sink is not None:
                    self._sink.unreachable(peer)
            case Drain():
                self.asked.set()
            case End():
                self._end()
            case _:
                assert_never(message)

    def _message(self, message: Message) -> None:
        if self._sink is not None:
            self._sink.message_received(message.data, message.source)
        if message.place is not None and not self._holds(message.place):
            self.released(message.place)
            if self._takes and self._trouble() is not None:
                self._refuses.set()

    def _end(self) -> None:
        if not self.begun.done():
            self.begun.cancel()
        self.asked.set()
        self.hurried.set()


async def work(link_socket: socket.socket, udp: socket.socket) -> int:
    """Serves until the front says so or is gone. Returns the exit code."""
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):  # what is sent to all processes of a group is for the front
        loop.add_signal_handler(number, lambda: None)
    worker = Worker(link_socket, udp)
    try:
        begin = await worker.begun
    except asyncio.CancelledError:
        return 1
    try:
        async with open_server(Path(begin.folder), begin.config, worker) as server:
            gc.collect()
            gc.freeze()
            if server.desk is None:
                raise RuntimeError("a server that is open has a desk")
            reporting = loop.create_task(worker.report(server, server.desk))
            worker.link.send(Up(server.agent, server.chat_url or "", server.whatsapp_url or ""))
            await until_stopped(server, worker.asked, worker.hurried)
            reporting.cancel()
    except VoiceAgentError as problem:
        worker.link.send(Failed(problem.message, problem.hint))
        _log.error("the worker could not go on: %s", problem.message)
        return 1
    finally:
        worker.link.close()
    return 0


def token(label: str) -> Callable[[], str]:
    """Unpredictable texts that say whose they are."""
    return lambda: label + secrets.token_hex(16)


def main() -> int:
    parser = argparse.ArgumentParser(prog="voice_agent.app.worker")
    parser.add_argument("--link", type=int, required=True)
    parser.add_argument("--udp", type=int, required=True)
    options = parser.parse_args()
    log_to_stderr()
    sys.setswitchinterval(SWITCH_S)
    return uvloop.run(work(socket.socket(fileno=options.link), socket.socket(fileno=options.udp)))


if __name__ == "__main__":
    sys.exit(main())
