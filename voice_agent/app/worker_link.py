"""What the front and its workers say to each other, and the socket pair they say it over.

One SOCK_SEQPACKET pair a worker: a packet is a message, nothing is reordered, and the end of either process is the end
of the stream for the other. A datagram of SIP may be lost between processes as on any network; news about places and
commands may not, and wait where the socket is full.
"""

from __future__ import annotations

import asyncio
import logging
import socket
from collections import deque
from collections.abc import Callable
from typing import Any, Final, TypeAlias

import msgspec

from telephony.sip.peer import Peer
from voice_agent.config import Config

PACKET_BYTES: Final = 196_608
_BUFFER_BYTES: Final = 1 << 22
_BURST: Final = 64
"""Packets read in one turn of the loop: other things are due as well."""
_WAITING: Final = 10_000
"""Packets that may wait for the other side. It is lost when it lets more wait."""

_log = logging.getLogger("voice_agent.workers")


class Begin(msgspec.Struct, frozen=True, tag="begin"):
    """The first packet to a worker. `config` is its own share of everything; `address` is what the front bound.

    `chats`: this is the one that takes chats.
    """

    folder: str
    config: Config
    label: str
    address: Peer
    chats: bool = False


class Message(msgspec.Struct, frozen=True, tag="message"):
    """One SIP message; `place` is the Call-ID for which the front took a place with it."""

    data: bytes
    source: Peer
    place: str | None = None


class Unreachable(msgspec.Struct, frozen=True, tag="unreachable"):
    peer: Peer


class Drain(msgspec.Struct, frozen=True, tag="drain"):
    """Take no more calls, let those that are up end in time, and stop."""


class End(msgspec.Struct, frozen=True, tag="end"):
    """Hang up all calls and stop."""


class Up(msgspec.Struct, frozen=True, tag="up"):
    """The worker takes calls, chats at the URL `chat`, webhooks of WhatsApp at `whatsapp`; empty: none."""

    agent: str
    chat: str = ""
    whatsapp: str = ""


class Failed(msgspec.Struct, frozen=True, tag="failed"):
    """The worker can't start."""

    message: str
    hint: str | None


class Released(msgspec.Struct, frozen=True, tag="released"):
    """The worker holds no place for this Call-ID (any more)."""

    call_id: str


class Send(msgspec.Struct, frozen=True, tag="send"):
    """For a TCP connection, which only the front has."""

    data: bytes
    destination: Peer


class Report(msgspec.Struct, frozen=True, tag="report"):
    """How the worker is: what `/health` shows, what `/metrics` prints, and whether new calls are welcome."""

    state: dict[str, Any]
    metrics: str
    takes: bool


ToWorker: TypeAlias = Begin | Message | Unreachable | Drain | End
FromWorker: TypeAlias = Up | Failed | Released | Send | Report
_encode = msgspec.msgpack.Encoder().encode
to_worker: Final = msgspec.msgpack.Decoder(ToWorker)
from_worker: Final = msgspec.msgpack.Decoder(FromWorker)


def pair() -> tuple[socket.socket, socket.socket]:
    """Both ends, neither inherited unless it is passed on."""
    ends = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    for end in ends:
        end.setblocking(False)
        end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _BUFFER_BYTES)
    return ends


class Link:
    """One end. `received` gets each packet; `gone` is called once, when the other side has ended."""

    def __init__(self, sock: socket.socket, received: Callable[[bytes], None], gone: Callable[[], None]) -> None:
        self._socket = sock
        self._received = received
        self._gone = gone
        self._loop = asyncio.get_running_loop()
        self._waiting: deque[bytes] = deque()
        self._loop.add_reader(sock.fileno(), self._readable)

    @property
    def closed(self) -> bool:
        return self._socket.fileno() < 0

    def send(self, message: ToWorker | FromWorker, *, surely: bool = True) -> bool:
        """False where it is lost: the other side has ended, or its socket is full and this need not arrive `surely`."""
        packet = _encode(message)
        if self.closed or (self._waiting and not surely):
            return False
        if self._waiting or not self._sent(packet):
            if not surely or len(self._waiting) >= _WAITING:
                return False
            self._waiting.append(packet)
            self._loop.add_writer(self._socket.fileno(), self._writable)
        return True

    def close(self) -> None:
        """Closing twice is fine; `gone` is not called."""
        if not self.closed:
            self._loop.remove_reader(self._socket.fileno())
            self._loop.remove_writer(self._socket.fileno())
            self._socket.close()

    def _sent(self, packet: bytes) -> bool:
        """False where it has to wait. What can never be sent is as good as sent: the other side will end, or has."""
        try:
            self._socket.send(packet)
        except BlockingIOError:
            return False
        except OSError as problem:
            _log.warning("a packet of %d bytes is lost: %s", len(packet), problem)
        return True

    def _writable(self) -> None:
        while self._waiting:
            if not self._sent(self._waiting[0]):
                return
            self._waiting.popleft()
        self._loop.remove_writer(self._socket.fileno())

    def _readable(self) -> None:
        for _ in range(_BURST):
            if self.closed:
                return
            try:
                packet = self._socket.recv(PACKET_BYTES)
            except BlockingIOError:
                return
            except OSError:
                packet = b""
            if not packet:
                self.close()
                self._gone()
                return
            self._received(packet)
