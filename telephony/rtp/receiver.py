"""The receiving half of a call's media: packets of a trusted source to one frame a tick, and keypad digits.

It decides what a packet counts as; the jitter buffer decides when it is heard. It may not know of addresses.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import msgspec

from telephony.codecs.pcm import Pcm, SpeechCodec
from telephony.rtp.dtmf import DigitReceiver
from telephony.rtp.jitter_buffer import JitterBuffer
from telephony.rtp.lead import DEFAULT_TARGET_US
from telephony.rtp.packet import RtpError, RtpPacket
from telephony.rtp.sequence import Arrival, JitterEstimator, SequenceTracker

COMFORT_NOISE: Final = 13
"""RFC 3389; taken as silence, which is what not writing to the buffer gives."""

MAX_WAITING_DIGITS: Final = 64
_NO_DIGITS: Final[tuple[str, ...]] = ()


class Pulled(msgspec.Struct, frozen=True, gc=False):
    """What one tick hears.

    `pcm` is `int16[160]`, read-only. `digits` were pressed since the tick before. `concealed`: samples of it were made
    up. `started`: the far end's audio has begun, now or before.
    """

    pcm: Pcm
    digits: tuple[str, ...]
    concealed: bool
    started: bool


class RtpReceiver:
    """One call's. `knows` a payload type, `receive` each packet of it, `pull` once a tick."""

    def __init__(
        self,
        codecs: Mapping[int, SpeechCodec],
        event_payload_type: int | None,
        target_us: int = DEFAULT_TARGET_US,
        *,
        adaptive: bool = True,
    ) -> None:
        """`codecs`: what the payload types mean that we may be sent. The last two are those of `JitterBuffer`."""
        self.tracker = SequenceTracker()
        self.jitter = JitterEstimator()
        self.buffer = JitterBuffer(target_us, adaptive=adaptive)
        self.bad_events = 0
        self.digits_dropped = 0
        self._digit_receiver = DigitReceiver()
        self._digits: list[str] = []
        self.negotiate(codecs, event_payload_type)

    def negotiate(self, codecs: Mapping[int, SpeechCodec], event_payload_type: int | None) -> None:
        """Accept these payload types from now on."""
        self._codecs = codecs
        self._event_payload_type = event_payload_type

    def knows(self, payload_type: int) -> bool:
        """Whether packets of `payload_type` were agreed on, or are comfort noise."""
        return payload_type in self._codecs or payload_type == self._event_payload_type or payload_type == COMFORT_NOISE

    def receive(self, packet: RtpPacket, now_us: int) -> None:
        """One packet of a payload type it knows."""
        arrival = self.tracker.observe(packet.ssrc, packet.sequence)
        if arrival is Arrival.DUPLICATE or arrival is Arrival.SUSPECT:
            return
        if arrival is Arrival.RESTARTED:
            self.buffer.restart()
            self.jitter.restart()
            self._digit_receiver.restart()
        if packet.payload_type == self._event_payload_type:
            self._receive_event(packet)
            return
        codec = self._codecs.get(packet.payload_type)
        if codec is not None:
            self.jitter.observe(packet.timestamp, now_us)
            pcm = codec.decode(packet.payload)
            reordered = arrival is Arrival.REORDERED
            self.buffer.put(packet.timestamp, pcm, now_us, marker=packet.marker, reordered=reordered)

    def _receive_event(self, packet: RtpPacket) -> None:
        try:
            digit = self._digit_receiver.receive(packet.payload, packet.timestamp, marker=packet.marker)
        except RtpError:
            self.bad_events += 1
            return
        if digit is None:
            return
        if len(self._digits) >= MAX_WAITING_DIGITS:
            self.digits_dropped += 1
            return
        self._digits.append(digit)

    def pull(self) -> Pulled:
        """The next 20 ms, and the digits pressed meanwhile."""
        frame = self.buffer.pull()
        digits = _NO_DIGITS
        if self._digits:
            digits = tuple(self._digits)
            self._digits.clear()
        return Pulled(frame.pcm, digits, frame.concealed, self.buffer.started)
