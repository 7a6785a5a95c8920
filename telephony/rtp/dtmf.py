"""Keypad digits as named telephone events (RFC 4733): heard once each, and sent.

A press is one RTP timestamp with growing durations and an end that is sent three times. Receiving decides which
packets are one press; sending decides what each tick carries. Neither knows of sockets or of audio.
"""

from __future__ import annotations

import struct
from collections import deque
from collections.abc import Mapping
from enum import Enum
from types import MappingProxyType
from typing import Final

import msgspec

from telephony.codecs.pcm import FRAME_SAMPLES
from telephony.rtp.packet import RtpError
from telephony.rtp.sequence import signed_32

DIGITS: Final = "0123456789*#ABCD"
MAX_QUEUED_DIGITS: Final = 64

_EVENT: Final = struct.Struct("!BBH")
_END_BIT: Final = 0x80
_VOLUME: Final = 10  # -10 dBm0, section 2.3.3
_REMEMBERED_PRESSES: Final = 8
_GAP_TOLERANCE_SAMPLES: Final = 5 * FRAME_SAMPLES
_END_TICKS: Final = 3  # section 2.5.1.4: the final packet is sent three times
_PAUSE_TICKS: Final = 3


class TelephoneEvent(msgspec.Struct, frozen=True, gc=False):
    """Section 2.3. `event` 0..255 (digits are 0..15), `duration` in samples since the RTP timestamp."""

    event: int
    end: bool
    volume: int
    duration: int


def parse_event(payload: bytes) -> TelephoneEvent:
    """The first event of a payload; raises `RtpError` for one too short."""
    if len(payload) < _EVENT.size:
        raise RtpError(f"a telephone event has {_EVENT.size} octets, {len(payload)} came")
    event, flags, duration = _EVENT.unpack_from(payload)
    return TelephoneEvent(event, bool(flags & _END_BIT), flags & 0x3F, duration)


def write_event(event: TelephoneEvent) -> bytes:
    """The four octets of `event`."""
    return _EVENT.pack(event.event, (_END_BIT if event.end else 0) | event.volume, event.duration)


class Press(msgspec.Struct):
    """The latest press: which event, from which timestamp, how long so far, and whether its end came."""

    event: int
    timestamp: int
    duration: int
    ended: bool


class DigitReceiver:
    """Turns event packets of one source into presses, each reported when its first packet comes."""

    def __init__(self) -> None:
        self.ignored = 0
        self._latest: Press | None = None
        self._known: deque[int] = deque(maxlen=_REMEMBERED_PRESSES)

    def restart(self) -> None:
        """The source began anew: its timestamps have another origin."""
        self._latest = None
        self._known.clear()

    def receive(self, payload: bytes, timestamp: int, *, marker: bool) -> str | None:
        """The digit if this packet begins a press; raises `RtpError` as `parse_event` does."""
        event = parse_event(payload)
        if event.event >= len(DIGITS):
            self.ignored += 1
            return None
        if timestamp in self._known:
            self._continue(event, timestamp)
            return None
        self._known.append(timestamp)
        latest = self._latest
        prolongs = latest is not None and not marker and _prolongs(latest, event, timestamp)
        self._latest = Press(event.event, timestamp, event.duration, event.end)
        return None if prolongs else DIGITS[event.event]

    def _continue(self, event: TelephoneEvent, timestamp: int) -> None:
        latest = self._latest
        if latest is not None and latest.timestamp == timestamp:
            latest.duration = max(latest.duration, event.duration)
            latest.ended = latest.ended or event.end


def _prolongs(latest: Press, event: TelephoneEvent, timestamp: int) -> bool:
    """Whether a new timestamp is no new press.

    Presses of more than 8 s go on in a further segment (section 2.5.1.3); some senders also move the timestamp with
    every packet.
    """
    step = signed_32(timestamp - latest.timestamp)
    return latest.event == event.event and not latest.ended and 0 < step <= latest.duration + _GAP_TOLERANCE_SAMPLES


class PressPhase(Enum):
    """What sending a digit is at."""

    IDLE = "idle"
    PRESSED = "pressed"
    ENDING = "ending"
    PAUSE = "pause"


NEXT_PHASE: Final[Mapping[PressPhase, PressPhase]] = MappingProxyType({
    PressPhase.IDLE: PressPhase.PRESSED,
    PressPhase.PRESSED: PressPhase.ENDING,
    PressPhase.ENDING: PressPhase.PAUSE,
    PressPhase.PAUSE: PressPhase.IDLE,
})  # fmt: skip
"""A press has one way through: the next phase begins when the ticks of this one are used up."""


class EventPacket(msgspec.Struct, frozen=True):
    """What one tick sends instead of audio."""

    payload: bytes
    timestamp: int
    marker: bool


class DigitSender:
    """Queued digits as packets, one a tick, with 60 ms between presses. More than 64 waiting are refused."""

    def __init__(self, press_ms: int = 100) -> None:
        """`press_ms` is rounded to ticks and kept within 40 ms to 5 s."""
        self.phase = PressPhase.IDLE
        self._press_ticks = min(max(round(press_ms / 20), 2), 250)
        self._queue: deque[int] = deque()
        self._event = 0
        self._timestamp = 0
        self._ticks = 0  # of the present phase that have passed

    @property
    def idle(self) -> bool:
        return self.phase is PressPhase.IDLE and not self._queue

    def queue(self, digits: str) -> None:
        """Send `digits` next; raises ValueError for one that is none, or too many, and then queues none."""
        check_digits(digits, waiting=len(self._queue))
        self._queue.extend(DIGITS.index(digit) for digit in digits)

    def tick(self, timestamp: int) -> EventPacket | None:
        """What the tick at `timestamp` sends instead of audio; None for audio."""
        if self.phase is PressPhase.IDLE:
            if not self._queue:
                return None
            self._event = self._queue.popleft()
            self._timestamp = timestamp
            self._enter_next()
        self._ticks += 1
        match self.phase:
            case PressPhase.PRESSED:
                packet = self._packet(end=False, ticks=self._ticks)
                if self._ticks == self._press_ticks - 1:
                    self._enter_next()
                return packet
            case PressPhase.ENDING:
                packet = self._packet(end=True, ticks=self._press_ticks)
                if self._ticks == _END_TICKS:
                    self._enter_next()
                return packet
            case PressPhase.PAUSE if self._ticks == _PAUSE_TICKS:
                self._enter_next()
        return None

    def _enter_next(self) -> None:
        self.phase = NEXT_PHASE[self.phase]
        self._ticks = 0

    def _packet(self, *, end: bool, ticks: int) -> EventPacket:
        event = TelephoneEvent(self._event, end, _VOLUME, ticks * FRAME_SAMPLES)
        return EventPacket(write_event(event), self._timestamp, marker=not end and ticks == 1)


def check_digits(digits: str, *, waiting: int) -> None:
    """Raises ValueError unless `digits` are keys of which no more than 64 would wait."""
    for digit in digits:
        if digit not in DIGITS:
            raise ValueError(f"{digit!r} is no keypad digit: use {DIGITS}")
    if waiting + len(digits) > MAX_QUEUED_DIGITS:
        raise ValueError(f"{waiting} digits wait already; {len(digits)} more would exceed {MAX_QUEUED_DIGITS}")
