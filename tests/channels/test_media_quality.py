"""What a telephone call knows of its line: sound that is missing reaches the session, and the figures add up."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from telephony.rtp.packet import write_plain
from telephony.rtp.port import MediaPorts
from telephony.rtp.wheel import MediaWheel
from telephony.sdp.offer_answer import make_answer
from telephony.sdp.session import parse
from telephony.sip.endpoint import SipEndpoint
from telephony.sip.events import CallId
from telephony.sip.settings import SipSettings
from tests.testkit.telephone import HOST, Session
from tests.testkit.telephone import Caller as Peer
from voice_agent.channels.media_watch import UNHEARD_US
from voice_agent.channels.phone_call import Caller, CallLine, PhoneCall
from voice_agent.conversation.events import MediaCameBack, MediaLost

TICK_US = 20_000
SOURCE = (HOST, 40_000)


def offer(direction: str = "sendrecv") -> bytes:
    return (
        "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
        f"m=audio {SOURCE[1]} RTP/AVP 0\r\na={direction}\r\n"
    ).encode()


class Call:
    """A telephone call whose time is the test's: the wheel never gets a turn."""

    def __init__(self, endpoint: SipEndpoint) -> None:
        self.call = PhoneCall(
            CallId("call"), Caller("sip:1@x", "sip:2@x", "call"), MediaPorts(HOST, 42_300, 42_399).open()
        )
        self.line = CallLine(endpoint, self.call)
        self.session = Session(self.line)
        self.agree("sendrecv")
        assert self.line.quality() is None
        self.call.start(self.session, MediaWheel())
        self._tick = 0

    def agree(self, direction: str) -> None:
        self.call.agree(make_answer(parse(offer(direction)), HOST, self.call.media.port).media)

    def goes_on(self, seconds: float, sends: Callable[[int], bool] = lambda number: True) -> None:
        stream = self.call.stream
        assert stream is not None
        for _ in range(round(seconds * 50)):
            self._tick += 1
            if sends(self._tick):
                packet = write_plain(0, self._tick, 160 * self._tick, 7, b"\xff" * 160)
                stream.receive(packet, SOURCE, self._tick * TICK_US - 7_000)
            self.call.hear(self._tick * TICK_US)
            self.call.tick(self._tick * TICK_US)


def with_call(scenario: Callable[[Call], None]) -> None:
    async def main() -> None:
        async with Peer.open() as peer:
            endpoint = await SipEndpoint.open(HOST, 0, peer, SipSettings())
            call = Call(endpoint)
            try:
                scenario(call)
            finally:
                call.call.close()
                await endpoint.close()

    asyncio.run(main())


def test_the_session_hears_that_sound_never_started() -> None:
    def scenario(call: Call) -> None:
        call.goes_on(15, lambda number: False)
        assert call.session.news == [MediaLost("never_started", UNHEARD_US)]

    with_call(scenario)


def test_the_session_hears_that_sound_stopped_and_came_back() -> None:
    def scenario(call: Call) -> None:
        call.goes_on(2)
        call.goes_on(12, lambda number: False)
        call.goes_on(1)
        (lost, back) = call.session.news
        assert isinstance(lost, MediaLost)
        assert lost.kind == "stopped"
        assert back == MediaCameBack()

    with_call(scenario)


def test_a_caller_on_hold_is_not_missed() -> None:
    def scenario(call: Call) -> None:
        call.goes_on(2)
        call.agree("inactive")
        call.goes_on(60, lambda number: False)
        call.agree("sendrecv")
        call.goes_on(2)
        assert call.session.news == []

    with_call(scenario)


@pytest.mark.parametrize(("every", "mos"), [(0, 4.36), (20, 3.86), (5, 2.52)])
def test_a_line_s_quality_follows_what_was_lost(every: int, mos: float) -> None:
    def scenario(call: Call) -> None:
        call.goes_on(40, lambda number: every == 0 or number % every != 0)
        quality = call.line.quality()
        assert quality is not None
        assert quality.received + quality.lost == pytest.approx(2_000, abs=1)
        assert quality.lost == pytest.approx(0 if every == 0 else 2_000 / every, abs=1)
        assert quality.concealed_frames == pytest.approx(quality.lost, abs=2)
        assert quality.late == 0
        assert quality.round_trip_us is None
        assert quality.mos == pytest.approx(mos, abs=0.05)

    with_call(scenario)


def test_a_line_on_which_nothing_came_has_no_score() -> None:
    def scenario(call: Call) -> None:
        call.goes_on(1, lambda number: False)
        quality = call.line.quality()
        assert quality is not None
        assert (quality.received, quality.mos) == (0, None)

    with_call(scenario)
