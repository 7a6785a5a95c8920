"""UDP sockets for media: a pool of port pairs, and an endpoint that feeds an `RtpStream`. A shell.

Media has the even port of a pair, RTCP the odd one above it (RFC 3550 section 11), or the even one too where both sides
agreed on that.

The socket is non-blocking and read straight from the event loop's poll: on uvloop that costs what a datagram transport
does (10 us a datagram), on asyncio a third of it (12 against 35 us).
Nothing that goes wrong on the network raises: it is counted.

    ports = MediaPorts("192.0.2.1", 40_000, 49_999)
    media = ports.open()                       # media.port goes into SDP
    media.attach(stream, now_us=clock.now_us)  # once the answer is known
    media.send(stream.push(pcm))
    media.send_report(stream.report(now_us))
    media.close()                              # the port is free again
"""

from __future__ import annotations

import asyncio
import errno
import socket
from collections import deque
from collections.abc import Callable
from typing import Final

import msgspec

from telephony.rtp.source_latch import Address
from telephony.rtp.stream import RtpStream

MAX_DATAGRAM: Final = 2_048


class PortsExhausted(Exception):
    """Every port of the range is in use: refuse the call (SIP 503), or configure a wider range."""


class SocketStats(msgspec.Struct):
    """Datagrams. `send_errors` and `receive_errors` count what the system refused, full queues included."""

    received: int = 0
    sent: int = 0
    send_errors: int = 0
    receive_errors: int = 0
    discarded: int = 0


class MediaPorts:
    """Pairs of ports of one host: an even one for media and the odd one above it for RTCP."""

    def __init__(self, host: str, low: int, high: int) -> None:
        """Ports from `low` to `high`, both included; raises ValueError for a range without a pair."""
        if not 0 < low <= high <= 0xFFFF:
            raise ValueError(f"{low}..{high} is no range of UDP ports")
        self.host = host
        self._free = deque(range(low + low % 2, high, 2))
        if not self._free:
            raise ValueError(f"{low}..{high} has no even port with the odd one above it")

    @property
    def free(self) -> int:
        """How many pairs are left, counting any that other programs hold."""
        return len(self._free)

    def open(self) -> MediaSocket:
        """Bind the pair that has been free for longest.

        Raises `PortsExhausted`, and OSError where the host is not ours.
        """
        for _ in range(len(self._free)):
            port = self._free.popleft()
            try:
                return MediaSocket(*_bind_pair(self.host, port), self._free.append)
            except OSError as error:
                self._free.append(port)
                if error.errno not in (errno.EADDRINUSE, errno.EACCES):
                    raise
        raise PortsExhausted(f"no even UDP port of {self.host} is free together with the odd one above it")


def _bind_pair(host: str, port: int) -> tuple[socket.socket, socket.socket]:
    media = _bind(host, port)
    try:
        return media, _bind(host, port + 1)
    except OSError:
        media.close()
        raise


def _bind(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_DGRAM)
    try:
        sock.setblocking(False)
        sock.bind((host, port))
    except OSError:
        sock.close()
        raise
    return sock


class MediaSocket:
    """One call's UDP endpoints. Bound from the start, they read once a stream is attached."""

    def __init__(self, sock: socket.socket, rtcp: socket.socket, release: Callable[[int], None]) -> None:
        """`release` is called once with media's port when both are closed."""
        self.host: Final[str] = sock.getsockname()[0]
        self.port: Final[int] = sock.getsockname()[1]
        self.stats: Final = SocketStats()
        self._sock = sock
        self._rtcp = rtcp
        self._release = release
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stream: RtpStream | None = None
        self._now_us: Callable[[], int] = _no_time

    def attach(self, stream: RtpStream, now_us: Callable[[], int]) -> None:
        """Feed `stream` from now on; what came before is discarded. Call it on the running loop, once."""
        if self._stream is not None:
            raise RuntimeError(f"media socket {self.port} already has a stream")
        for sock in (self._sock, self._rtcp):
            while self._read(sock) is not None:
                self.stats.discarded += 1
        self._stream = stream
        self._now_us = now_us
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(self._sock.fileno(), self._readable)
        self._loop.add_reader(self._rtcp.fileno(), self._report_readable)

    def send(self, packet: bytes) -> None:
        """Send to where the attached stream's source is. Dropped and counted where the system does not take it."""
        if self._stream is None:
            raise RuntimeError(f"media socket {self.port} has no stream that says where to send")
        self.send_to(packet, self._stream.target)

    def send_report(self, report: bytes | None) -> None:
        """Send RTCP, if there is any and the peer has a place for it."""
        stream = self._stream
        if report is None or stream is None:
            return
        target = stream.rtcp_target
        if target is not None:
            self._send(self._sock if stream.rtcp_multiplexed else self._rtcp, report, target)

    def send_to(self, packet: bytes, target: Address) -> None:
        """Send to `target`, a numeric host and a port. Never raises for the network's faults."""
        self._send(self._sock, packet, target)

    def _send(self, sock: socket.socket, packet: bytes, target: Address) -> None:
        try:
            sock.sendto(packet, target)
        except OSError:
            self.stats.send_errors += 1
        else:
            self.stats.sent += 1

    def close(self) -> None:
        """Stop reading and give the ports back. Closing twice is fine."""
        if self._sock.fileno() < 0:
            return
        for sock in (self._sock, self._rtcp):
            if self._loop is not None:
                self._loop.remove_reader(sock.fileno())
            sock.close()
        self._release(self.port)

    def _readable(self) -> None:
        stream = self._stream
        if stream is None:
            return
        # One read a wake-up: a second datagram is rare, the poll tells of it at once, and asking costs a system call.
        came = self._read(self._sock)
        if came is not None:
            self.stats.received += 1
            stream.receive(came[0], came[1], self._now_us())

    def _report_readable(self) -> None:
        stream = self._stream
        came = None if stream is None else self._read(self._rtcp)
        if stream is not None and came is not None:
            stream.receive_rtcp(came[0], came[1], self._now_us())

    def _read(self, sock: socket.socket) -> tuple[bytes, Address] | None:
        try:
            datagram, source = sock.recvfrom(MAX_DATAGRAM)
        except BlockingIOError:
            return None
        except OSError:
            self.stats.receive_errors += 1
            return None
        return datagram, (source[0], source[1])


def _no_time() -> int:
    raise RuntimeError("the media socket has no clock before a stream is attached")
