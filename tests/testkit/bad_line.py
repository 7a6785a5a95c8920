"""A relay between a caller and a server, in user space on loopback, that loses and delays what they say to each other.

async with BadLine.open("sip:agent@127.0.0.1:5060", loss=0.1, jitter_ms=60, seed=1) as line:
    ...  # call line.uri

Signalling passes unharmed; the ports for media in it are replaced by the relay's. One call at a time.
"""

from __future__ import annotations

import asyncio
import random
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, Final

HOST: Final = "127.0.0.1"
Address = tuple[str, int]
_AUDIO: Final = re.compile(rb"m=audio ([0-9]{5}) ")


class _Ear(asyncio.DatagramProtocol):
    """Hands on what arrives."""

    def __init__(self, took: Callable[[bytes, Address], None]) -> None:
        self._took = took

    def datagram_received(self, data: bytes, addr: tuple[Any, ...]) -> None:
        self._took(data, (addr[0], addr[1]))


class BadLine:
    """Made by `open`. Of media it counts what passed and what was lost, both ways together."""

    def __init__(self, server: Address, loss: float, jitter_ms: int, seed: int) -> None:
        self.passed = 0
        self.lost = 0
        self._server = server
        self._loss = loss
        self._jitter_s = jitter_ms / 1_000
        self._draw = random.Random(seed)
        self._caller: Address | None = None
        self._caller_media: Address | None = None
        self._server_media: Address | None = None

    @classmethod
    @asynccontextmanager
    async def open(cls, uri: str, *, loss: float, jitter_ms: int, seed: int) -> AsyncIterator[BadLine]:
        host, _, port = uri.rpartition("@")[2].rpartition(":")
        line = cls((host.removeprefix("sip:"), int(port)), loss, jitter_ms, seed)
        line._sip = await _socket(line._signalling)
        line._to_caller = await _socket(line._from_caller)  # has the address that the caller talks to
        line._to_server = await _socket(line._from_server)
        try:
            yield line
        finally:
            for transport in (line._sip, line._to_caller, line._to_server):
                transport.close()

    _sip: asyncio.DatagramTransport
    _to_caller: asyncio.DatagramTransport
    _to_server: asyncio.DatagramTransport

    @property
    def uri(self) -> str:
        return f"sip:agent@{HOST}:{_port(self._sip)}"

    def _signalling(self, data: bytes, source: Address) -> None:
        found = _AUDIO.search(data)
        if source == self._server:
            if found is not None:
                self._server_media = (HOST, int(found[1]))
                data = data.replace(found[0], b"m=audio %d " % _port(self._to_caller))
            if self._caller is not None:
                self._sip.sendto(data, self._caller)
            return
        self._caller = source
        if found is not None:
            self._caller_media = (HOST, int(found[1]))
            data = data.replace(found[0], b"m=audio %d " % _port(self._to_server))
        self._sip.sendto(data, self._server)

    def _from_caller(self, data: bytes, source: Address) -> None:
        self._carry(data, self._to_server, self._server_media)

    def _from_server(self, data: bytes, source: Address) -> None:
        self._carry(data, self._to_caller, self._caller_media)

    def _carry(self, data: bytes, by: asyncio.DatagramTransport, to: Address | None) -> None:
        if to is None or self._draw.random() < self._loss:
            self.lost += 1
            return
        self.passed += 1
        asyncio.get_running_loop().call_later(self._draw.random() * self._jitter_s, _send, by, data, to)


def _send(by: asyncio.DatagramTransport, data: bytes, to: Address) -> None:
    if not by.is_closing():
        by.sendto(data, to)


def _port(transport: asyncio.DatagramTransport) -> int:
    """Five digits, as the ports that it replaces: lengths in messages stay right."""
    port: int = transport.get_extra_info("sockname")[1]
    return port


async def _socket(took: Callable[[bytes, Address], None]) -> asyncio.DatagramTransport:
    transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(lambda: _Ear(took), local_addr=(HOST, 0))
    return transport
