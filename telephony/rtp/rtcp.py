"""One call's RTCP, pure: what we tell of the media that came, and what the peer tells of ours (RFC 3550 section 6).

    rtcp = Rtcp(ssrc, cname, RtcpSource(remote, symmetric=True), multiplexed=False)
    rtcp.receive(datagram, source, media, heard_ssrc, now_us)
    if rtcp.begin_report(now_us):
        datagram = rtcp.report(sent, tracker, jitter_us, now_us)

It knows what was lost in each interval and how long the way there and back takes. A BYE changes nothing, as SIP ends
calls. Times in reports count from the first call of `due`, which section 4 allows, so no wall clock can step.
"""

from __future__ import annotations

from collections import deque
from typing import Final

import msgspec

from telephony.rtp.packet import RtpError
from telephony.rtp.rtcp_packet import (
    Bye,
    ReceiverReport,
    ReportBlock,
    SenderReport,
    SourceDescription,
    compound,
    parse_compound,
)
from telephony.rtp.rtcp_schedule import RtcpSchedule
from telephony.rtp.rtcp_source import RtcpSource
from telephony.rtp.sequence import SequenceTracker
from telephony.rtp.source_latch import Address

_REMEMBERED_REPORTS: Final = 8
_SHORT: Final = 1 << 16  # units a second of the middle 32 bits of NTP time
_MAX_LOST: Final = 0x7F_FFFF
_LONGEST_TRIP_US: Final = 30_000_000


class SentMedia(msgspec.Struct, frozen=True):
    """What we sent so far, and the RTP timestamp of now."""

    packets: int
    octets: int
    timestamp: int


class RtcpFigures(msgspec.Struct, frozen=True, kw_only=True):
    """Reports sent, believed and refused, and what the peer told last of the media that it got from us.

    None where it told nothing. `round_trip_us` is the latest, network and the peer's handling without its pause.
    """

    sent: int
    received: int
    refused: int
    round_trip_us: int | None
    remote_lost: int | None
    remote_jitter_us: int | None


class _Counted(msgspec.Struct):
    """A source's packets at our last report."""

    ssrc: int | None = None
    expected: int = 0
    received: int = 0


