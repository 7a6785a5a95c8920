"""A line that loses and delays packets, and what comes out of a jitter buffer at its end: a simulated line's. Pure.

loss      random: each packet for itself; bursty: three packets on average
jitter    a delay of 0 to so many milliseconds on top of the path's, uniform and of each packet for itself, so that
          packets overtake each other
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, Literal

import msgspec
import numpy as np

from simulations.line.packet_faults import PacketFaults
from simulations.line.packets import TICK_PHASE_US, PacketLine
from simulations.line.settings import LineSettings, Loss
from telephony.codecs.g711 import PCMU
from telephony.codecs.pcm import FRAME_SAMPLES, FRAME_US, Pcm, silent_frame
from telephony.rtp.stream import StreamStats

BURST_PACKETS: Final = 3.0
PATH_US: Final = 20_000
TAIL_TICKS: Final = 20
MOST_DELAY_FRAMES: Final = 25


class Condition(msgspec.Struct, frozen=True):
    """`loss` is a share, 0..1; `jitter_ms` the longest extra delay."""

    loss: float = 0.0
    kind: Literal["random", "bursty"] = "random"
    jitter_ms: int = 0

    @property
    def name(self) -> str:
        loss = f"{100 * self.loss:g} % {self.kind} loss" if self.loss else "no loss"
        return f"{loss}, {self.jitter_ms} ms jitter"

    @property
    def line(self) -> LineSettings:
        loss = Loss(self.loss, BURST_PACKETS if self.kind == "bursty" else None)
        return LineSettings(codec="pcmu", loss=loss, jitter_ms=self.jitter_ms)


class Played(msgspec.Struct, frozen=True):
    """What was heard, tick by tick. `stats` are those of the tick in which the last packet was sent.

    `delays_us`: from the sending of a packet to its playing, of those that were played whole.
    """

    pcm: Pcm
    delays_us: list[int]
    stats: StreamStats


def play(pcm: Pcm, condition: Condition, *, seed: int, adaptive: bool) -> Played:
    """`pcm` (`int16[n * 160]`) over the line, through G.711, RTP and the product's own receiving end."""
    frames = pcm.reshape(-1, FRAME_SAMPLES)
    faults = PacketFaults(condition.line, "to_agent", seed)
    line = PacketLine(PCMU, faults, path_us=PATH_US, adaptive=adaptive)
    heard = [line.carry(frame)[0] for frame in frames]
    stats = line.stats
    heard += [line.carry(silent_frame())[0] for _ in range(TAIL_TICKS)]
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
