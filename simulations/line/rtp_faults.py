"""The same line for real RTP: what becomes of each datagram of a call. Pure; `relay` is the shell around it.

Noise, echo, levels, clipping and codecs need samples: G.711 (payload types 0 and 8) is decoded, changed and coded again
in its packet, whose header stays. Packets of other types, keys among them, pass as they are; so does what is no RTP.
"""

from __future__ import annotations

from typing import Final

import msgspec
import numpy as np

from simulations.line.codecs import Coding, coding
from simulations.line.handset import Handset
from simulations.line.packet_faults import PacketFaults
from simulations.line.settings import LineSettings, Way
from simulations.line.speech_level import NOMINAL_DBFS
from telephony.codecs.g711 import BY_PAYLOAD_TYPE
from telephony.rtp.packet import RtpError, RtpPacket, is_rtcp, parse, serialise
from voice_agent.audio import FRAME_SAMPLES, Pcm

EVENT_PAYLOAD_TYPE: Final = 101


class WayStats(msgspec.Struct):
    """Packets of one direction. `opaque` ones needed samples to be changed and had none that can be read."""

    passed: int = 0
    lost: int = 0
    opaque: int = 0


class RtpFaults:
    """One call's. `datagram` for each, in the order in which they come; times count from the first of either way."""

    def __init__(
        self,
        settings: LineSettings,
        seed: int,
        *,
        speech_dbfs: float = NOMINAL_DBFS,
        recording: Pcm | None = None,
    ) -> None:
        """As for `Line`."""
        handset = Handset(settings, seed, speech_dbfs, recording)
        self._ways: Final[dict[Way, _RtpWay]] = {
            "to_agent": _RtpWay(settings, "to_agent", seed, handset),
            "to_caller": _RtpWay(settings, "to_caller", seed, handset),
        }
        self._begun_us: int | None = None

    def datagram(self, way: Way, data: bytes, now_us: int) -> tuple[int, bytes] | None:
        """When to hand it on, in microseconds from now, and what; None for a datagram that is lost."""
        if self._begun_us is None:
            self._begun_us = now_us
        return self._ways[way].datagram(data, now_us - self._begun_us)

    def stats(self, way: Way) -> WayStats:
        """What became of its packets so far."""
        return self._ways[way].stats

    @property
    def problem(self) -> str | None:
        """What could not be done to this call's packets, None where all was."""
        opaque = sum(each.stats.opaque for each in self._ways.values())
        if not opaque:
            return None
        return f"{opaque} packets are no G.711 in whole frames, so their sound stayed as it was; agree on PCMU or PCMA"


class _RtpWay:
    def __init__(self, settings: LineSettings, way: Way, seed: int, handset: Handset) -> None:
        self.stats = WayStats()
        self._to_agent = way == "to_agent"
        self._handset = handset
        self._coding: Coding | None = coding(settings.codec)
        self._faults = PacketFaults(settings, way, seed)
        self._delay_us = 1_000 * settings.delay_ms
        touched = not handset.untouched if self._to_agent else handset.listens
        self._needs_samples = touched or self._coding is not None

    def datagram(self, data: bytes, now_us: int) -> tuple[int, bytes] | None:
        try:
            packet = None if is_rtcp(data) else parse(data)
        except RtpError:
            packet = None
        if packet is None:
            return None if self._faults.dead(now_us) else (self._delay_us, data)
        if self._needs_samples:
            data = self._sounding(packet, data)
        late_us = self._faults.delay_us(now_us)
        if late_us is None:
            self.stats.lost += 1
            return None
        self.stats.passed += 1
        return self._delay_us + late_us, data

    def _sounding(self, packet: RtpPacket, data: bytes) -> bytes:
        """The packet with its samples changed."""
        law = BY_PAYLOAD_TYPE.get(packet.payload_type)
        if law is None or len(packet.payload) % FRAME_SAMPLES:
            self.stats.opaque += packet.payload_type != EVENT_PAYLOAD_TYPE
            return data
        pcm = law.decode(packet.payload)
        if self._to_agent:
            pcm = self._handset.pick_up(pcm)
        if self._coding is not None:
            pcm = np.concatenate([self._coding.through(frame) for frame in pcm.reshape(-1, FRAME_SAMPLES)])
        if not self._to_agent:
            self._handset.play(pcm)
            if self._coding is None:
                return data
        return serialise(msgspec.structs.replace(packet, payload=law.encode(pcm)))
