"""The sending half of a call's media: one frame a tick to the next packet, with digits in between.

Timestamps go on with every tick, whether it sends or not (RFC 3550 section 5.1); the marker is set on the first packet
after a pause (RFC 3551 section 4.1). Silence is sent as samples like everything else: comfort noise (RFC 3389) is
neither offered nor sent, so that NATs stay open and no far end takes us for gone. It may not know where packets go.
"""

from __future__ import annotations

from typing import Final

import msgspec
import numpy as np

from telephony.codecs.g711 import BY_PAYLOAD_TYPE
from telephony.codecs.pcm import FRAME_SAMPLES, Pcm, SpeechCodec
from telephony.codecs.tones import dtmf_sequence
from telephony.rtp.dtmf import DigitSender, check_digits
from telephony.rtp.packet import write_plain
from telephony.rtp.rtcp import SentMedia

_MARKER: Final = 0x80
_TONE_ON_MS: Final = 100
_TONE_OFF_MS: Final = 60  # with the 100 before it a whole number of frames, so that no frame is cut short
_TONE_SAMPLES: Final = (_TONE_ON_MS + _TONE_OFF_MS) * 8
_NO_TONES: Final = np.zeros(0, np.int16)


class Origin(msgspec.Struct, frozen=True):
    """What must be unpredictable (RFC 3550 section 5.1) and so comes from the shell: 32, 16 and 32 bits."""

    ssrc: int
    sequence: int
    timestamp: int


class RtpSender:
    """One call's. Call `push` or `skip` once a tick."""

    def __init__(
        self, payload_type: int, event_payload_type: int | None, origin: Origin, codec: SpeechCodec | None = None
    ) -> None:
        """`codec` is what `payload_type` means, None for its static meaning; raises ValueError where it has none.

        Without event payload type digits are sent as tones.
        """
        self.packets = 0
        self.octets = 0
        self._ssrc = origin.ssrc
        self._sequence = origin.sequence
        self._timestamp = origin.timestamp
        self._paused = True
        self._digits = DigitSender()
        self._tones = _NO_TONES
        self.negotiate(payload_type, event_payload_type, codec)

    def negotiate(self, payload_type: int, event_payload_type: int | None, codec: SpeechCodec | None = None) -> None:
        """Send this way from now on; sequence and timestamps go on. Raises ValueError as the constructor does."""
        if codec is None:
            codec = BY_PAYLOAD_TYPE.get(payload_type)
        if codec is None:
            raise ValueError(f"payload type {payload_type} has no codec here: negotiate PCMU (0) or PCMA (8)")
        self._payload_type = payload_type
        self._codec = codec
        self._event_payload_type = event_payload_type

    @property
    def sent(self) -> SentMedia:
        """What a report says of it."""
        return SentMedia(self.packets, self.octets, self._timestamp)

    @property
    def sending_digits(self) -> bool:
        """Whether digits still wait or are being sent."""
        return not self._digits.idle or self._tones.size > 0

    def send_digits(self, digits: str) -> None:
        """Press keys after those that wait, instead of audio. Raises ValueError for what is no key or too many."""
        if self._event_payload_type is not None:
            self._digits.queue(digits)
            return
        check_digits(digits, waiting=-(-self._tones.size // _TONE_SAMPLES))
        self._tones = np.concatenate((self._tones, dtmf_sequence(digits, on_ms=_TONE_ON_MS, off_ms=_TONE_OFF_MS)))

    def push(self, pcm: Pcm) -> bytes:
        """The packet of this tick: `pcm` (`int16[160]`) encoded, or a digit that is being sent."""
        timestamp = self._timestamp
        self._timestamp = (timestamp + FRAME_SAMPLES) & 0xFFFF_FFFF
        if self._event_payload_type is not None:
            event = self._digits.tick(timestamp)
            if event is not None:
                return self._write(self._event_payload_type, event.marker, event.timestamp, event.payload)
        if self._tones.size:
            pcm = self._tones[:FRAME_SAMPLES]
            self._tones = self._tones[FRAME_SAMPLES:]
        marker = self._paused
        self._paused = False
        return self._write(self._payload_type, marker, timestamp, self._codec.encode(pcm))

    def skip(self) -> None:
        """This tick sends nothing: time goes on, and the next packet is marked."""
        self._timestamp = (self._timestamp + FRAME_SAMPLES) & 0xFFFF_FFFF
        self._paused = True

    def _write(self, payload_type: int, marker: bool, timestamp: int, payload: bytes) -> bytes:
        sequence = self._sequence
        self._sequence = (sequence + 1) & 0xFFFF
        self.packets += 1
        self.octets += len(payload)
        kind = payload_type | _MARKER if marker else payload_type
        return write_plain(kind, sequence, timestamp, self._ssrc, payload)
