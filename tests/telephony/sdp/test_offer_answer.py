"""Agreeing on one audio stream."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telephony.sdp.offer_answer import Codec, NotAcceptable, accept, make_answer, make_offer
from telephony.sdp.session import Direction, SdpError, Session, parse, serialise

HOST, PORT = "192.0.2.1", 40_000


def offer(media: str = "m=audio 49170 RTP/AVP 0 8\r\n", connection: str = "c=IN IP4 192.0.2.9\r\n") -> Session:
    return parse(f"v=0\r\no=- 1 1 IN IP4 192.0.2.9\r\ns=-\r\n{connection}t=0 0\r\n{media}".encode())


def test_the_offerer_s_first_choice_is_taken() -> None:
    answer = make_answer(offer("m=audio 49170 RTP/AVP 18 8 0\r\n"), HOST, PORT)
    assert (answer.media.codec, answer.media.payload_type) == (Codec.PCMA, 8)
    assert (answer.media.remote_host, answer.media.remote_port) == ("192.0.2.9", 49_170)
    assert b"c=IN IP4 192.0.2.1\r\n" in answer.sdp
    assert b"m=audio 40000 RTP/AVP 8\r\na=rtpmap:8 PCMA/8000\r\na=ptime:20\r\na=sendrecv\r\n" in answer.sdp


def test_only_codecs_of_ours_count() -> None:
    answer = make_answer(offer("m=audio 49170 RTP/AVP 8 0\r\n"), HOST, PORT, codecs=(Codec.PCMU,))
    assert answer.media.codec is Codec.PCMU


def test_payload_types_are_used_as_offered() -> None:
    media = (
        "m=audio 49170 RTP/AVP 96 0 97 98\r\na=rtpmap:96 opus/48000/2\r\na=rtpmap:0 pcmu/8000\r\n"
        "a=rtpmap:97 telephone-event/48000\r\na=rtpmap:98 Telephone-Event/8000\r\n"
    )
    answer = make_answer(offer(media), HOST, PORT)
    assert (answer.media.payload_type, answer.media.telephone_event, answer.media.receive_telephone_event) == (
        0,
        98,
        98,
    )
    assert b"RTP/AVP 0 98\r\n" in answer.sdp
    assert b"a=fmtp:98 0-15\r\n" in answer.sdp


def test_a_dynamic_number_for_pcmu_is_kept() -> None:
    answer = make_answer(offer("m=audio 49170 RTP/AVP 99\r\na=rtpmap:99 PCMU/8000\r\n"), HOST, PORT)
    assert answer.media.payload_type == 99


def test_a_static_number_with_another_meaning_is_not_ours() -> None:
    with pytest.raises(NotAcceptable):
        make_answer(offer("m=audio 49170 RTP/AVP 0\r\na=rtpmap:0 PCMU/16000\r\n"), HOST, PORT)


def test_other_lines_are_refused_in_their_place() -> None:
    media = "m=video 5000 RTP/AVP 31\r\nm=audio 0 RTP/AVP 0\r\nm=audio 49170 RTP/AVP 0\r\nm=audio 49172 RTP/AVP 0\r\n"
    answer = parse(make_answer(offer(media), HOST, PORT).sdp)
    assert [(each.kind, each.port) for each in answer.media] == [
        ("video", 0),
        ("audio", 0),
        ("audio", 40_000),
        ("audio", 0),
    ]
    assert answer.media[0].formats == ("31",)


@pytest.mark.parametrize(
    ("media", "connection"),
    [
        ("m=video 5000 RTP/AVP 31\r\n", "c=IN IP4 192.0.2.9\r\n"),
        ("m=audio 5000 RTP/AVP 18\r\n", "c=IN IP4 192.0.2.9\r\n"),
        ("m=audio 5000 RTP/SAVP 0\r\n", "c=IN IP4 192.0.2.9\r\n"),
        ("m=audio 0 RTP/AVP 0\r\n", ""),
        ("", ""),
        ("m=audio 5000 RTP/AVP 0\r\n", "c=IN IP4 media.example.com\r\n"),
        ("m=audio 5000 RTP/AVP 0\r\n", "c=IN IP4 224.2.1.1/127\r\n"),
        ("m=audio 5000 RTP/AVP 0\r\n", "c=IN IP4 224.2.1.1\r\n"),
        ("m=audio 5000 RTP/AVP 0\r\n", "c=IN IP6 ff15::101\r\n"),
        ("m=audio 5000 RTP/AVP 0\r\n", "c=IN IP4 255.255.255.255\r\n"),
    ],
)
def test_what_we_cannot_do_deserves_488(media: str, connection: str) -> None:
    with pytest.raises(NotAcceptable) as caught:
        make_answer(offer(media, connection), HOST, PORT)
    assert caught.value.code == 488


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [("sendrecv", "sendrecv"), ("sendonly", "recvonly"), ("recvonly", "sendonly"), ("inactive", "inactive")],
)
def test_the_direction_is_mirrored(theirs: str, ours: str) -> None:
    answer = make_answer(offer(f"m=audio 49170 RTP/AVP 0\r\na={theirs}\r\n"), HOST, PORT)
    assert answer.media.direction == ours
    assert f"a={ours}\r\n".encode() in answer.sdp


@pytest.mark.parametrize(
    ("theirs", "ours"), [("sendrecv", "recvonly"), ("recvonly", "inactive"), ("sendonly", "recvonly")]
)
def test_the_old_way_to_hold_stops_our_sending(theirs: str, ours: str) -> None:
    held = offer(f"m=audio 49170 RTP/AVP 0\r\na={theirs}\r\n", "c=IN IP4 0.0.0.0\r\n")
    assert make_answer(held, HOST, PORT).media.direction == ours


@pytest.mark.parametrize(("asked", "used"), [("30", 30), ("20", 20), ("7", 20), ("0", 20), ("500", 20)])
def test_packet_times_in_use_are_followed(asked: str, used: int) -> None:
    answer = make_answer(offer(f"m=audio 49170 RTP/AVP 0\r\na=ptime:{asked}\r\n"), HOST, PORT)
    assert answer.media.ptime_ms == used
    assert b"a=ptime:20\r\n" in answer.sdp


def test_either_of_our_codecs_may_come_under_the_number_offered() -> None:
    media = "m=audio 49170 RTP/AVP 97 18 96\r\na=rtpmap:96 PCMU/8000\r\na=rtpmap:97 PCMA/8000\r\n"
    answer = make_answer(offer(media), HOST, PORT)
    assert (answer.media.codec, answer.media.payload_type) == (Codec.PCMA, 97)
    assert answer.media.receives == ((97, Codec.PCMA), (96, Codec.PCMU))


def test_where_we_offered_our_numbers_count_towards_us() -> None:
    answer = offer("m=audio 49170 RTP/AVP 101 96\r\na=rtpmap:101 PCMA/8000\r\na=rtpmap:96 telephone-event/8000\r\n")
    media = accept(make_offer(HOST, PORT), answer)
    assert (media.codec, media.payload_type, media.telephone_event) == (Codec.PCMA, 101, 96)
    assert media.receives == ((0, Codec.PCMU), (8, Codec.PCMA))
    assert media.receive_telephone_event == 101


@pytest.mark.parametrize(
    ("attribute", "where"),
    [
        ("", ("192.0.2.9", 49_171)),
        ("a=rtcp:53020\r\n", ("192.0.2.9", 53_020)),
        ("a=rtcp:53020 IN IP4 192.0.2.77\r\n", ("192.0.2.77", 53_020)),
        ("a=rtcp:53020 IN IP4 rtcp.example.com\r\n", ("192.0.2.9", 53_020)),
        ("a=rtcp:53020 IN IP4 224.2.1.1\r\n", ("192.0.2.9", 53_020)),
        ("a=rtcp:0\r\n", ("192.0.2.9", 49_171)),
        ("a=rtcp:nonsense\r\n", ("192.0.2.9", 49_171)),
    ],
)
def test_rtcp_goes_where_the_peer_says(attribute: str, where: tuple[str, int]) -> None:
    media = make_answer(offer(f"m=audio 49170 RTP/AVP 0\r\n{attribute}"), HOST, PORT).media
    assert (media.rtcp_host, media.rtcp_port) == where


def test_one_port_for_both_is_taken_where_it_is_offered() -> None:
    answer = make_answer(offer("m=audio 49170 RTP/AVP 0\r\na=rtcp-mux\r\n"), HOST, PORT)
    assert answer.media.rtcp_mux
    assert b"a=rtcp-mux\r\n" in answer.sdp
    assert b"rtcp-mux" not in make_answer(offer(), HOST, PORT).sdp


def test_one_port_for_both_is_not_taken_from_an_answer_to_an_offer_without_it() -> None:
    media = accept(make_offer(HOST, PORT), offer("m=audio 49170 RTP/AVP 0\r\na=rtcp-mux\r\n"))
    assert not media.rtcp_mux


def test_a_caller_of_the_other_internet_protocol_is_refused_and_not_left_without_sound() -> None:
    theirs = offer("m=audio 49170 RTP/AVP 0\r\n", "c=IN IP6 2001:db8::9\r\n")
    with pytest.raises(NotAcceptable, match="one is IPv4, the other IPv6"):
        make_answer(theirs, HOST, PORT)
    with pytest.raises(NotAcceptable, match="one is IPv4, the other IPv6"):
        accept(make_offer(HOST, PORT), theirs)
    assert make_answer(theirs, "2001:db8::1", PORT).media.remote_host == "2001:db8::9"


def test_ipv6_is_offered_and_answered() -> None:
    ours = make_offer("2001:db8::1", PORT)
    assert b"c=IN IP6 2001:db8::1\r\n" in serialise(ours)
    assert make_answer(ours, "::1", 5_000).media.remote_host == "2001:db8::1"


def test_both_sides_of_an_offer_and_answer_agree() -> None:
    ours = make_offer(HOST, PORT, codecs=(Codec.PCMA, Codec.PCMU), session_id=7, session_version=3)
    answer = make_answer(parse(serialise(ours)), "192.0.2.9", 5_000)
    media = accept(ours, parse(answer.sdp))
    assert (media.codec, answer.media.codec) == (Codec.PCMA, Codec.PCMA)
    assert (media.remote_host, media.remote_port) == ("192.0.2.9", 5_000)
    assert (media.telephone_event, media.receive_telephone_event) == (101, 101)
    assert (ours.origin.id, ours.origin.version) == (7, 3)


def test_an_answer_may_renumber_telephone_events() -> None:
    answer = offer("m=audio 49170 RTP/AVP 0 97\r\na=rtpmap:97 telephone-event/8000\r\n")
    media = accept(make_offer(HOST, PORT), answer)
    assert (media.telephone_event, media.receive_telephone_event) == (97, 101)


def test_an_answer_without_telephone_events_has_none_either_way() -> None:
    media = accept(make_offer(HOST, PORT), offer("m=audio 49170 RTP/AVP 0\r\n"))
    assert (media.telephone_event, media.receive_telephone_event) == (None, None)


@pytest.mark.parametrize(
    "media",
    [
        "m=audio 0 RTP/AVP 0\r\n",
        "m=audio 5000 RTP/AVP 18\r\n",
        "m=audio 5000 RTP/AVP 0\r\nm=video 5000 RTP/AVP 31\r\n",
        "m=video 5000 RTP/AVP 31\r\n",
    ],
)
def test_an_answer_that_takes_nothing_is_not_acceptable(media: str) -> None:
    with pytest.raises(NotAcceptable):
        accept(make_offer(HOST, PORT), offer(media))


def test_an_answer_with_a_codec_we_did_not_offer_is_not_acceptable() -> None:
    with pytest.raises(NotAcceptable):
        accept(make_offer(HOST, PORT, codecs=(Codec.PCMA,)), offer("m=audio 5000 RTP/AVP 0\r\n"))


@pytest.mark.parametrize(
    ("asked", "theirs", "ours"),
    [
        (Direction.SENDONLY, "recvonly", Direction.SENDONLY),
        (Direction.SENDONLY, "sendrecv", Direction.SENDONLY),
        (Direction.SENDONLY, "sendonly", Direction.INACTIVE),
        (Direction.SENDRECV, "inactive", Direction.INACTIVE),
        (Direction.INACTIVE, "sendrecv", Direction.INACTIVE),
    ],
)
def test_an_answer_gives_no_more_than_was_offered(asked: Direction, theirs: str, ours: Direction) -> None:
    answer = offer(f"m=audio 5000 RTP/AVP 0\r\na={theirs}\r\n")
    assert accept(make_offer(HOST, PORT, direction=asked), answer).direction is ours


@given(st.text("amvc=0 8/\r\nudioRTPAVIN4.91:", max_size=120))
def test_any_description_is_answered_or_refused(tail: str) -> None:
    body = f"v=0\r\no=- 1 1 IN IP4 192.0.2.9\r\ns=-\r\nc=IN IP4 192.0.2.9\r\nt=0 0\r\nm=audio 9 RTP/AVP 0\r\n{tail}"
    with contextlib.suppress(SdpError):
        answer = make_answer(parse(body.encode()), HOST, PORT)
        assert len(parse(answer.sdp).media) == len(parse(body.encode()).media)
