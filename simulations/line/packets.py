"""One direction in packets: our own sender, faults, and our receiver with its jitter buffer and concealment. Pure.

line = PacketLine(PCMU, PacketFaults(settings, "to_agent", seed))
heard, keys = line.carry(spoken, keys)     # every 20 ms
"""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from typing import Final

from simulations.line.packet_faults import PacketFaults
from telephony.codecs.pcm import FRAME_US, Pcm, SpeechCodec
from telephony.rtp.sender import Origin
from telephony.rtp.stream import RtpStream, StreamStats, StreamTerms

TICK_PHASE_US: Final = 7_000
"""The ticks of the two ends have nothing to do with each other."""
_SENDER: Final = ("192.0.2.1", 4_000)
_RECEIVER: Final = ("192.0.2.2", 4_000)
_PAYLOAD_TYPE: Final = 96


class PacketLine:
    """Call `carry` every 20 ms. It trails by the jitter buffer's delay, 40 to 120 ms, even where nothing is wrong."""

    def __init__(self, codec: SpeechCodec, faults: PacketFaults, *, path_us: int = 0, adaptive: bool = True) -> None:
        """Packets take `path_us` and what `faults` says. Without `adaptive` the jitter buffer stays at 60 ms."""
        self._faults = faults
        self._path_us = path_us
        codecs = {_PAYLOAD_TYPE: codec}
        self._near = RtpStream(
            StreamTerms(remote=_RECEIVER, origin=Origin(1, 0, 0), send_payload_type=_PAYLOAD_TYPE, send_codec=codec)
        )
        self._far = RtpStream(
            StreamTerms(remote=_SENDER, origin=Origin(2, 0, 0), receive_codecs=codecs, adaptive=adaptive)
        )
        self._under_way: list[tuple[int, int, bytes]] = []
        self._ticks = 0

    @property
    def stats(self) -> StreamStats:
        """What the receiving end counts."""
        return self._far.stats

    @property
    def heard(self) -> bool:
        """Whether anything ever came."""
        return self._far.heard

    @property
    def unheard_us(self) -> int:
        """For how long nothing has come, at the last tick."""
        return self._far.unheard_us

    def carry(self, frame: Pcm, keys: Sequence[str] = ()) -> tuple[Pcm, tuple[str, ...]]:
        """What comes out in the tick in which `frame` (`int16[160]`) and `keys` go in."""
        sent_us = self._ticks * FRAME_US
        if keys:
            self._near.send_digits("".join(keys))
        packet = self._near.push(frame)
        delay_us = self._faults.delay_us(sent_us)
        if delay_us is not None:
            heapq.heappush(self._under_way, (sent_us + self._path_us + delay_us, self._ticks, packet))
        self._ticks += 1
        now_us = sent_us + TICK_PHASE_US
        while self._under_way and self._under_way[0][0] <= now_us:
            came_us, _, came = heapq.heappop(self._under_way)
            self._far.receive(came, _SENDER, came_us)
        pulled = self._far.pull(now_us)
        return pulled.pcm, pulled.digits
