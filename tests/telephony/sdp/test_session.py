"""Descriptions as peers send them."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telephony.sdp.session import (
    MAX_MEDIA,
    MAX_SDP_BYTES,
    Direction,
    Media,
    Origin,
    RtcpPort,
    RtpMap,
    SdpError,
    Session,
    parse,
    serialise,
)

HEAD = "v=0\r\no=ann 123 456 IN IP4 192.0.2.9\r\ns=-\r\n"
FULL = (
    HEAD + "i=a call\r\nu=http://example.com\r\nc=IN IP4 192.0.2.9\r\nb=AS:64\r\nt=0 0\r\na=recvonly\r\na=tool:x\r\n"
    "m=audio 49170 RTP/AVP 0 8 97 101\r\na=rtpmap:97 iLBC/8000\r\na=rtpmap:101 telephone-event/8000\r\n"
    "a=fmtp:101 0-16\r\na=fmtp:bad\r\na=ptime:20\r\na=sendrecv\r\na=rtcp:49171\r\n"
    "m=video 3227/2 RTP/AVPF 31\r\nc=IN IP6 2001:db8::9\r\na=rtpmap:31 LPC/90000/2\r\na=ptime:soon\r\n"
)


def test_everything_that_matters_is_read() -> None:
    session = parse(FULL.encode())
    audio, video = session.media
    assert session.origin == Origin(123, 456, "192.0.2.9", "ann")
    assert (audio.kind, audio.port, audio.protocol, audio.payload_types) == (
        "audio",
        49_170,
        "RTP/AVP",
        (0, 8, 97, 101),
    )
    assert (audio.codec(0), audio.codec(97)) == (RtpMap("PCMU", 8_000), RtpMap("iLBC", 8_000))
    assert (audio.codec(101), audio.codec(96)) == (RtpMap("telephone-event", 8_000), None)
    assert (audio.fmtps, audio.ptime_ms) == (((101, "0-16"),), 20)
    assert (video.port, video.codec(31), video.ptime_ms) == (3_227, RtpMap("LPC", 90_000, 2), None)
    assert (session.connection_of(audio), session.connection_of(video)) == ("192.0.2.9", "2001:db8::9")
    assert (session.direction_of(audio), session.direction_of(video)) == (Direction.SENDRECV, Direction.RECVONLY)


def test_line_feeds_alone_will_do_and_sendrecv_is_the_default() -> None:
    session = parse((HEAD + "t=0 0\nm=audio 1 RTP/AVP 0\nc=IN IP4 192.0.2.9\n").replace("\r\n", "\n").encode())
    assert session.direction_of(session.media[0]) is Direction.SENDRECV


def test_a_refused_line_needs_no_connection() -> None:
    assert parse((HEAD + "t=0 0\r\nm=audio 0 RTP/AVP 0\r\n").encode()).media[0].port == 0


def test_formats_that_are_no_numbers_are_no_payload_types() -> None:
    body = HEAD + "c=IN IP4 192.0.2.9\r\nt=0 0\r\nm=application 9 UDP/BFCP * 1234 ²\r\n"
    with pytest.raises(SdpError):
        parse(body.encode())
    assert parse(body.replace(" ²", "").encode()).media[0].payload_types == ()


@pytest.mark.parametrize(
    "body",
    [
        "",
        "hello",
        "v=1\r\n",
        "v=0\r\ns=-\r\n",
        "v=0\r\no=ann one 1 IN IP4 192.0.2.9\r\n",
        HEAD + "no type\r\n",
        HEAD + "c=192.0.2.9\r\n",
        HEAD + "c=IN IP4 192.0.2.9\r\nm=audio\r\n",
        HEAD + "c=IN IP4 192.0.2.9\r\nm=audio 70000 RTP/AVP 0\r\n",
        HEAD + "c=IN IP4 192.0.2.9\r\nm=audio 4000 RTP/AVP\r\n",
        HEAD + "c=IN IP4 192.0.2.9\r\nm=audio 4000 RTP/AVP 0\r\na=rtpmap:0 PCMU\r\n",
        HEAD + "c=IN IP4 192.0.2.9\r\nm=audio 4000 RTP/AVP 0\r\na=rtpmap:200 PCMU/8000\r\n",
        HEAD + "m=audio 4000 RTP/AVP 0\r\n",
        HEAD + "c=IN IP4 192.0.2.9\r\n" + "m=audio 4000 RTP/AVP 0\r\n" * (MAX_MEDIA + 1),
        HEAD + "s=" + "x" * MAX_SDP_BYTES,
    ],
)
def test_malformed_descriptions_deserve_400(body: str) -> None:
    with pytest.raises(SdpError) as caught:
        parse(body.encode())
    assert caught.value.code == 400


_words = st.from_regex(r"[A-Za-z0-9\-]{1,12}", fullmatch=True)
_rtpmaps = st.builds(RtpMap, _words, st.integers(1, 96_000), st.integers(1, 2))
_media = st.builds(
    Media,
    kind=st.sampled_from(["audio", "video", "image"]),
    port=st.integers(0, 65_535),
    protocol=st.sampled_from(["RTP/AVP", "RTP/SAVP", "udptl"]),
    formats=st.lists(_words, min_size=1, max_size=4).map(tuple),
    connection=st.ip_addresses().map(str),
    rtpmaps=st.lists(st.tuples(st.integers(0, 127), _rtpmaps), max_size=3).map(tuple),
    fmtps=st.lists(st.tuples(st.integers(0, 127), _words), max_size=2).map(tuple),
    ptime_ms=st.none() | st.integers(0, 200),
    direction=st.none() | st.sampled_from(Direction),
    rtcp=st.none() | st.builds(RtcpPort, st.integers(1, 65_535), st.none() | st.ip_addresses().map(str)),
    rtcp_mux=st.booleans(),
)
_sessions = st.builds(
    Session,
    origin=st.builds(Origin, st.integers(0, 2**62), st.integers(0, 2**62), st.ip_addresses().map(str), _words),
    media=st.lists(_media, max_size=3).map(tuple),
    connection=st.none() | st.ip_addresses().map(str),
    direction=st.none() | st.sampled_from(Direction),
)


@given(_sessions)
def test_what_is_written_is_read_back(session: Session) -> None:
    assert parse(serialise(session)) == session


@given(st.binary(max_size=300))
def test_any_bytes_give_a_session_or_an_sdp_error(body: bytes) -> None:
    with contextlib.suppress(SdpError):
        parse(body)


@given(st.lists(st.tuples(st.integers(0, 500), st.integers(0, 9), st.binary(max_size=6)), min_size=1, max_size=4))
def test_damaged_descriptions_give_a_session_or_an_sdp_error(damages: list[tuple[int, int, bytes]]) -> None:
    body = FULL.encode()
    for position, length, replacement in damages:
        body = body[:position] + replacement + body[position + length :]
    with contextlib.suppress(SdpError):
        parse(serialise(parse(body)))
