"""What a datagram must be like to be taken, and what a broken one deserves."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from telephony.sip.framing import (
    MAX_HEADERS,
    MAX_LINE_CHARS,
    MAX_MESSAGE_BYTES,
    MAX_URI_CHARS,
    Framed,
    FramingError,
    RequestLine,
    StatusLine,
    frame,
)
from telephony.sip.message import ReceivedRequest, ReceivedResponse, read
from telephony.sip.peer import Peer
from tests.telephony.sip.wire import REMOTE, request

RESPONSE = (
    b"SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKx\r\nFrom: <sip:a@b>;tag=1\r\n"
    b"To: <sip:c@d>;tag=2\r\nCall-ID: x\r\nCSeq: 1 BYE\r\n\r\n"
)


def framed(data: bytes) -> Framed:
    result = frame(data)
    assert result is not None
    return result


def refusal(data: bytes) -> tuple[int | None, str]:
    with pytest.raises(FramingError) as caught:
        read(data, REMOTE)
    return caught.value.status, caught.value.reason


def status(data: bytes) -> int | None:
    return refusal(data)[0]


@pytest.mark.parametrize("data", [b"", b"\r\n\r\n", b"\r\n", b"\n\n\n"])
def test_line_ends_alone_are_a_keep_alive(data: bytes) -> None:
    assert read(data, REMOTE) is None


def test_line_ends_before_a_message_are_skipped() -> None:
    assert framed(b"\r\n\r\n" + request("OPTIONS")).start == RequestLine("OPTIONS", "sip:agent@192.0.2.1")


def test_folded_headers_are_joined_by_one_space() -> None:
    data = request("OPTIONS", extra=("Subject: one\r\n   two\r\n\tthree",))
    assert framed(data).values("subject") == ["one two three"]


def test_compact_and_spaced_names_are_written_out() -> None:
    data = request("OPTIONS", extra=("s  : hello", "k:timer"))
    assert framed(data).values("Subject") == ["hello"]
    assert framed(data).values("Supported") == ["timer"]


def test_bare_line_feeds_are_taken_as_line_ends() -> None:
    assert framed(request("OPTIONS").replace(b"\r\n", b"\n")).values("Call-ID") == ["call-1"]


def test_invalid_utf8_is_replaced_not_refused() -> None:
    assert framed(request("OPTIONS").replace(b"Ann", b"J\xe9")).values("From")[0].startswith('"J�"')


def test_bytes_beyond_content_length_are_cut_off() -> None:
    assert framed(request("INVITE", body=b"four") + b"surplus").body == b"four"


def test_without_content_length_the_body_is_the_rest() -> None:
    data = request("INVITE").replace(b"Content-Length: 0\r\n", b"")
    assert framed(data + b"the rest").body == b"the rest"


@pytest.mark.parametrize("length", ["10", "-1", "ten", "99999999999", ""])
def test_a_wrong_content_length_deserves_400(length: str) -> None:
    data = request("INVITE", body=b"four").replace(b"Content-Length: 4", f"Content-Length: {length}".encode())
    assert status(data) == 400


@pytest.mark.parametrize("name", ["To", "From", "CSeq", "Call-ID"])
def test_a_missing_mandatory_header_deserves_400(name: str) -> None:
    lines = [line for line in request("OPTIONS").split(b"\r\n") if not line.startswith(name.encode() + b":")]
    assert refusal(b"\r\n".join(lines)) == (400, f"missing {name}")


def test_without_via_nothing_can_be_answered() -> None:
    lines = [line for line in request("OPTIONS").split(b"\r\n") if not line.startswith(b"Via:")]
    assert status(b"\r\n".join(lines)) is None


def test_a_broken_ack_is_dropped() -> None:
    assert status(request("ACK").replace(b"Call-ID: call-1\r\n", b"")) is None
    assert status(request("ACK", uri="foo:bar")) is None


def test_two_call_ids_deserve_400() -> None:
    assert refusal(request("OPTIONS", extra=("i: other",))) == (400, "more than one Call-ID")


def test_other_versions_deserve_505() -> None:
    assert status(request("OPTIONS").replace(b"SIP/2.0\r\n", b"SIP/7.0\r\n", 1)) == 505


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("OPTIONS  sip:a@b  SIP/2.0", 400),
        ("OPTIONS sip:a@b SIP/2.0 ", 400),
        ("OPTIONS sip:a@b; lr SIP/2.0", 400),
        ("OPTIONS <sip:a@b> SIP/2.0", 400),
        ("OPTIONS sip:a@b?Route=%3Csip:c%3E SIP/2.0", 400),
        ("OPTIONS sip:a@b:70000 SIP/2.0", 400),
        ("OPTIONS sip:a@b;self=1;self=2 SIP/2.0", 400),
        ("OPTIONS isbn:2983792873 SIP/2.0", 416),
        ("OPTIONS sips:a@b SIP/2.0", 416),
        ("OPTIONS tel:" + "1" * 300 + " SIP/2.0", 400),
        ("OPTIONS nonsense SIP/2.0", 400),
        (f"OPTIONS sip:{'a' * MAX_URI_CHARS}@b SIP/2.0", 414),
    ],
)
def test_a_broken_request_line_gets_its_status(line: str, code: int) -> None:
    rest = request("OPTIONS").partition(b"\r\n")[2]
    assert status(line.encode() + b"\r\n" + rest) == code


@pytest.mark.parametrize("uri", ["SIP:agent@192.0.2.1", "tel:+4930123", "sip:[2001:db8::1]:5060;transport=udp"])
def test_request_uris_in_use_are_taken(uri: str) -> None:
    assert isinstance(read(request("OPTIONS", uri=uri), REMOTE), ReceivedRequest)


@pytest.mark.parametrize(
    "line",
    [
        "SIP/2.0 42 Short",
        "SIP/2.0 4294967301 Long",
        "SIP/2.0 700 Unknown class",
        "SIP/3.0 200 OK",
        "SIP/2.0 2x0 OK",
        "GET / HTTP/1.1",
        "nonsense",
    ],
)
def test_what_is_neither_request_nor_response_is_dropped(line: str) -> None:
    assert status(line.encode() + b"\r\n" + RESPONSE.partition(b"\r\n")[2]) is None


@pytest.mark.parametrize("line", ["SIP/2.0 200", "SIP/2.0 200 ", "sip/2.0 200 да"])
def test_a_status_line_may_lack_its_phrase(line: str) -> None:
    start = framed(line.encode() + b"\r\n" + RESPONSE.partition(b"\r\n")[2]).start
    assert isinstance(start, StatusLine)
    assert start.code == 200


def test_a_broken_response_is_dropped_whatever_is_wrong() -> None:
    assert status(RESPONSE.replace(b"\r\n\r\n", b"\r\nContent-Length: 9\r\n\r\n")) is None
    assert status(RESPONSE.replace(b"1 BYE", b"9292394834772304023312 BYE")) is None
    assert status(RESPONSE.replace(b";branch=z9hG4bKx", b"")) is None
    assert status(RESPONSE.replace(b"From:", b"Via: SIP/2.0/UDP other;branch=z9hG4bKy\r\nFrom:")) is None


def test_limits_on_size() -> None:
    assert status(b"A" * (MAX_MESSAGE_BYTES + 1)) is None
    assert status(request("OPTIONS", extra=tuple(f"X-{i}: a" for i in range(MAX_HEADERS)))) == 513
    assert status(request("OPTIONS", extra=("X-Long: " + "a" * MAX_LINE_CHARS,))) == 513


def test_a_header_without_colon_deserves_400() -> None:
    assert refusal(request("OPTIONS", extra=("no colon here",))) == (400, "malformed header line")


def test_headers_without_an_end_deserve_400() -> None:
    assert refusal(request("OPTIONS").rstrip(b"\r\n")) == (400, "no empty line after the headers")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("CSeq: 1 OPTIONS", "CSeq: 1 INVITE"),
        ("CSeq: 1 OPTIONS", "CSeq: 4294967296 OPTIONS"),
        ("CSeq: 1 OPTIONS", "CSeq: one OPTIONS"),
        ("Call-ID: call-1", "Call-ID: two words"),
        ('"Ann"', '"Ann'),
        ("<sip:ann@192.0.2.9>", "< sip:ann@192.0.2.9 >"),
        ("<sip:ann@192.0.2.9>;tag", "<sip:ann@192.0.2.9>;;tag"),
        ("<sip:ann@192.0.2.9>;tag", "<sip:ann@192.0.2.9>surplus;tag"),
        ("Via: SIP/2.0/UDP 192.0.2.9:5070;branch=z9hG4bK-a", "Via: SIP/2.0/UDP 192.0.2.9;;,;,,"),
        ("Via: SIP/2.0/UDP 192.0.2.9:5070;branch", "Via: SIP/2.0/UDP 192.0.2.9:0;branch"),
        ("Via: SIP/2.0/UDP 192.0.2.9:5070;branch", "Via: SIP/2.0/UDP 192.0.2.9;self=1;branch"),
        ("Via: SIP/2.0/UDP 192.0.2.9:5070;branch=z9hG4bK-a", "Via: ,"),
    ],
)
def test_a_malformed_field_deserves_400(old: str, new: str) -> None:
    data = request("OPTIONS")
    assert old.encode() in data
    assert status(data.replace(old.encode(), new.encode())) == 400


def test_torture_of_whitespace_is_survived() -> None:
    lines = [
        "INVITE sip:bob@example.com;unknownparam SIP/2.0",
        "TO :\r\n sip:bob@example.com ;   tag    = 19n",
        'from   : "B \\\\\\""       <sip:ben@example.com>\r\n  ;\r\n  tag = 98asjd8',
        "MaX-fOrWaRdS: 0068",
        "Call-ID: ws.1",
        "Content-Length   : 0",
        "cseq: 0009\r\n  INVITE",
        "Via  : SIP  /   2.0\r\n /UDP\r\n    192.0.2.2;branch=390skdjuw",
        "v:  SIP  / 2.0  / TCP     one.example.com   ;\r\n  branch  =   z9hG4bK9  ,",
        " SIP  /    2.0   / UDP  192.168.255.111   ; branch=\r\n z9hG4bK3",
    ]
    message = read("\r\n".join(lines).encode() + b"\r\n\r\n", REMOTE)
    assert isinstance(message, ReceivedRequest)
    assert (message.to.tag, message.from_.tag, message.cseq, len(message.vias)) == ("19n", "98asjd8", 9, 3)
    assert message.from_.display == 'B \\"'


@given(st.binary(max_size=400))
def test_any_bytes_give_a_message_or_a_framing_error(data: bytes) -> None:
    with contextlib.suppress(FramingError):
        read(data, REMOTE)


MESSAGES = (request("INVITE", body=b"abc", extra=("Contact: <sip:a@b>",)), request("BYE", to_tag="x"), RESPONSE)


@given(
    st.sampled_from(MESSAGES),
    st.lists(st.tuples(st.integers(0, 600), st.integers(0, 20), st.binary(max_size=12)), min_size=1, max_size=4),
)
@example(MESSAGES[0], [(0, 0, b"\x00")])
def test_damaged_messages_give_a_message_or_a_framing_error(data: bytes, damages: list[tuple[int, int, bytes]]) -> None:
    for position, length, replacement in damages:
        data = data[:position] + replacement + data[position + length :]
    with contextlib.suppress(FramingError):
        message = read(data, Peer("2001:db8::9", 5070))
        assert message is None or isinstance(message, ReceivedRequest | ReceivedResponse)
