"""The sockets of one SIP port: UDP, and TCP beside it. A shell: bytes and their source in, bytes and a destination out.

Decides nothing but which socket a destination means. Whoever brings datagrams in another way (from a process that owns
the port, say) gives the endpoint something with the same four methods.
"""

from __future__ import annotations

import asyncio
import logging
from typing import Any, Final, Protocol, cast

from telephony.sip.connections import Connections, MessageSink
from telephony.sip.peer import Peer
from telephony.sip.settings import TcpLimits

_log = logging.getLogger(__name__)
_PORT_ATTEMPTS: Final = 20


class Carrier(Protocol):
    """What carries an endpoint's messages: `Sockets`, or something that asks the process that has them."""

    @property
    def address(self) -> Peer: ...

    @property
    def connection_count(self) -> int: ...

    @property
    def is_closing(self) -> bool: ...

    def send(self, data: bytes, destination: Peer) -> None: ...

    async def close(self) -> None: ...


class Sockets:
    """Made by `open`. All methods belong to the event loop's thread."""

    def __init__(self, udp: _Udp, connections: Connections | None) -> None:
        self._udp = udp
        self._connections = connections

    @classmethod
    async def open(cls, host: str, port: int, tcp: TcpLimits | None, sink: MessageSink) -> Sockets:
        """Bind `host` and `port` for UDP and, unless `tcp` is None, TCP. Port 0 takes one that is free for both.

        Raises OSError.
        """
        loop = asyncio.get_running_loop()
        for attempt in range(_PORT_ATTEMPTS):
            _, udp = await loop.create_datagram_endpoint(lambda: _Udp(sink), local_addr=(host, port))
            if tcp is None:
                return cls(udp, None)
            connections = Connections(tcp, sink)
            try:
                await connections.listen(host, udp.bound.port)
            except OSError:
                await udp.close()
                if port != 0 or attempt == _PORT_ATTEMPTS - 1:
                    raise
            except BaseException:
                await udp.close()
                raise
            else:
                return cls(udp, connections)
        raise AssertionError("unreachable")

    @property
    def address(self) -> Peer:
        """The host and port that are bound."""
        return self._udp.bound

    @property
    def connection_count(self) -> int:
        """TCP connections that are open."""
        return 0 if self._connections is None else len(self._connections)

    def fileno(self) -> int:
        """Of the UDP socket: a process that inherits it sends from the same address."""
        return self._udp.fileno()

    @property
    def is_closing(self) -> bool:
        return self._udp.is_closing

    def send(self, data: bytes, destination: Peer) -> None:
        """Send one message; what can't be sent is lost, which the timers of SIP deal with."""
        if not destination.reliable:
            self._udp.send(data, destination)
        elif self._connections is not None:
            self._connections.send(data, destination)
        else:
            _log.debug("no TCP here: %s gets nothing", destination)

    async def close(self) -> None:
        await self._udp.close()
        if self._connections is not None:
            await self._connections.close()


class _Udp(asyncio.DatagramProtocol):
    def __init__(self, sink: MessageSink) -> None:
        self._sink = sink
        self._closed = asyncio.get_running_loop().create_future()
        self.bound = Peer("", 0)

    @property
    def is_closing(self) -> bool:
        return self._transport.is_closing()

    def fileno(self) -> int:
        return int(self._transport.get_extra_info("socket").fileno())

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # asyncio's and uvloop's own datagram transports don't derive from asyncio.DatagramTransport in Python 3.11.
        self._transport = cast(asyncio.DatagramTransport, transport)
        host, port = transport.get_extra_info("sockname")[:2]
        self.bound = Peer(host, port)

    def datagram_received(self, data: bytes, addr: tuple[Any, ...]) -> None:
        self._sink.message_received(data, Peer(addr[0], addr[1]))

    def error_received(self, exc: Exception) -> None:
        # Retransmission and timeouts deal with it; a peer that's down must not fill the log.
        _log.debug("sip socket: %s", exc)

    def connection_lost(self, exc: Exception | None) -> None:
        if exc is not None:
            _log.error("sip socket lost: %s", exc)
        if not self._closed.done():
            self._closed.set_result(None)

    def send(self, data: bytes, destination: Peer) -> None:
        if self._transport.is_closing():
            return
        try:
            self._transport.sendto(data, (destination.host, destination.port))
        except (OSError, ValueError) as error:  # e.g. an IPv6 peer on an IPv4 socket
            _log.debug("can't send to %s: %s", destination, error)

    async def close(self) -> None:
        self._transport.close()
        await asyncio.shield(self._closed)
