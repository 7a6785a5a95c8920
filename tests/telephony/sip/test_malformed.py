"""Malformed and odd messages: the right code or silence, no exception, nothing left when the timers have run out."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telephony.sip.actions import IncomingCall
from telephony.sip.events import AcceptCall, HangUpCall
from tests.telephony.sip.wire import ANSWER, OFFER, SECOND, Bench, invite, request

OPTIONS = request("OPTIONS")


def replaced(data: bytes, old: bytes, new: bytes) -> bytes:
    assert old in data
    return data.replace(old, new)


CASES = {
    "a branch that is only the cookie": (replaced(OPTIONS, b"z9hG4bK-a", b"z9hG4bK"), 200),
    "no branch at all, as of RFC 2543": (replaced(OPTIONS, b";branch=z9hG4bK-a", b""), 200),
    "no From": (replaced(OPTIONS, b'From: "Ann" <sip:ann@192.0.2.9>;tag=remote\r\n', b""), 400),
    "no CSeq": (replaced(OPTIONS, b"CSeq: 1 OPTIONS\r\n", b""), 400),
    "no Call-ID": (replaced(OPTIONS, b"Call-ID: call-1\r\n", b""), 400),
    "two Call-IDs": (replaced(OPTIONS, b"CSeq", b"i: other\r\nCSeq"), 400),
    "two CSeqs": (replaced(OPTIONS, b"CSeq", b"CSeq: 5 OPTIONS\r\nCSeq"), 400),
    "two Tos": (replaced(OPTIONS, b"CSeq", b"t: <sip:x@y>\r\nCSeq"), 400),
    "a CSeq beyond 2**31": (replaced(OPTIONS, b"CSeq: 1", b"CSeq: 2147483648"), 400),
    "a negative CSeq": (replaced(OPTIONS, b"CSeq: 1", b"CSeq: -1"), 400),
    "a scheme that nobody knows": (request("OPTIONS", uri="nobodyKnowsThisScheme:totallyopaque"), 416),
    "a known scheme that isn't ours": (request("OPTIONS", uri="http://example.com"), 416),
    "no Max-Forwards": (replaced(OPTIONS, b"Max-Forwards: 70\r\n", b""), 200),
    "Max-Forwards used up, at its destination": (replaced(OPTIONS, b"Max-Forwards: 70", b"Max-Forwards: 0"), 200),
    "an extension wanted of the proxy only": (request("OPTIONS", extra=("Proxy-Require: foo",)), 200),
    "an extension wanted of us": (request("OPTIONS", extra=("Require: nothingSupportsThis",)), 420),
    "a content type that nobody knows": (
        request("INVITE", body=b"<audio/>", extra=("Content-Type: application/unknownformat",)),
        415,
    ),
    "a body without a type": (request("INVITE", body=OFFER), 415),
    "an unknown authorization scheme": (request("OPTIONS", extra=('Authorization: NoOneKnows opaque="data"',)), 200),
    "a Via of IPv6 without brackets' end": (replaced(OPTIONS, b"UDP 192.0.2.9:5070", b"UDP [2001:db8::9:5070"), 400),
    "a Via port of 0": (replaced(OPTIONS, b"UDP 192.0.2.9:5070", b"UDP 192.0.2.9:0"), 400),
    "a tab and folds between values": (replaced(OPTIONS, b"CSeq: 1 OPTIONS", b"CSeq:\t1\r\n\t OPTIONS"), 200),
    "an unterminated quote in From": (replaced(OPTIONS, b'"Ann"', b'"Ann'), 400),
    "NUL bytes in a header": (replaced(OPTIONS, b"Max-Forwards: 70", b"Max-Forwards: 70\r\nSubject: \0\0"), 200),
    "a length beyond the datagram": (replaced(invite(), b"Content-Length: ", b"Content-Length: 9"), 400),
    "a wildcard as Contact": (replaced(invite(), b"<sip:ann@192.0.2.9:5070>", b"*"), 400),
    "a method in small letters": (request("options"), 501),
    "a version in small letters": (replaced(OPTIONS, b"192.0.2.1 SIP/2.0", b"192.0.2.1 sip/2.0"), 200),
    "a version that isn't there yet": (replaced(OPTIONS, b"192.0.2.1 SIP/2.0", b"192.0.2.1 SIP/3.0"), 505),
}


@pytest.mark.parametrize("name", CASES)
def test_each_gets_its_code_and_leaves_nothing(name: str) -> None:
    data, code = CASES[name]
    bench = Bench()
    bench.receive(data)
    codes = [int(each.data.split(b" ", 2)[1]) for each in bench.datagrams]
    assert (codes, bench.told) == ([code], [])
    bench.advance(100 * SECOND)
    assert (bench.agent.call_count, bench.agent.next_wake()) == (0, None)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\0" * 100,
        b"\xff" * 1_500,
        b"GET / HTTP/1.1\r\nHost: x\r\n\r\n",
        b"INVITE",
        b"SIP/2.0",
        b"SIP/2.0 200 OK\r\n\r\n",
        b"OPTIONS sip:a@b SIP/2.0\r\n\r\n",
        replaced(request("ACK"), b"CSeq: 1", b"CSeq: x"),
        b"x" * 70_000,
    ],
)
def test_what_cannot_be_answered_is_dropped(data: bytes) -> None:
    bench = Bench()
    bench.receive(data)
    assert (bench.datagrams, bench.told, bench.agent.next_wake()) == ([], [], None)


def test_an_invite_of_rfc_2543_is_a_call() -> None:
    bench = Bench()
    bench.receive(replaced(replaced(invite(), b";branch=z9hG4bK-a", b""), b";tag=remote", b""))
    call = bench.only(IncomingCall).call
    bench.do(AcceptCall(call, ANSWER))
    ack = request("ACK", to_tag=re.findall(rb"To: .*;tag=(\w+)", bench.datagrams[0].data)[0].decode())
    bench.receive(replaced(replaced(ack, b";branch=z9hG4bK-a", b""), b";tag=remote", b""))
    bench.do(HangUpCall(call))
    assert bench.methods() == ["BYE"]


LINES = st.sampled_from(
    [
        b"Via: SIP/2.0/UDP 192.0.2.9;branch=z9hG4bK-b",
        b"Via: SIP/2.0/UDP",
        b"From: <sip:a@b>;tag=x",
        b"To: <sip:a@b>",
        b'To: "<sip:a@b>;tag=',
        b"Call-ID: a",
        b"CSeq: 1 INVITE",
        b"CSeq: 1 BYE",
        b"Contact: <sip:a@192.0.2.9>",
        b"Contact: <>",
        b"Record-Route: <sip:192.0.2.5;lr>",
        b"Record-Route: <sip:192.0.2.5;lr",
        b"Require: x",
        b"Content-Type: application/sdp",
        b"Content-Length: 3",
        b"Content-Length: \xb2",
        b"Authorization: Digest realm=",
        b"Event: refer;id=",
        b" folded",
        b":",
        b"\xff\xfe: \x00",
    ]
)
STARTS = st.sampled_from(
    [b"INVITE", b"BYE", b"CANCEL", b"ACK", b"INFO", b"UPDATE", b"NOTIFY", b"REFER", b"OPTIONS", b"SIP/2.0 200 x", b""]
)


@given(st.lists(st.tuples(STARTS, st.lists(LINES, max_size=14), st.binary(max_size=20)), max_size=4))
def test_messages_of_odd_lines_leave_nothing(parts: list[tuple[bytes, list[bytes], bytes]]) -> None:
    bench = Bench()
    for start, lines, body in parts:
        first = start if start.startswith(b"SIP") else start + b" sip:agent@192.0.2.1 SIP/2.0"
        bench.receive(b"\r\n".join([first, *lines, b"", body]))
        for told in bench.told:
            bench.do(HangUpCall(told.call))
    bench.advance(200 * SECOND)
    assert (bench.agent.call_count, bench.agent.next_wake()) == (0, None)
