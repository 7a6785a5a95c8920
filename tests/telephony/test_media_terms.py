"""What two descriptions agree on makes two streams that understand each other, whatever numbers were used."""

from __future__ import annotations

import numpy as np
import pytest

from telephony.codecs.g711 import PCMA, PCMU
from telephony.codecs.tones import sine
from telephony.media_terms import stream_terms
from telephony.rtp.sender import Origin
from telephony.rtp.stream import RtpStream
from telephony.sdp.offer_answer import Codec, accept, make_answer, make_offer
from telephony.sdp.session import parse, serialise

HERE, THERE = ("192.0.2.1", 40_000), ("192.0.2.9", 49_170)


@pytest.mark.parametrize("codecs", [(Codec.PCMU,), (Codec.PCMA,), (Codec.PCMA, Codec.PCMU)])
def test_sound_and_digits_go_both_ways_after_offer_and_answer(codecs: tuple[Codec, ...]) -> None:
    offer = make_offer(*THERE, codecs=codecs)
    answer = make_answer(parse(serialise(offer)), *HERE)
    callee = RtpStream(stream_terms(answer.media, Origin(1, 10, 100)))
    caller = RtpStream(stream_terms(accept(offer, parse(answer.sdp)), Origin(2, 20, 200)))
    assert (callee.target, caller.target) == (THERE, HERE)
    frames = sine(440, 20 * 40).reshape(-1, 160)
    law = PCMA if codecs[0] is Codec.PCMA else PCMU
    for sender, receiver, source in ((callee, caller, HERE), (caller, callee, THERE)):
        sender.send_digits("5")
        heard = []
        for tick, frame in enumerate(frames):
            receiver.receive(sender.push(frame), source, tick * 20_000)
            heard.append(receiver.pull(tick * 20_000 + 5_000))
        assert [digit for pulled in heard for digit in pulled.digits] == ["5"]
        assert np.array_equal(heard[-1].pcm, law.decode(law.encode(frames[-4])))


def test_numbers_of_the_peer_s_own_are_used_as_it_means_them() -> None:
    offer = parse(
        b"v=0\r\no=- 1 1 IN IP4 192.0.2.9\r\ns=-\r\nc=IN IP4 192.0.2.9\r\nt=0 0\r\n"
        b"m=audio 49170 RTP/AVP 97 96 98\r\na=rtpmap:96 PCMU/8000\r\na=rtpmap:97 PCMA/8000\r\n"
        b"a=rtpmap:98 telephone-event/8000\r\na=rtcp:50000\r\na=rtcp-mux\r\n"
    )
    terms = stream_terms(make_answer(offer, *HERE).media, Origin(1, 2, 3))
    assert (terms.send_payload_type, terms.send_codec, terms.send_event_payload_type) == (97, PCMA, 98)
    assert (dict(terms.receive_codecs), terms.receive_event_payload_type) == ({97: PCMA, 96: PCMU}, 98)
    assert (terms.rtcp_named, terms.rtcp_mux) == (("192.0.2.9", 50_000), True)
