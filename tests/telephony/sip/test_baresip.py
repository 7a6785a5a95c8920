"""A call to baresip, by UDP and TCP: it answers by itself, keys go both ways, and we hang up."""

from __future__ import annotations

import asyncio
import socket
import struct
from pathlib import Path

import pytest

from telephony.sdp.offer_answer import accept, make_offer
from telephony.sdp.session import parse, serialise
from telephony.sip.actions import CallAction, CallAnswered, CallEnded
from telephony.sip.endpoint import SipEndpoint
from telephony.sip.peer import Peer, Transport
from telephony.sip.settings import SipSettings
from tests.telephony.sip.sipp import free_port
from tests.testkit.baresip import HOST, Baresip
from tests.testkit.waiting import soon

pytestmark = pytest.mark.peer("baresip")

EVENT_TYPE = 101


class Caller:
    """Queues what it's told."""

    def __init__(self) -> None:
        self.told: asyncio.Queue[CallAction] = asyncio.Queue()

    def on_call(self, action: CallAction) -> None:
        self.told.put_nowait(action)

    async def next(self, kind: type[CallAction]) -> CallAction:
        while not isinstance(action := await self.told.get(), kind):
            assert not isinstance(action, CallEnded), action
        return action


def key_packets(digit: int) -> list[bytes]:
    """One key as an RFC 4733 event: three packets while it's down, three with the end bit."""
    packets = []
    for number in range(6):
        event = struct.pack("!BBH", digit, (0x80 if number >= 3 else 0) | 10, 160 * (number + 1))
        packets.append(struct.pack("!BBHII", 0x80, EVENT_TYPE | (0x80 if number == 0 else 0), number, 0, 77) + event)
    return packets


def key_in(packet: bytes) -> str | None:
    """The digit of an event packet."""
    return str(packet[12]) if packet[1] & 0x7F == EVENT_TYPE else None


@pytest.mark.parametrize("transport", list(Transport))
def test_we_call_baresip_and_keys_go_both_ways(transport: Transport, tmp_path: Path) -> None:
    async def main() -> None:
        port, caller = free_port(), Caller()
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as media:
            media.bind((HOST, 0))
            media.settimeout(5)
            offer = make_offer(HOST, media.getsockname()[1])
            phone = await asyncio.to_thread(Baresip.answering, tmp_path / "phone", port)
            endpoint = await SipEndpoint.open(HOST, 0, caller, SipSettings())
            try:
                async with asyncio.timeout(20):
                    call = endpoint.place(
                        f"sip:caller@{HOST}:{port};transport={transport.lower()}",
                        serialise(offer),
                        from_uri=f"sip:agent@{HOST}",
                        next_hop=Peer(HOST, port, transport),
                    )
                    answered = await caller.next(CallAnswered)
                    assert isinstance(answered, CallAnswered)
                    assert answered.sdp is not None
                    there = accept(offer, parse(answered.sdp))
                    await asyncio.to_thread(phone.press, "7")
                    await asyncio.to_thread(until_key, media, "7")
                    for packet in key_packets(5):
                        media.sendto(packet, (there.remote_host, there.remote_port))
                    assert await soon(phone.pressed, 5, "our key to arrive at baresip") == "5"
                    endpoint.hang_up(call)
                    await caller.next(CallEnded)
                    await soon(lambda: endpoint.call_count == 0, 5, "the answer to BYE")
            finally:
                await endpoint.close()
                await asyncio.to_thread(phone.__exit__, None, None, None)

    asyncio.run(main())


def until_key(media: socket.socket, digit: str) -> None:
    """Read packets until one has the key. Raises TimeoutError."""
    while key_in(media.recv(2_048)) != digit:
        pass
