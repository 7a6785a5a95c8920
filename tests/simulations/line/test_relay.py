"""Relays on loopback: what is sent to them comes out at the other end, as bad as was asked for."""

from __future__ import annotations

import asyncio
import time

import pytest

from simulations.caller_session import CallerSession
from simulations.line.relay import MediaRelay
from simulations.line.settings import LineSettings, Loss
from simulations.line.sip_relay import SipRelay, rewritten
from simulations.phone_call import PhoneLine
from simulations.result import CallResult
from simulations.scenario import Line
from telephony.rtp.packet import write_plain
from tests.simulations.callers import scenario_of
from tests.simulations.test_phone_call import OneDesk, answered_by, caller_of, in_real_time

SCENARIO = scenario_of(Line(after="greeting", say="Order?"), Line(when="goodbye", hang_up=True))


class Peer(asyncio.DatagramProtocol):
    """One end of a call: sends, and keeps what comes with when and from where."""

    def __init__(self) -> None:
        self.came: list[tuple[float, bytes, tuple[str, int]]] = []
        self._wanted = 1
        self._there = asyncio.Event()

    @classmethod
    async def open(cls) -> Peer:
        peer = cls()
        peer.transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(
            lambda: peer, local_addr=("127.0.0.1", 0)
        )
        return peer

    transport: asyncio.DatagramTransport

    @property
    def address(self) -> tuple[str, int]:
        host, port = self.transport.get_extra_info("sockname")[:2]
        return host, port

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self.came.append((time.monotonic(), data, (addr[0], addr[1])))
        if len(self.came) >= self._wanted:
            self._there.set()

    async def ended_by(self, last: bytes) -> None:
        """Waits for this datagram."""
        while not self.came or self.came[-1][1] != last:
            await self.has(len(self.came) + 1)

    async def has(self, count: int) -> None:
        """Waits for so many datagrams in all."""
        self._wanted = count
        self._there.clear()
        if len(self.came) < count:
            async with asyncio.timeout(5):
                await self._there.wait()


def test_both_ends_see_the_relay_and_nothing_is_changed() -> None:
    async def main() -> None:
        caller, agent = await Peer.open(), await Peer.open()
        async with MediaRelay.open("127.0.0.1", LineSettings(delay_ms=50), seed=1) as relay:
            relay.connect(agent=agent.address)
            packet = write_plain(0, 1, 160, 7, bytes(160))
            begun = time.monotonic()
            caller.transport.sendto(packet, relay.for_caller)
            await agent.has(1)
            at, data, source = agent.came[0]
            assert (data, source) == (packet, relay.for_agent)
            assert 0.05 <= at - begun < 2
            agent.transport.sendto(packet, relay.for_agent)
            await caller.has(1)
            assert caller.came[0][1:] == (packet, relay.for_caller)
            assert relay.for_caller[1] % 2 == relay.for_agent[1] % 2 == 0
        for peer in (caller, agent):
            peer.transport.close()

    asyncio.run(main())


def test_as_many_packets_are_lost_as_were_asked_for() -> None:
    async def main() -> None:
        caller, agent = await Peer.open(), await Peer.open()
        async with MediaRelay.open("127.0.0.1", LineSettings(loss=Loss(0.2)), seed=1) as relay:
            relay.connect(agent=agent.address, caller=caller.address)
            for number in range(500):
                caller.transport.sendto(write_plain(0, number, 160 * number, 7, bytes(160)), relay.for_caller)
                await asyncio.sleep(0)  # socket queues are finite
            # What isn't RTP is never lost: after it nothing of the rest is under way.
            caller.transport.sendto(b"the end", relay.for_caller)
            stats = relay.faults.stats("to_agent")
            await agent.ended_by(b"the end")
            assert stats.passed + stats.lost == 500
            assert len(agent.came) == stats.passed + 1
            assert stats.lost == pytest.approx(100, abs=45)
        for peer in (caller, agent):
            peer.transport.close()

    asyncio.run(main())


async def call_over(settings: LineSettings, *, sip: bool) -> tuple[CallResult, MediaRelay, CallerSession]:
    desk = OneDesk("Welcome.", "It comes. Goodbye.")
    caller = await caller_of(SCENARIO)
    async with answered_by(desk) as uri, PhoneLine.open("127.0.0.1") as line:
        if sip:
            async with SipRelay.open(uri, settings, seed=1) as relayed:
                return await line.call("sim-1", relayed.uri, caller), relayed.media, caller
        async with MediaRelay.open("127.0.0.1", settings, seed=1) as relay:
            return await line.call("sim-1", uri, caller, relay=relay), relay, caller


@pytest.mark.slow
@pytest.mark.parametrize("sip", [False, True])
def test_a_call_goes_over_the_relay_and_waits_for_it(sip: bool) -> None:
    async def main() -> None:
        settings = LineSettings(delay_ms=150, loss=Loss(0.1, way="to_caller"))
        result, relay, _ = await call_over(settings, sip=sip)
        assert [turn.caller_said for turn in result.turns] == ["Order?"]
        assert result.problems == ()
        wait = result.turns[0].voice_to_voice_ms
        # 600 ms of the agent's, 150 there and back, two jitter buffers.
        assert wait is not None
        assert 900 <= wait <= 1_500
        assert result.media is not None
        told = result.media
        assert told.lost / (told.lost + told.received) == pytest.approx(0.1, abs=0.07)
        assert told.rtcp.received >= 1
        assert relay.faults.stats("to_agent").lost == 0
        assert relay.faults.stats("to_caller").lost > 0

    in_real_time(main())


def test_descriptions_get_the_relays_address_and_their_length() -> None:
    body = b"v=0\r\no=- 1 1 IN IP4 10.0.0.9\r\ns=-\r\nc=IN IP4 10.0.0.9\r\nt=0 0\r\nm=audio 4000 RTP/AVP 0\r\n"
    invite = b"INVITE sip:a@b SIP/2.0\r\nContent-Length: %d\r\n\r\n" % len(body) + body
    named, changed = rewritten(invite, ("127.0.0.1", 22_000))
    assert named == ("10.0.0.9", 4_000)
    head, _, after = changed.partition(b"\r\n\r\n")
    assert head.endswith(b"Content-Length: %d" % len(after))
    assert b"m=audio 22000 RTP" in after
    assert b"10.0.0.9" not in after
    plain = b"ACK sip:a@b SIP/2.0\r\nContent-Length: 0\r\n\r\n"
    assert rewritten(plain, ("127.0.0.1", 22_000)) == (None, plain)
