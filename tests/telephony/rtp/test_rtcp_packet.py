"""RTCP on the wire: what is written is read back, and what is malformed is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telephony.rtp.packet import is_rtcp
from telephony.rtp.rtcp_packet import (
    Bye,
    Other,
    ReceiverReport,
    ReportBlock,
    RtcpError,
    SenderReport,
    SourceDescription,
    compound,
    parse_compound,
)

_word = st.integers(0, 0xFFFF_FFFF)
_text = st.text(max_size=60)
_blocks = st.lists(
    st.builds(ReportBlock, _word, st.integers(0, 255), st.integers(-(2**23), 2**23 - 1), _word, _word, _word, _word),
    max_size=31,
).map(tuple)
_reports = st.builds(SenderReport, _word, st.integers(0, 2**64 - 1), _word, _word, _word, _blocks) | st.builds(
    ReceiverReport, _word, _blocks
)
_names = st.builds(SourceDescription, st.lists(st.tuples(_word, _text), max_size=5).map(tuple))
_byes = st.builds(Bye, st.lists(_word, max_size=31).map(tuple), _text)


@given(_reports, st.lists(_reports | _names | _byes, max_size=4))
def test_what_is_written_is_read_back(
    first: SenderReport | ReceiverReport, rest: list[SenderReport | ReceiverReport | SourceDescription | Bye]
) -> None:
    datagram = compound(first, *rest)
    assert len(datagram) % 4 == 0
    assert is_rtcp(datagram)
    assert parse_compound(datagram) == (first, *rest)


@given(st.binary(max_size=200))
def test_any_bytes_are_packets_or_an_error(datagram: bytes) -> None:
    try:
        packets = parse_compound(datagram)
    except RtcpError:
        return
    assert isinstance(packets[0], SenderReport | ReceiverReport)


@given(
    st.lists(st.tuples(st.integers(0, 90), st.integers(0, 255)), max_size=4),
    st.integers(0, 100),
)
def test_damaged_packets_are_packets_or_an_error(damages: list[tuple[int, int]], length: int) -> None:
    block = ReportBlock(1, 2, 3, 4, 5, 6, 7)
    whole = compound(SenderReport(1, 2, 3, 4, 5, (block,)), SourceDescription(((1, "somebody"),)), Bye((1,), "over"))
    datagram = bytearray(whole)
    for at, octet in damages:
        datagram[at % len(datagram)] = octet
    try:
        parse_compound(bytes(datagram[:length]))
    except RtcpError:
        return


def test_a_sender_report_has_the_octets_of_section_6_4_1() -> None:
    block = ReportBlock(0x0102_0304, 64, -1, 0x0001_0010, 8, 0x1111_2222, 0x8000)
    report = SenderReport(0xAABB_CCDD, 0x0000_0002_8000_0000, 160, 3, 480, (block,))
    assert compound(report).hex() == (
        "81c8000c" "aabbccdd" "0000000280000000" "000000a0" "00000003" "000001e0"
        "01020304" "40ffffff" "00010010" "00000008" "11112222" "00008000"
    )  # fmt: skip


@pytest.mark.parametrize(
    ("datagram", "problem"),
    [
        ("", "empty"),
        ("80c9", "too few"),
        ("40c9000100000001", "version is 1"),
        ("80c9000200000001", "ends after"),
        ("80ca0000", "begins with a report"),
        ("a0c9000200000001" "00000004", "begins with a report"),
        ("81c9000100000001", "1 blocks needs 28"),
        ("80c8000100000001", "a sender report needs 24"),
        ("80c90001" "00000001" "a1cb0001" "00000003", "padding of 3"),
        ("80c90001" "00000001" "a1cb0001" "00000004" "81cb0001" "00000001", "padding of 4"),
        ("80c90001" "00000001" "82cb0001" "00000004", "a BYE needs 8"),
        ("80c90001" "00000001" "81ca0002" "00000004" "01ff6162", "an item of a source description"),
    ],
)  # fmt: skip
def test_malformed_packets_are_refused(datagram: str, problem: str) -> None:
    with pytest.raises(RtcpError, match=problem):
        parse_compound(bytes.fromhex(datagram))


def test_padding_and_unknown_kinds_are_passed_over() -> None:
    datagram = bytes.fromhex("80c900010000000180cf000100000009a0cc00020000000700000004")
    assert parse_compound(datagram) == (ReceiverReport(1), Other(207), Other(204))


def test_profile_extensions_of_a_report_are_passed_over() -> None:
    assert parse_compound(bytes.fromhex("80c9000200000001deadbeef")) == (ReceiverReport(1),)


def test_what_does_not_fit_is_not_written() -> None:
    with pytest.raises(RtcpError, match="256 octets"):
        compound(ReceiverReport(1), SourceDescription(((1, "x" * 256),)))
    with pytest.raises(RtcpError, match="32 blocks"):
        compound(ReceiverReport(1, (ReportBlock(1, 0, 0, 0, 0, 0, 0),) * 32))
