"""A line that loses and delays packets, by seed, and what comes out of a jitter buffer at its end. Pure.

loss      random: each packet for itself; bursty: a Gilbert-Elliott channel (Gilbert, BSTJ 39, 1960) whose bad state
          loses everything and lasts for three packets on average
jitter    a delay of 0 to so many milliseconds on top of the path's, uniform and of each packet for itself, so that
          packets overtake each other
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Sequence
from typing import Final, Literal

import msgspec
import numpy as np
import numpy.typing as npt

from telephony.codecs.g711 import PCMU
from telephony.codecs.pcm import FRAME_SAMPLES, FRAME_US, Pcm
from telephony.rtp.packet import write_plain
from telephony.rtp.sender import Origin
from telephony.rtp.stream import RtpStream, StreamStats, StreamTerms

BURST_PACKETS: Final = 3.0
PATH_US: Final = 20_000
TICK_PHASE_US: Final = 7_000
"""Our ticks and the sender's have nothing to do with each other."""
TAIL_TICKS: Final = 20
MOST_DELAY_FRAMES: Final = 25
SOURCE: Final = ("192.0.2.1", 4_000)


class Condition(msgspec.Struct, frozen=True):
    """`loss` is a share, 0..1; `jitter_ms` the longest extra delay."""

    loss: float = 0.0
    kind: Literal["random", "bursty"] = "random"
    jitter_ms: int = 0

    @property
    def name(self) -> str:
        loss = f"{100 * self.loss:g} % {self.kind} loss" if self.loss else "no loss"
        return f"{loss}, {self.jitter_ms} ms jitter"


class Played(msgspec.Struct, frozen=True):
    """What was heard, tick by tick. `stats` are those of the tick in which the last packet was sent.

    `delays_us`: from the sending of a packet to its playing, of those that were played whole.
    """

    pcm: Pcm
    delays_us: list[int]
    stats: StreamStats


def lost(condition: Condition, packets: int, random: np.random.Generator) -> npt.NDArray[np.bool_]:
    """Which of so many packets never come."""
    draws = random.random(packets)
    if condition.loss <= 0:
        return np.zeros(packets, np.bool_)
    if condition.kind == "random":
        return draws < condition.loss
    leaves_bad = 1 / BURST_PACKETS
    leaves_good = leaves_bad * condition.loss / (1 - condition.loss)
    out = np.zeros(packets, np.bool_)
    bad = bool(random.random() < condition.loss)
    for number in range(packets):
        out[number] = bad
        bad = bool(draws[number] >= leaves_bad) if bad else bool(draws[number] < leaves_good)
    return out


def arrivals(condition: Condition, packets: int, seed: int) -> list[tuple[int, int]]:
    """When each packet that comes does, in microseconds since the first was sent, with its number; in that order."""
    random = np.random.default_rng(seed)
    missing = lost(condition, packets, random)
    delays_us = PATH_US + random.integers(0, 1_000 * condition.jitter_ms + 1, packets)
    came = ((number * FRAME_US + int(delays_us[number]), number) for number in range(packets) if not missing[number])
    return sorted(came)


def play(pcm: Pcm, condition: Condition, *, seed: int, adaptive: bool) -> Played:
    """`pcm` (`int16[n * 160]`) over the line, through G.711, RTP and the product's own receiving end."""
    frames = pcm.reshape(-1, FRAME_SAMPLES)
    stream = RtpStream(StreamTerms(remote=SOURCE, origin=Origin(1, 0, 0), adaptive=adaptive))
    heard: list[Pcm] = []
    waiting = arrivals(condition, len(frames), seed)
    heapq.heapify(waiting)
    stats = stream.stats
    for tick in range(len(frames) + TAIL_TICKS):
        now_us = tick * FRAME_US + TICK_PHASE_US
        while waiting and waiting[0][0] <= now_us:
            at_us, number = heapq.heappop(waiting)
            payload = PCMU.encode(frames[number])
            packet = write_plain(0, number & 0xFFFF, number * FRAME_SAMPLES, 7, payload)
            stream.receive(packet, SOURCE, at_us)
        heard.append(stream.pull(now_us).pcm)
        if tick < len(frames):
            stats = stream.stats
    return Played(np.concatenate(heard), list(_delays(frames, heard)), stats)


def _delays(frames: Pcm, heard: Sequence[Pcm]) -> Iterator[int]:
    """Frames that tell themselves from their neighbours are found again, in the order of playing."""
    coded = [PCMU.decode(PCMU.encode(frame)).tobytes() for frame in frames]
    next_frame = 1
    for tick, pcm in enumerate(heard):
        octets = pcm.tobytes()
        for number in range(max(next_frame, tick - MOST_DELAY_FRAMES), min(tick + 1, len(coded))):
            if coded[number] == octets and coded[number] != coded[number - 1]:
                next_frame = number + 1
                yield tick * FRAME_US + TICK_PHASE_US - number * FRAME_US
                break
