"""TCP connections of one SIP port: accepted ones, and those opened to send. A shell.

Cuts what arrives into messages and answers keep-alives; a message goes by the connection that its destination prefers,
else by one to its port, else by a new one. Closes what is broken, idle, or doesn't read. May not decide about SIP.
"""

from __future__ import annotations

import asyncio
import logging
from typing import Final, Protocol, TypeAlias, cast

from telephony.sip.peer import Peer, Transport
from telephony.sip.settings import TcpLimits
from telephony.sip.stream import PONG, Broken, Ping, StreamFramer

_Key: TypeAlias = tuple[str, int]
_FLUSH_S: Final = 1.0
"""How long closing waits for a peer that reads slowly."""
_log = logging.getLogger(__name__)


class MessageSink(Protocol):
    """Who takes what arrives."""

    def message_received(self, data: bytes, source: Peer) -> None:
        """One message, whole."""
        ...

    def unreachable(self, peer: Peer) -> None:
        """What was to be sent there is lost."""
        ...

    def stream_broke(self, broken: Broken, source: Peer) -> None:
        """The connection is closed after this returns; what is sent by it until then still goes out."""
        ...


class Connections:
    """All methods belong to the event loop's thread."""

    def __init__(self, limits: TcpLimits, sink: MessageSink) -> None:
        self._limits = limits
        self._sink = sink
        self._open: dict[_Key, _Connection] = {}
        self._connecting: dict[_Key, asyncio.Task[None]] = {}
        self._waiting: dict[_Key, list[bytes]] = {}
        self._server: asyncio.Server | None = None
        self._host = ""

    async def listen(self, host: str, port: int) -> int:
        """Accept connections at `host` and `port`; the port that was bound. Raises OSError."""
        self._host = host
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: _Connection(self), host, port)
        return int(self._server.sockets[0].getsockname()[1])

    def __len__(self) -> int:
        """Connections that are open."""
        return len(self._open)

    def send(self, data: bytes, destination: Peer) -> None:
        """Send by an open connection, or by one that is opened for it; never waits, and what can't be sent is lost."""
        connection = None
        if destination.connection is not None:
            connection = self._open.get((destination.host, destination.connection))
        key = (destination.host, destination.port)
        if connection is None:
            connection = self._open.get(key)
        if connection is not None:
            connection.send(data)
        elif key in self._waiting:
            self._waiting[key].append(data)
        elif len(self._open) + len(self._waiting) < self._limits.max_connections:
            self._waiting[key] = [data]
            self._connecting[key] = asyncio.get_running_loop().create_task(self._connect(key))
        else:
            _log.warning("no TCP connection to %s: %d are open already", destination, len(self._open))

    async def close(self) -> None:
        """Close all of them."""
        if self._server is not None:
            self._server.close()
        tasks = list(self._connecting.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        left = list(self._open.values())
        for connection in left:
            connection.close()
        if left:
            await asyncio.wait([each.closed for each in left], timeout=_FLUSH_S)
        for connection in left:
            connection.abort()

    async def _connect(self, key: _Key) -> None:
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(self._limits.connect_s):
                await loop.create_connection(lambda: _Connection(self, key), *key, local_addr=self._local())
        except OSError as error:  # TimeoutError is one
            _log.debug("can't connect to %s:%d: %s", *key, error)
            self._forget(key)
            self._sink.unreachable(Peer(*key, Transport.TCP))
        finally:
            self._forget(key)

    def _forget(self, key: _Key) -> None:
        self._connecting.pop(key, None)
        self._waiting.pop(key, None)

    def _local(self) -> tuple[str, int] | None:
        return None if self._host in ("", "0.0.0.0", "::") else (self._host, 0)

    # What connections tell

    def _opened(self, connection: _Connection) -> bool:
        """Whether there is room for it; what waited for it is sent."""
        if connection.peer is None or len(self._open) >= self._limits.max_connections:
            return False
        key = (connection.peer.host, connection.peer.port)
        self._open[key] = connection
        for data in self._waiting.pop(key, []):
            connection.send(data)
        return True

    def _closed(self, connection: _Connection) -> None:
        if connection.peer is not None:
            key = (connection.peer.host, connection.peer.port)
            if self._open.get(key) is connection:
                del self._open[key]

    def _received(self, connection: _Connection, data: bytes) -> None:
        if connection.peer is None:
            return
        for item in connection.framer.feed(data):
            match item:
                case Ping():
                    connection.send(PONG)
                case Broken():
                    self._sink.stream_broke(item, connection.peer)
                    connection.close()
                case message:
                    connection.touch()
                    self._sink.message_received(message, connection.peer)

    @property
    def limits(self) -> TcpLimits:
        return self._limits


class _Connection(asyncio.Protocol):
    """One connection; `peer` is known from its beginning on."""

    def __init__(self, owner: Connections, key: _Key | None = None) -> None:
        self._owner = owner
        self._key = key
        self._transport: asyncio.Transport | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._loop = asyncio.get_running_loop()
        self._active_s = self._loop.time()
        self.peer: Peer | None = None
        self.framer = StreamFramer()
        self.closed: asyncio.Future[None] = self._loop.create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's doesn't derive from it
        name = transport.get_extra_info("peername") if self._key is None else self._key
        if name is not None:
            self.peer = Peer(name[0], name[1], Transport.TCP)
        if self._owner._opened(self):
            self._watch()
        else:
            self._transport.abort()

    def data_received(self, data: bytes) -> None:
        self._owner._received(self, data)

    def connection_lost(self, exc: Exception | None) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._owner._closed(self)
        if not self.closed.done():
            self.closed.set_result(None)

    def send(self, data: bytes) -> None:
        """Queue `data`; a peer that doesn't read is cut off."""
        transport = self._transport
        if transport is None or transport.is_closing():
            return
        self.touch()
        transport.write(data)
        if transport.get_write_buffer_size() > self._owner.limits.max_unsent_bytes:
            transport.abort()

    def close(self) -> None:
        """Send what is queued, then close."""
        if self._transport is not None:
            self._transport.close()

    def abort(self) -> None:
        """Close without sending what is queued."""
        if self._transport is not None:
            self._transport.abort()

    def touch(self) -> None:
        """It's in use."""
        self._active_s = self._loop.time()

    def _watch(self) -> None:
        """Close when idle for too long, else look again when that could be."""
        left_s = self._active_s + self._owner.limits.idle_s - self._loop.time()
        if left_s <= 0:
            self.abort()
        else:
            self._timer = self._loop.call_later(left_s, self._watch)
