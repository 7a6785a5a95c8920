"""Ports and sockets on loopback, and a tone that crosses two of them on one wheel."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable

import numpy as np
import pytest
import uvloop

from telephony.codecs.pcm import FRAME_SAMPLES, Pcm
from telephony.codecs.tones import sine
from telephony.rtp.port import MediaPorts, MediaSocket, PortsExhausted
from telephony.rtp.sender import Origin
from telephony.rtp.stream import RtpStream, StreamTerms
from telephony.rtp.wheel import LoopWheelClock, MediaWheel
from tests.testkit.waiting import soon

HOST = "127.0.0.1"
FRAMES = 30
CLOCK = LoopWheelClock()


def stream_to(port: int, ssrc: int = 1) -> RtpStream:
    return RtpStream(StreamTerms(remote=(HOST, port), origin=Origin(ssrc, 0, 0)))


class Side:
    """One end of a call: says a tone, keeps what it hears, sets `done` after `FRAMES` ticks."""

    def __init__(self, name: str, media: MediaSocket, stream: RtpStream, frequency_hz: int) -> None:
        self.name = name
        self.done = asyncio.Event()
        self.heard: list[Pcm] = []
        self.digits: list[str] = []
        self._media = media
        self._stream = stream
        self._says = sine(frequency_hz, FRAMES * 20).reshape(FRAMES, FRAME_SAMPLES)

    def tick(self, now_us: int) -> None:
        if len(self.heard) == FRAMES:
            self.done.set()
            return
        pulled = self._stream.pull(now_us)
        self.digits.extend(pulled.digits)
        self._media.send(self._stream.push(self._says[len(self.heard)]))
        self.heard.append(pulled.pcm)

    def failed(self, error: Exception) -> None:
        raise error


async def call_with_tones() -> list[Side]:
    ports = MediaPorts(HOST, 42_000, 42_099)
    wheel = MediaWheel(CLOCK)
    media = [ports.open(), ports.open()]
    streams = [stream_to(media[1].port), stream_to(media[0].port)]
    sides = []
    for name, own, stream, frequency_hz in zip("ab", media, streams, (440, 1_000), strict=True):
        own.attach(stream, CLOCK.now_us)
        sides.append(Side(name, own, stream, frequency_hz))
    for side in sides:
        wheel.join(side)
    async with asyncio.timeout(20):
        for side in sides:
            await side.done.wait()
    wheel.close()
    for own in media:
        assert own.stats.send_errors == own.stats.receive_errors == 0
        own.close()
    assert ports.free == 50
    return sides


def loudest_hz(frames: list[Pcm]) -> tuple[float, float]:
    """The strongest frequency, and its share of all power."""
    wave = np.concatenate(frames).astype(float) * np.hanning(len(frames) * FRAME_SAMPLES)
    power = np.abs(np.fft.rfft(wave)) ** 2
    peak = int(np.argmax(power))
    return peak * 8_000 / wave.size, float(power[max(0, peak - 3) : peak + 4].sum() / power.sum())


@pytest.mark.parametrize("run", [asyncio.run, uvloop.run])
def test_a_tone_crosses_two_sockets_on_one_wheel(run: Callable[..., list[Side]]) -> None:
    sides = run(call_with_tones())
    for side, expected_hz in zip(sides, (1_000, 440), strict=True):
        sounding = [frame for frame in side.heard if frame.any()]
        assert len(sounding) >= FRAMES - 8
        frequency_hz, share = loudest_hz(sounding[1:21])
        assert frequency_hz == pytest.approx(expected_hz, abs=5)
        assert share > 0.95


def test_ports_are_even_distinct_and_taken_in_turn() -> None:
    ports = MediaPorts(HOST, 42_101, 42_107)
    first, second = ports.open(), ports.open()
    assert (first.host, first.port, second.port, ports.free) == (HOST, 42_102, 42_104, 1)
    first.close()
    third = ports.open()
    assert third.port == 42_106, "a port that was just closed may still get the last call's packets"
    second.close()
    third.close()


def test_no_port_left_is_said_and_a_closed_one_is_used_again() -> None:
    ports = MediaPorts(HOST, 42_110, 42_111)
    media = ports.open()
    with pytest.raises(PortsExhausted, match="no even UDP port"):
        ports.open()
    media.close()
    media.close()
    assert ports.free == 1
    ports.open().close()


def test_a_port_that_another_program_holds_is_passed_over() -> None:
    ports = MediaPorts(HOST, 42_120, 42_123)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        other.bind((HOST, 42_120))
        media = ports.open()
        assert media.port == 42_122
        with pytest.raises(PortsExhausted):
            ports.open()
        media.close()
    assert ports.free == 2


def test_a_host_that_is_not_ours_is_an_error_at_once() -> None:
    ports = MediaPorts("192.0.2.1", 42_130, 42_131)
    with pytest.raises(OSError, match="Cannot assign"):
        ports.open()
    assert ports.free == 1


@pytest.mark.parametrize(("low", "high"), [(0, 10), (10, 9), (60_000, 70_000), (4_001, 4_001)])
def test_a_range_without_a_port_is_refused(low: int, high: int) -> None:
    with pytest.raises(ValueError, match=r"no range of UDP ports|no even port"):
        MediaPorts(HOST, low, high)


def test_sending_to_nobody_is_counted_and_never_raised() -> None:
    media = MediaPorts(HOST, 42_140, 42_141).open()
    media.send_to(b"x" * 100_000, (HOST, 42_143))  # longer than any datagram
    media.send_to(b"x", ("not an address", 1))
    media.send_to(b"x", (HOST, 42_143))
    assert (media.stats.sent, media.stats.send_errors) == (1, 2)
    media.close()
    media.send_to(b"x", (HOST, 42_143))
    assert media.stats.send_errors == 3


def test_a_socket_without_a_stream_does_not_know_where_to_send() -> None:
    media = MediaPorts(HOST, 42_150, 42_151).open()
    with pytest.raises(RuntimeError, match="has no stream"):
        media.send(b"x")
    media.close()


def test_what_came_before_the_stream_is_discarded() -> None:
    async def scenario() -> None:
        ports = MediaPorts(HOST, 42_160, 42_163)
        media, peer = ports.open(), ports.open()
        source, stream = stream_to(media.port), stream_to(peer.port)
        for _ in range(5):
            peer.send_to(source.push(np.zeros(160, np.int16)), (HOST, media.port))
        came: list[int] = []
        all_came = asyncio.Event()

        def now_us() -> int:
            came.append(CLOCK.now_us())
            if len(came) == 3:
                all_came.set()
            return came[-1]

        media.attach(stream, now_us)
        assert media.stats.discarded == 5
        with pytest.raises(RuntimeError, match="already has a stream"):
            media.attach(stream, CLOCK.now_us)
        for _ in range(3):
            peer.send_to(source.push(np.zeros(160, np.int16)), (HOST, media.port))
        async with asyncio.timeout(5):
            await all_came.wait()
        assert stream.stats.received == media.stats.received == 3
        media.close()
        peer.close()

    asyncio.run(scenario())


def test_a_pair_of_which_the_odd_port_is_taken_is_passed_over() -> None:
    ports = MediaPorts(HOST, 42_170, 42_173)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        other.bind((HOST, 42_171))
        media = ports.open()
        assert media.port == 42_172
        media.close()


@pytest.mark.parametrize("mux", [False, True])
def test_reports_cross_two_pairs_of_sockets(mux: bool) -> None:
    async def scenario() -> tuple[int, int]:
        ports = MediaPorts(HOST, 42_180, 42_183)
        medias = (ports.open(), ports.open())
        streams = []
        for number, (media, peer) in enumerate((medias, medias[::-1])):
            remote = (HOST, peer.port)
            streams.append(RtpStream(StreamTerms(remote=remote, origin=Origin(number + 1, 0, 0), rtcp_mux=mux)))
            media.attach(streams[-1], CLOCK.now_us)
        for media, stream in zip(medias, streams, strict=True):
            media.send(stream.push(np.zeros(160, np.int16)))
        await soon(lambda: all(stream.stats.received for stream in streams), 5, "media both ways")
        for media, stream in zip(medias, streams, strict=True):
            media.send_report(stream.bye(CLOCK.now_us()))
        await soon(lambda: all(stream.stats.rtcp.received for stream in streams), 5, "reports both ways")
        for media in medias:
            media.close()
        return streams[0].stats.rtcp.received, streams[1].stats.rtcp.received

    assert asyncio.run(scenario()) == (1, 1)
