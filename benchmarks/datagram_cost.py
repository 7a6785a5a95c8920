"""What it costs the worker's event loop to take one datagram off a call's socket, and to send one: CPU time."""

from __future__ import annotations

import asyncio
import socket
import time
from typing import Final

import uvloop

from telephony.rtp.port import MediaPorts, MediaSocket
from telephony.rtp.sender import Origin
from telephony.rtp.stream import RtpStream, StreamTerms

HOST: Final = "127.0.0.1"
PORTS: Final = (30_000, 30_999)
DATAGRAM: Final = bytes(172)
SOCKETS: Final = 50
ROUNDS: Final = 40
QUICK_ROUNDS: Final = 10


class _Counted(RtpStream):
    """Takes datagrams and does nothing with them."""

    came = 0

    def receive(self, datagram: bytes, source: tuple[str, int], now_us: int) -> None:
        self.came += 1


def datagram_cost_us(*, quick: bool) -> dict[str, float]:
    """Microseconds of the loop's thread for a datagram in and one out; the least of several rounds."""
    return uvloop.run(_measured(QUICK_ROUNDS if quick else ROUNDS))


async def _measured(rounds: int) -> dict[str, float]:
    ports = MediaPorts(HOST, *PORTS)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as peer:
        peer.bind((HOST, 0))
        peer.setblocking(False)
        medias = [ports.open() for _ in range(SOCKETS)]
        streams = [_Counted(StreamTerms(remote=peer.getsockname(), origin=Origin(1, 1, 1))) for _ in medias]
        for media, stream in zip(medias, streams, strict=True):
            media.attach(stream, lambda: time.monotonic_ns() // 1_000)
        try:
            seen = [(_outwards(peer, medias), await _inwards(peer, medias, streams)) for _ in range(rounds)]
        finally:
            for media in medias:
                media.close()
    return {"datagram_out": min(out for out, _ in seen), "datagram_in": min(inwards for _, inwards in seen)}


def _outwards(peer: socket.socket, medias: list[MediaSocket]) -> float:
    began_ns = time.thread_time_ns()
    for media in medias:
        media.send(DATAGRAM)
    took_ns = time.thread_time_ns() - began_ns
    for _ in medias:
        peer.recv(2_048)
    return took_ns / 1_000 / len(medias)


async def _inwards(peer: socket.socket, medias: list[MediaSocket], streams: list[_Counted]) -> float:
    wanted = sum(stream.came for stream in streams) + len(medias)
    for media in medias:
        peer.sendto(DATAGRAM, (media.host, media.port))
    began_ns = time.thread_time_ns()
    while sum(stream.came for stream in streams) < wanted:  # noqa: ASYNC110 - turns of the loop are what is measured
        await asyncio.sleep(0)
    return (time.thread_time_ns() - began_ns) / 1_000 / len(medias)
