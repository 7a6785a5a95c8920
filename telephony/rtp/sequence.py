"""Which packets of a source are new, repeated, reordered or not to be trusted yet, and how many were lost.

RFC 3550 appendix A.1 (validity, restart on two packets in sequence), A.3 (expected and lost) and A.8 (jitter). It looks
at numbers only, never at payloads.
"""

from __future__ import annotations

from enum import Enum
from typing import Final

_HISTORY: Final = 128  # how far behind the highest number a packet is still recognised
_HISTORY_MASK: Final = (1 << _HISTORY) - 1
_HALF_RANGE: Final = 1 << 31
_MAX_DROPOUT: Final = 3_000  # RFC 3550 A.1: a minute at 20 ms a packet


class Arrival(Enum):
    """What a packet is, given those before it."""

    NEW = "new"
    REORDERED = "reordered"
    DUPLICATE = "duplicate"
    SUSPECT = "suspect"
    """Another SSRC, or a number far from the last: to be dropped unless the next one continues it."""
    RESTARTED = "restarted"
    """It continues a suspect: the source began anew, nothing before it counts."""


def signed_16(difference: int) -> int:
    """A difference of sequence numbers as -32768..32767, whatever wraps lie between."""
    return ((difference + 0x8000) & 0xFFFF) - 0x8000


def signed_24(number: int) -> int:
    """The lower 24 bits as -2^23..2^23-1 (a count of lost packets)."""
    return ((number + 0x80_0000) & 0xFF_FFFF) - 0x80_0000


def signed_32(difference: int) -> int:
    """A difference of RTP timestamps as -2^31..2^31-1, whatever wraps lie between."""
    return ((difference + 0x8000_0000) & 0xFFFF_FFFF) - 0x8000_0000


class SequenceTracker:
    """Follows one receiver's sequence numbers over wraps, restarts and changes of SSRC."""

    def __init__(self) -> None:
        self.ssrc: int | None = None
        self._highest = 0  # extended: it keeps counting over wraps
        self._first = 0
        self._seen = 0  # bit n: number `highest - n` came
        self._suspect: tuple[int, int] | None = None
        self._expected_before = 0
        self._received_before = 0
        self.received = 0
        self.duplicates = 0
        self.reordered = 0
        self.suspects = 0
        self.restarts = 0

    @property
    def highest(self) -> int:
        """The highest sequence number received, extended by its wraps (section 6.4.1)."""
        return self._highest

    @property
    def lost(self) -> int:
        """Packets that never came, over all restarts; one that comes late is taken off again."""
        return self._expected() - self.received

    @property
    def of_source(self) -> tuple[int, int]:
        """Expected and received of the present source since it began: what RTCP reports on."""
        return self._expected() - self._expected_before, self.received - self._received_before

    def _expected(self) -> int:
        current = 0 if self.ssrc is None else self._highest - self._first + 1
        return self._expected_before + current

    def observe(self, ssrc: int, sequence: int) -> Arrival:
        """Takes one packet of a trusted address into account."""
        if self.ssrc is None:
            self._start(ssrc, sequence)
            return Arrival.NEW
        step = ((sequence - self._highest + 0x8000) & 0xFFFF) - 0x8000
        if ssrc != self.ssrc or not -_HISTORY < step < _MAX_DROPOUT:
            return self._doubt(ssrc, sequence)
        self._suspect = None
        if step > 0:
            self._highest += step
            self._seen = (self._seen << step | 1) & _HISTORY_MASK
            self.received += 1
            return Arrival.NEW
        if self._seen >> -step & 1:
            self.duplicates += 1
            return Arrival.DUPLICATE
        self._seen |= 1 << -step
        # One from before the first widens what was expected.
        self._first = min(self._first, self._highest + step)
        self.received += 1
        self.reordered += 1
        return Arrival.REORDERED

    def _doubt(self, ssrc: int, sequence: int) -> Arrival:
        if self._suspect != (ssrc, sequence):
            self._suspect = (ssrc, (sequence + 1) & 0xFFFF)
            self.suspects += 1
            return Arrival.SUSPECT
        self._expected_before = self._expected()
        self._received_before = self.received
        self._start(ssrc, sequence)
        self.restarts += 1
        return Arrival.RESTARTED

    def _start(self, ssrc: int, sequence: int) -> None:
        self.ssrc = ssrc
        self._highest = self._first = sequence
        self._seen = 1
        self._suspect = None
        self.received += 1


class JitterEstimator:
    """Interarrival jitter (RFC 3550 section 6.4.1 and A.8) of 8 kHz timestamps."""

    def __init__(self) -> None:
        self._transit: int | None = None
        self._jitter = 0.0

    @property
    def jitter_us(self) -> int:
        """The running estimate in microseconds."""
        return round(self._jitter * 125)

    def restart(self) -> None:
        """The source began anew: its timestamps have another origin."""
        self._transit = None

    def observe(self, timestamp: int, now_us: int) -> None:
        """A packet stamped `timestamp` arrived at `now_us`."""
        transit = now_us // 125 - timestamp
        if self._transit is not None:
            deviation = abs(transit - self._transit)
            if deviation > _HALF_RANGE:
                deviation = abs(signed_32(deviation))
            self._jitter += (deviation - self._jitter) / 16
        self._transit = transit
