"""RTP packets: every field in its place, and nothing that is malformed gets through."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telephony.rtp.packet import Extension, RtpError, RtpPacket, is_rtcp, parse, serialise, write_plain

WORD = st.integers(0, 0xFFFF_FFFF)
EXTENSIONS = st.builds(
    Extension,
    profile=st.integers(0, 0xFFFF),
    data=st.integers(0, 5).flatmap(lambda words: st.binary(min_size=4 * words, max_size=4 * words)),
)
PACKETS = st.builds(
    RtpPacket,
    payload_type=st.integers(0, 127),
    sequence=st.integers(0, 0xFFFF),
    timestamp=WORD,
    ssrc=WORD,
    payload=st.binary(max_size=200),
    marker=st.booleans(),
    csrc=st.lists(WORD, max_size=15).map(tuple),
    extension=st.none() | EXTENSIONS,
    padding=st.integers(0, 255),
)
FULL = RtpPacket(8, 0x1234, 0x89ABCDEF, 0xDEADBEEF, b"hello", True, (1, 2), Extension(0xBEDE, b"\x10\xff\x00\x00"), 3)
FULL_OCTETS = bytes.fromhex("b2881234 89abcdef deadbeef 00000001 00000002 bede0001 10ff0000 68656c6c6f 000003")


@given(PACKETS)
def test_what_is_written_is_read_back(packet: RtpPacket) -> None:
    assert parse(serialise(packet)) == packet


def test_fields_are_where_the_standard_puts_them() -> None:
    assert serialise(FULL) == FULL_OCTETS
    assert parse(FULL_OCTETS) == FULL


@given(st.binary(max_size=80) | st.binary(max_size=80).map(lambda rest: b"\xbf\x00" + rest))
def test_any_octets_are_a_packet_or_an_rtp_error(datagram: bytes) -> None:
    try:
        packet = parse(datagram)
    except RtpError:
        return
    # Only the padding's own octets may be anything.
    rewritten = serialise(packet)
    assert len(rewritten) == len(datagram)
    assert rewritten[: len(datagram) - packet.padding] == datagram[: len(datagram) - packet.padding]


@pytest.mark.parametrize("cut", range(len(FULL_OCTETS)))
def test_a_packet_cut_short_is_refused_or_has_less_payload(cut: int) -> None:
    try:
        packet = parse(FULL_OCTETS[:cut])
    except RtpError:
        return
    assert len(packet.payload) + packet.padding < len(FULL.payload) + FULL.padding


@pytest.mark.parametrize(
    ("datagram", "message"),
    [
        (b"", "0 octets are too few"),
        (b"\x80" + bytes(10), "11 octets are too few"),
        (b"\x40" + bytes(11), "version is 1, not 2"),
        (b"\x82" + bytes(15), "2 contributing sources need 20 octets, 16 came"),
        (b"\x90" + bytes(13), "extension at octet 12 is cut off"),
        (b"\x90" + bytes(14) + b"\x02" + bytes(4), "2 words needs 24 octets, 20 came"),
        (b"\xa0" + bytes(11), "padding of 0 octets"),
        (b"\xa0" + bytes(12), "padding of 0 octets"),
        (b"\xa0" + bytes(11) + b"\x02", "padding of 2 octets does not fit in the 1"),
    ],
)
def test_the_error_says_what_was_seen(datagram: bytes, message: str) -> None:
    with pytest.raises(RtpError, match=message):
        parse(datagram)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("payload_type", 128),
        ("sequence", -1),
        ("timestamp", 1 << 32),
        ("ssrc", 1 << 32),
        ("csrc", (0,) * 16),
        ("csrc", (1 << 32,)),
        ("padding", 256),
        ("extension", Extension(1 << 16, b"")),
        ("extension", Extension(0, b"123")),
    ],
)
def test_what_does_not_fit_is_not_written(field: str, value: object) -> None:
    values: dict[str, Any] = {"payload_type": 0, "sequence": 0, "timestamp": 0, "ssrc": 0, "payload": b"", field: value}
    with pytest.raises(RtpError):
        serialise(RtpPacket(**values))


def test_padding_alone_is_an_empty_payload() -> None:
    packet = parse(b"\xa0" + bytes(11) + b"\x00\x00\x00\x04")
    assert (packet.payload, packet.padding) == (b"", 4)


def test_the_sender_s_path_writes_the_same_octets() -> None:
    packet = RtpPacket(8, 7, 160, 99, b"abc", marker=True)
    assert write_plain(8 | 0x80, 7, 160, 99, b"abc") == serialise(packet)


@pytest.mark.parametrize(
    ("second", "expected"),
    [(191, False), (192, True), (200, True), (223, True), (224, False), (0, False), (128, False)],
)
def test_rtcp_is_told_from_rtp_by_its_second_octet(second: int, expected: bool) -> None:
    assert is_rtcp(bytes((0x80, second))) is expected


def test_a_datagram_of_one_octet_is_not_rtcp() -> None:
    assert not is_rtcp(b"\xc8")