class Rtcp:
    """Never raises for anything that comes from the network."""

    def __init__(self, ssrc: int, cname: str, source: RtcpSource, *, multiplexed: bool) -> None:
        """`ssrc` is that of our media. `multiplexed`: reports use media's port, and media's rules of trust."""
        self.source = source
        self.multiplexed = multiplexed
        self._ssrc = ssrc
        self._cname = cname
        self._start_us: int | None = None
        self._schedule: RtcpSchedule | None = None
        self._before = _Counted()
        self._packets_before = (-1, -1)
        """Of ours, at the last report and at the one before: who has sent since is a sender (section 6.4)."""
        self._last_came: tuple[int, int] | None = None  # middle of its NTP time, and when
        self._sent_at: deque[int] = deque(maxlen=_REMEMBERED_REPORTS)
        self._sent = 0
        self._received = 0
        self._refused = 0
        self._round_trip_us: int | None = None
        self._about_us: ReportBlock | None = None

    @property
    def figures(self) -> RtcpFigures:
        """A snapshot."""
        about = self._about_us
        return RtcpFigures(
            sent=self._sent,
            received=self._received,
            refused=self._refused,
            round_trip_us=self._round_trip_us,
            remote_lost=None if about is None else about.lost,
            remote_jitter_us=None if about is None else about.jitter * 125,
        )

    def refuse(self) -> None:
        """A report came where none may."""
        self._refused += 1

    def receive(
        self, datagram: bytes, source: Address, media: Address | None, heard_ssrc: int | None, now_us: int
    ) -> None:
        """One datagram. Media is latched to `media`; its packets bear `heard_ssrc`, and so must reports."""
        trusted = source == media if self.multiplexed else self.source.trusts(source, media)
        try:
            packets = parse_compound(datagram) if trusted else ()
        except RtpError:
            packets = ()
        report = packets[0] if packets else None
        if not isinstance(report, SenderReport | ReceiverReport) or heard_ssrc not in (None, report.ssrc):
            self._refused += 1
            return
        self._received += 1
        self.source.heard(source)
        for packet in packets:
            if isinstance(packet, SenderReport):
                self._last_came = (packet.ntp >> 16 & 0xFFFF_FFFF, now_us)
            if isinstance(packet, SenderReport | ReceiverReport):
                for block in packet.blocks:
                    self._told(block, now_us)

    def _told(self, block: ReportBlock, now_us: int) -> None:
        if block.ssrc != self._ssrc:
            return
        self._about_us = block
        if block.last_report not in self._sent_at:  # 0, or a report that we never sent
            return
        units = (self._ntp(now_us) >> 16) - block.last_report - block.delay & 0xFFFF_FFFF
        trip_us = units * 1_000_000 // _SHORT
        if trip_us <= _LONGEST_TRIP_US:  # a delay that is a little too long wraps
            self._round_trip_us = trip_us

    def begin_report(self, now_us: int) -> bool:
        """Whether it is time to report. Ask it every tick; time begins with the first."""
        if self._schedule is None:
            self._start_us = now_us
            self._schedule = RtcpSchedule(self._ssrc, now_us)
        return self._schedule.begin_report(now_us)

    def report(self, sent: SentMedia, tracker: SequenceTracker, jitter_us: int, now_us: int) -> bytes:
        """What is to be sent now: a sender's report where we have sent lately, and our name."""
        report = self._reported(sent, tracker, jitter_us, now_us)
        return compound(report, SourceDescription(((self._ssrc, self._cname),)))

    def bye(self, sent: SentMedia, tracker: SequenceTracker, jitter_us: int, now_us: int) -> bytes | None:
        """The last report; None from one who never sent anything, who may not say good-bye (section 6.3.7)."""
        if self._sent == 0 and sent.packets == 0:
            return None
        report = self._reported(sent, tracker, jitter_us, now_us)
        return compound(report, SourceDescription(((self._ssrc, self._cname),)), Bye((self._ssrc,)))

    def _reported(
        self, sent: SentMedia, tracker: SequenceTracker, jitter_us: int, now_us: int
    ) -> SenderReport | ReceiverReport:
        blocks = self._blocks(tracker, jitter_us, now_us)
        sends = sent.packets > max(0, self._packets_before[1])
        self._packets_before = (sent.packets, self._packets_before[0])
        self._sent += 1
        if not sends:
            return ReceiverReport(self._ssrc, blocks)
        ntp = self._ntp(now_us)
        self._sent_at.append(ntp >> 16 & 0xFFFF_FFFF)
        packets, octets = sent.packets & 0xFFFF_FFFF, sent.octets & 0xFFFF_FFFF
        return SenderReport(self._ssrc, ntp, sent.timestamp, packets, octets, blocks)

    def _blocks(self, tracker: SequenceTracker, jitter_us: int, now_us: int) -> tuple[ReportBlock, ...]:
        """Appendix A.3, of the present source alone."""
        if tracker.ssrc is None:
            return ()
        expected, received = tracker.of_source
        before = self._before if self._before.ssrc == tracker.ssrc else _Counted()
        self._before = _Counted(tracker.ssrc, expected, received)
        of_interval = expected - before.expected
        lost = of_interval - (received - before.received)
        fraction = min(255, lost * 256 // of_interval) if of_interval > 0 and lost > 0 else 0
        last, came_us = (0, now_us) if self._last_came is None else self._last_came
        delay = 0 if last == 0 else min((now_us - came_us) * _SHORT // 1_000_000, 0xFFFF_FFFF)
        total = max(-_MAX_LOST - 1, min(_MAX_LOST, expected - received))
        highest = tracker.highest & 0xFFFF_FFFF
        return (ReportBlock(tracker.ssrc, fraction, total, highest, jitter_us // 125, last, delay),)

    def _ntp(self, now_us: int) -> int:
        """A second more than has passed, so that 0 stays free for "none"."""
        start_us = now_us if self._start_us is None else self._start_us
        return ((now_us - start_us + 1_000_000) << 32) // 1_000_000
