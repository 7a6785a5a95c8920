"""RTCP with baresip: its reports arrive and are believed, and what it says of ours shows that it took them."""

from __future__ import annotations

import asyncio
from pathlib import Path

import numpy as np
import pytest

from telephony.media_terms import stream_terms
from telephony.rtp.port import MediaPorts, MediaSocket
from telephony.rtp.sender import Origin
from telephony.rtp.stream import RtpStream
from telephony.rtp.wheel import MediaWheel
from telephony.sdp.offer_answer import accept, make_offer
from telephony.sdp.session import parse, serialise
from telephony.sip.actions import CallAction, CallAnswered
from telephony.sip.endpoint import SipEndpoint, monotonic_us
from telephony.sip.peer import Peer, Transport
from telephony.sip.settings import SipSettings
from tests.telephony.sip.sipp import free_port
from tests.testkit.baresip import HOST, Baresip
from tests.testkit.waiting import soon

pytestmark = pytest.mark.peer("baresip")

TONE = np.full(160, 4_000, np.int16)


class Caller:
    """Says a tone on the wheel once it was answered, and reports."""

    name = "caller"

    def __init__(self, media: MediaSocket) -> None:
        self.media = media
        self.offer = make_offer(HOST, media.port)
        self.stream: RtpStream | None = None
        self.wheel = MediaWheel()

    def on_call(self, action: CallAction) -> None:
        if isinstance(action, CallAnswered):
            assert action.sdp is not None
            self.stream = RtpStream(stream_terms(accept(self.offer, parse(action.sdp)), Origin(7_777, 1, 1)))
            self.media.attach(self.stream, monotonic_us)
            self.wheel.join(self)

    def tick(self, now_us: int) -> None:
        assert self.stream is not None
        self.stream.pull(now_us)
        self.media.send(self.stream.push(TONE))
        self.media.send_report(self.stream.report(now_us))

    def failed(self, error: Exception) -> None:
        raise error

    def told(self) -> tuple[int, int] | None:
        """Round trip and our lost packets, once baresip has answered a report of ours."""
        figures = None if self.stream is None else self.stream.stats.rtcp
        if figures is None or figures.round_trip_us is None or figures.remote_lost is None:
            return None
        return figures.round_trip_us, figures.remote_lost


def test_reports_go_both_ways_with_baresip(tmp_path: Path) -> None:
    async def main() -> None:
        port, caller = free_port(), Caller(MediaPorts(HOST, 42_190, 42_199).open())
        phone = await asyncio.to_thread(Baresip.answering, tmp_path / "phone", port)
        endpoint = await SipEndpoint.open(HOST, 0, caller, SipSettings())
        try:
            call = endpoint.place(
                f"sip:caller@{HOST}:{port}",
                serialise(caller.offer),
                from_uri=f"sip:agent@{HOST}",
                next_hop=Peer(HOST, port, Transport.UDP),
            )
            round_trip_us, lost = await soon(caller.told, 20, "baresip's answer to a report of ours")
            assert 0 <= round_trip_us < 500_000
            assert lost == 0
            endpoint.hang_up(call)
            await soon(lambda: endpoint.call_count == 0, 5, "the answer to BYE")
        finally:
            caller.wheel.close()
            caller.media.close()
            await endpoint.close()
            await asyncio.to_thread(phone.__exit__, None, None, None)

    asyncio.run(main())
