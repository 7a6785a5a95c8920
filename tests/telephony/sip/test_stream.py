"""Cutting a stream into messages, whatever the chunks."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telephony.sip.framing import MAX_MESSAGE_BYTES
from telephony.sip.stream import MAX_HEAD_BYTES, Broken, Ping, StreamFramer, StreamItem
from tests.telephony.sip.wire import OFFER, invite, request

MESSAGES = st.sampled_from(
    [
        request("OPTIONS"),
        invite(),
        request("BYE", to_tag="x").replace(b"Content-Length", b"l"),
        request("INFO", body=b"\r\n\r\nSIP/2.0 Content-Length: 7\r\n\r\n"),
        request("OPTIONS").replace(b"\r\n", b"\n"),
        invite().replace(b"Content-Length: ", b"Content-Length:\r\n "),
    ]
)


def in_chunks(data: bytes, cuts: list[int]) -> list[StreamItem]:
    framer = StreamFramer()
    items: list[StreamItem] = []
    places = sorted({min(cut, len(data)) for cut in cuts} | {0, len(data)})
    for begin, end in itertools.pairwise(places):
        items += framer.feed(data[begin:end])
    return items


@given(st.lists(st.tuples(MESSAGES, st.booleans()), max_size=5), st.lists(st.integers(0, 3_000)))
def test_messages_come_out_as_they_went_in(parts: list[tuple[bytes, bool]], cuts: list[int]) -> None:
    data = b"".join(message + (b"\r\n\r\n" if ping else b"") for message, ping in parts)
    wanted: list[StreamItem] = []
    for message, ping in parts:
        wanted += [message, Ping()] if ping else [message]
    assert in_chunks(data, cuts) == wanted


@given(st.binary(max_size=300), st.lists(st.integers(0, 300)))
def test_any_bytes_mean_the_same_in_any_chunks(data: bytes, cuts: list[int]) -> None:
    assert in_chunks(data, cuts) == in_chunks(data, [])


@given(
    st.lists(st.sampled_from([b"\r\n", b"\n", b"\r\n\r\n", b"x: y\r\n", b"l: 3\r\n", b"abc", b"\r"])),
    st.lists(st.integers(0, 60)),
)
def test_pieces_of_messages_mean_the_same_in_any_chunks(pieces: list[bytes], cuts: list[int]) -> None:
    data = b"".join(pieces)
    assert in_chunks(data, cuts) == in_chunks(data, [])


def test_a_pong_is_passed_over_and_half_a_ping_waited_for() -> None:
    framer = StreamFramer()
    assert framer.feed(b"\r\n") == []
    assert framer.feed(request("OPTIONS")) == [request("OPTIONS")]
    assert framer.feed(b"\r\n\r") == []
    assert framer.feed(b"\n") == [Ping()]


@pytest.mark.parametrize(
    ("old", "new", "status"),
    [
        (b"Content-Length: 0\r\n", b"", 400),
        (b"Content-Length: 0", b"Content-Length: -1", 400),
        (b"Content-Length: 0", b"Content-Length: 0\r\nl: 1", 400),
        (b"Content-Length: 0", b"Content-Length: 99999999999", 400),
        (b"Content-Length: 0", b"Content-Length: %d" % MAX_MESSAGE_BYTES, 513),
        (b"Max-Forwards: 70", b"Subject: " + b"x" * MAX_HEAD_BYTES, 513),
    ],
)
def test_without_a_sure_end_the_stream_is_broken(old: bytes, new: bytes, status: int) -> None:
    framer = StreamFramer()
    data = request("OPTIONS").replace(old, new)
    (item,) = framer.feed(data)
    assert isinstance(item, Broken)
    assert (item.status, item.head) == (status, data)
    assert framer.feed(request("OPTIONS")) == []


def test_headers_that_never_end_are_given_up() -> None:
    framer = StreamFramer()
    items = [item for _ in range(40) for item in framer.feed(b"x" * 1_000)]
    assert [type(item) for item in items] == [Broken]


def test_repeated_equal_lengths_are_one() -> None:
    data = invite().replace(b"Content-Length", b"l: %d\r\nContent-Length" % len(OFFER))
    assert StreamFramer().feed(data) == [data]
