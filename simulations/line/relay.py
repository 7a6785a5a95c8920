"""A relay in user space that makes real RTP as bad as a simulated line: caller and agent each send to it. A shell.

    async with MediaRelay.open("127.0.0.1", settings, seed=7) as relay:
        offer = make_offer(*relay.for_agent)            # the agent sends there
        relay.connect(agent=("127.0.0.1", 40_000))      # what its answer named
        ...                                             # the caller sends to relay.for_caller

One call each. The caller's address is learned from its first packet. RTCP is carried on the ports above, late but never
lost, and not at all where its direction is dead. `sip_relay` puts it between peers that know nothing of it.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from typing import Any, Final, assert_never

from simulations.line.rtp_faults import RtpFaults
from simulations.line.settings import LineSettings, Way
from simulations.line.speech_level import NOMINAL_DBFS
from telephony.rtp.source_latch import Address
from telephony.sip.endpoint import monotonic_us
from voice_agent.audio import Pcm

PORTS: Final = range(22_000, 23_998, 2)


class RelayPortsExhausted(Exception):
    """No pair of ports is free for a relay: too many calls are relayed at once."""


class MediaRelay:
    """Made by `open`. `faults` counts what passed."""

    def __init__(self, host: str, faults: RtpFaults) -> None:
        self.faults: Final = faults
        self._host = host
        self._agent: Address | None = None
        self._caller: dict[bool, Address] = {}
        self._transports: list[asyncio.DatagramTransport] = []
        self._pending: set[asyncio.TimerHandle] = set()

    @classmethod
    @asynccontextmanager
    async def open(
        cls,
        host: str,
        settings: LineSettings,
        seed: int,
        *,
        speech_dbfs: float = NOMINAL_DBFS,
        recording: Pcm | None = None,
    ) -> AsyncIterator[MediaRelay]:
        """Binds two pairs of ports of `host`. Raises RelayPortsExhausted, and ValueError as `Line` does."""
        relay = cls(host, RtpFaults(settings, seed, speech_dbfs=speech_dbfs, recording=recording))
        try:
            for way in ("to_caller", "to_agent"):
                relay._transports += await relay._bound(way)
            yield relay
        finally:
            for handle in relay._pending:
                handle.cancel()
            for transport in relay._transports:
                transport.close()

    @property
    def for_agent(self) -> Address:
        """Where the agent is to send its media."""
        return self._host, _port(self._transports[0])

    @property
    def for_caller(self) -> Address:
        """Where the caller is to send its media."""
        return self._host, _port(self._transports[2])

    def connect(self, *, agent: Address, caller: Address | None = None) -> None:
        """Where the two really listen: the port of media, RTCP's is the one above."""
        self._agent = agent
        if caller is not None:
            self._caller = {False: caller, True: (caller[0], caller[1] + 1)}

    async def _bound(self, way: Way) -> list[asyncio.DatagramTransport]:
        """The pair at which what goes this way comes in."""
        loop = asyncio.get_running_loop()
        for port in PORTS:
            pair: list[asyncio.DatagramTransport] = []
            try:
                for rtcp in (False, True):
                    ear = partial(_Ear, partial(self._came, way, rtcp))
                    address = (self._host, port + rtcp)
                    pair.append((await loop.create_datagram_endpoint(ear, local_addr=address))[0])
            except OSError:
                for transport in pair:
                    transport.close()
                continue
            return pair
        raise RelayPortsExhausted(f"no pair of UDP ports from {PORTS.start} to {PORTS.stop} of {self._host} is free")

    def _came(self, way: Way, rtcp: bool, data: bytes, source: Address) -> None:
        match way:
            case "to_agent":
                self._caller.setdefault(rtcp, source)
                to = None if self._agent is None else (self._agent[0], self._agent[1] + rtcp)
                # Out of the port at which the agent's own packets come in: it knows the caller by it.
                by = self._transports[rtcp]
            case "to_caller":
                to = self._caller.get(rtcp)
                by = self._transports[2 + rtcp]
            case _:
                assert_never(way)
        passed = None if to is None else self.faults.datagram(way, data, monotonic_us())
        if passed is None or to is None:
            return
        if passed[0] == 0:
            _send(by, passed[1], to)
            return
        self._later(passed[0], by, passed[1], to)

    def _later(self, delay_us: int, by: asyncio.DatagramTransport, data: bytes, to: Address) -> None:
        def send() -> None:
            self._pending.discard(handle)
            _send(by, data, to)

        handle = asyncio.get_running_loop().call_later(delay_us / 1_000_000, send)
        self._pending.add(handle)


class _Ear(asyncio.DatagramProtocol):
    def __init__(self, took: Callable[[bytes, Address], None]) -> None:
        self._took = took

    def datagram_received(self, data: bytes, addr: tuple[Any, ...]) -> None:
        self._took(data, (addr[0], addr[1]))


def _send(by: asyncio.DatagramTransport, data: bytes, to: Address) -> None:
    if not by.is_closing():
        by.sendto(data, to)


def _port(transport: asyncio.DatagramTransport) -> int:
    port: int = transport.get_extra_info("sockname")[1]
    return port
