"""Whatever comes, in whatever order: a frame every tick, content in order, memory bounded."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from telephony.codecs.g711 import PCMU
from telephony.rtp.jitter_buffer import CAPACITY_SAMPLES, JitterBuffer
from telephony.rtp.packet import write_plain
from telephony.rtp.sender import Origin
from telephony.rtp.stream import RtpStream, StreamTerms

SOURCE = ("192.0.2.1", 5_000)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.integers(0, 3),
            st.integers(0, 0xFFFF_FFFF) | st.integers(0, 20_000),
            st.integers(0, 1_000),
            st.booleans(),
        ),
        max_size=120,
    )
)
def test_any_packets_leave_a_frame_every_tick(steps: list[tuple[int, int, int, bool]]) -> None:
    buffer = JitterBuffer()
    now_us = 0
    for ticks, timestamp, samples, marker in steps:
        buffer.put(timestamp, np.ones(samples, np.int16), now_us, marker=marker)
        for _ in range(ticks):
            now_us += 20_000
            frame = buffer.pull()
            assert frame.pcm.shape == (160,)
            assert frame.pcm.dtype == np.int16
        assert 0 <= buffer.depth_us <= CAPACITY_SAMPLES * 125


@settings(max_examples=150, deadline=None)
@given(
    delays=st.lists(st.none() | st.integers(0, 12), min_size=10, max_size=150),
    copies=st.lists(st.integers(0, 149), max_size=30),
    samples=st.sampled_from([80, 160, 240, 320, 480]),
    first=st.integers(0, 0xFFFF_FFFF),
)
def test_content_is_heard_in_order_and_once(
    delays: list[int | None], copies: list[int], samples: int, first: int
) -> None:
    """Packets lost (None) or delayed by some ticks; those in `copies` arrive once more, later."""
    arrivals: dict[int, list[int]] = {}
    for number, delay in enumerate(delays):
        if delay is not None:
            sent = number * samples // 160
            arrivals.setdefault(sent + delay, []).append(number)
            if number in copies:
                arrivals.setdefault(sent + delay + 3, []).append(number)
    buffer = JitterBuffer()
    heard: list[int] = []
    newest = -1
    for tick in range(len(delays) * samples // 160 + 30):
        for number in arrivals.get(tick, []):
            pcm = (number * samples + np.arange(samples)) % 20_000 + 5_000
            timestamp = (first + number * samples) & 0xFFFF_FFFF
            buffer.put(timestamp, pcm.astype(np.int16), tick * 20_000, reordered=number <= newest)
            newest = max(newest, number)
        frame = buffer.pull()
        if not frame.concealed:
            heard.extend(int(value) - 5_000 for value in frame.pcm if value)
    steps = np.diff(heard) % 20_000
    assert np.all((steps > 0) & (steps < 10_000)), "a sample was heard twice, or before an earlier one"


@settings(max_examples=100, deadline=None)
@given(
    st.lists(
        st.one_of(
            st.binary(max_size=40),
            st.builds(
                write_plain,
                st.sampled_from([0, 8, 13, 101, 101 | 0x80, 0x80, 96]),
                st.integers(0, 0xFFFF),
                st.integers(0, 0xFFFF_FFFF),
                st.integers(1, 2),
                st.binary(max_size=200),
            ),
            st.none(),
        ),
        max_size=100,
    )
)
def test_a_stream_survives_any_datagrams(datagrams: list[bytes | None]) -> None:
    stream = RtpStream(StreamTerms(remote=SOURCE, origin=Origin(1, 2, 3)))
    now_us = 0
    for datagram in datagrams:
        if datagram is None:
            now_us += 20_000
            pulled = stream.pull(now_us)
            assert pulled.pcm.shape == (160,)
            assert len(PCMU.encode(pulled.pcm)) == 160
        else:
            stream.receive(datagram, SOURCE, now_us)
    stats = stream.stats
    assert stats.received + stats.duplicates + stats.malformed + stats.rtcp.refused + stats.unknown_payloads <= 2 * len(
        datagrams
    )
