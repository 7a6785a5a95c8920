"""One call's media, pure: datagrams in, a frame out and a packet back every 20 ms.

    stream = RtpStream(StreamTerms(remote=("192.0.2.7", 40_000), origin=Origin(ssrc, sequence, timestamp)))
    stream.receive(datagram, source, now_us)
    heard = stream.pull(now_us)
    socket.send(stream.push(reply), stream.target)
    report = stream.report(now_us)

It puts the parts together: form (`packet`), trust (`source_latch`), order and time (`receiver`), the way back
(`sender`), and what both sides tell of it (`rtcp`).
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from telephony.codecs.g711 import BY_PAYLOAD_TYPE
from telephony.codecs.pcm import Pcm, SpeechCodec
from telephony.rtp.lead import DEFAULT_TARGET_US
from telephony.rtp.packet import RtpError, is_rtcp, parse
from telephony.rtp.playout_phase import Phase
from telephony.rtp.receiver import Pulled, RtpReceiver
from telephony.rtp.rtcp import Rtcp, RtcpFigures
from telephony.rtp.rtcp_source import RtcpSource
from telephony.rtp.sender import Origin, RtpSender
from telephony.rtp.source_latch import Address, SourceLatch


class StreamTerms(msgspec.Struct, frozen=True, kw_only=True):
    """What offer and answer agreed on, and what the shell drew.

    `remote` is the address in the peer's SDP. `send_codec` is what `send_payload_type` means, None for its static
    meaning; `receive_codecs` say what those mean that we may be sent, which need not be the same. The two of
    telephone-event at 8 kHz are None where it was not agreed on. Without `symmetric`, only `remote` itself is listened
    to. The jitter buffer aims at `target_us`: at first or, not `adaptive`, always. RTCP goes to `rtcp`, None for the
    port after `remote`'s, and through media's own ports where `rtcp_mux`.
    """

    remote: Address
    origin: Origin
    send_payload_type: int = 0
    send_codec: SpeechCodec | None = None
    send_event_payload_type: int | None = 101
    receive_codecs: Mapping[int, SpeechCodec] = BY_PAYLOAD_TYPE
    receive_event_payload_type: int | None = 101
    symmetric: bool = True
    target_us: int = DEFAULT_TARGET_US
    adaptive: bool = True
    rtcp: Address | None = None
    rtcp_mux: bool = False

    @property
    def rtcp_named(self) -> Address:
        """Where the peer wants RTCP that doesn't come through media's port."""
        return (self.remote[0], min(self.remote[1] + 1, 0xFFFF)) if self.rtcp is None else self.rtcp


class StreamStats(msgspec.Struct, frozen=True, kw_only=True):
    """Counts since the call began. Packets unless a name says octets or frames (20 ms).

    `jitter_us` is RFC 3550's estimate, `target_us` what the jitter buffer aims at, `depth_us` what
    waits to be played, `unheard_us` how long no packet had come
    from the source at the last pull: what to hang up on.
    """

    received: int
    lost: int
    duplicates: int
    reordered: int
    late: int
    far: int
    malformed: int
    rtcp: RtcpFigures
    unknown_payloads: int
    refused_source: int
    source_latches: int
    restarts: int
    resyncs: int
    played_frames: int
    concealed_frames: int
    left_out_frames: int
    made_up_frames: int
    sent: int
    sent_octets: int
    jitter_us: int
    target_us: int
    depth_us: int
    unheard_us: int
    phase: Phase


class RtpStream:
    """Never raises for anything that comes from the network."""

    def __init__(self, terms: StreamTerms) -> None:
        """Raises ValueError for a payload type to be sent that has no codec."""
        self._latch = SourceLatch(terms.remote, symmetric=terms.symmetric)
        self._receiver = RtpReceiver(
            terms.receive_codecs, terms.receive_event_payload_type, terms.target_us, adaptive=terms.adaptive
        )
        self._sender = RtpSender(terms.send_payload_type, terms.send_event_payload_type, terms.origin, terms.send_codec)
        origin = terms.origin
        # What RFC 7022 asks of a name: unique, and it says nothing of who has it.
        name = f"{origin.ssrc:08x}{origin.sequence:04x}{origin.timestamp:08x}"
        source = RtcpSource(terms.rtcp_named, symmetric=terms.symmetric)
        self._rtcp = Rtcp(origin.ssrc, name, source, multiplexed=terms.rtcp_mux)
        self._malformed = 0
        self._unknown_payloads = 0
        self._heard_us: int | None = None
        self._unheard_us = 0

    def renegotiate(self, terms: StreamTerms) -> None:
        """A later offer and answer: payload types and `remote` change; numbering, and all else, goes on."""
        self._receiver.negotiate(terms.receive_codecs, terms.receive_event_payload_type)
        self._sender.negotiate(terms.send_payload_type, terms.send_event_payload_type, terms.send_codec)
        self._latch.redirect(terms.remote)
        self._rtcp.source.redirect(terms.rtcp_named)
        self._rtcp.multiplexed = terms.rtcp_mux

    @property
    def target(self) -> Address:
        """Where to send now: the latched source, else the address in SDP."""
        return self._latch.target

    def receive(self, datagram: bytes, source: Address, now_us: int) -> None:
        """One datagram that came from `source`. What it should not have sent is counted and dropped."""
        if is_rtcp(datagram):
            if self._rtcp.multiplexed:
                self._receive_report(datagram, source, now_us)
            else:
                self._rtcp.refuse()
            return
        try:
            packet = parse(datagram)
        except RtpError:
            self._malformed += 1
            return
        if not self._receiver.knows(packet.payload_type):
            self._unknown_payloads += 1
            return
        if self._latch.admit(source, packet.ssrc, packet.sequence, now_us):
            self._heard_us = now_us
            self._receiver.receive(packet, now_us)

    def receive_rtcp(self, datagram: bytes, source: Address, now_us: int) -> None:
        """One datagram that came from `source` to the port that is for RTCP alone."""
        if self._rtcp.multiplexed:
            self._rtcp.refuse()
        else:
            self._receive_report(datagram, source, now_us)

    def _receive_report(self, datagram: bytes, source: Address, now_us: int) -> None:
        media = self._latch.target if self._rtcp.multiplexed else self._latch.source
        self._rtcp.receive(datagram, source, media, self._receiver.tracker.ssrc, now_us)

    @property
    def rtcp_multiplexed(self) -> bool:
        """Whether RTCP shares media's port."""
        return self._rtcp.multiplexed

    @property
    def rtcp_target(self) -> Address | None:
        """Where to send RTCP now; None for nowhere."""
        return self._latch.target if self._rtcp.multiplexed else self._rtcp.source.target

    def report(self, now_us: int) -> bytes | None:
        """RTCP to be sent now, about every 5 s. Ask for it once a tick."""
        if not self._rtcp.begin_report(now_us):
            return None
        return self._rtcp.report(self._sender.sent, self._receiver.tracker, self._receiver.jitter.jitter_us, now_us)

    def bye(self, now_us: int) -> bytes | None:
        """The last RTCP, once nothing more is sent; None where nothing ever was."""
        return self._rtcp.bye(self._sender.sent, self._receiver.tracker, self._receiver.jitter.jitter_us, now_us)

    def pull(self, now_us: int) -> Pulled:
        """What the tick at `now_us` hears: always 160 samples. Call it once every 20 ms, whatever came."""
        if self._heard_us is None:
            self._heard_us = now_us
        self._unheard_us = now_us - self._heard_us
        return self._receiver.pull()

    def push(self, pcm: Pcm) -> bytes:
        """The packet of this tick for `int16[160]`. Call `push` or `skip` once every 20 ms."""
        return self._sender.push(pcm)

    def skip(self) -> None:
        """This tick sends nothing."""
        self._sender.skip()

    def send_digits(self, digits: str) -> None:
        """Press keys in place of the audio pushed meanwhile; raises ValueError for what is no key or too many."""
        self._sender.send_digits(digits)

    @property
    def sending_digits(self) -> bool:
        """Whether keys are still being sent."""
        return self._sender.sending_digits

    @property
    def unheard_us(self) -> int:
        """How long no packet had come from the source at the last pull, counted from the first where none ever did."""
        return self._unheard_us

    @property
    def heard(self) -> bool:
        """Whether any packet of the source ever came."""
        return self._receiver.tracker.ssrc is not None

    @property
    def stats(self) -> StreamStats:
        """A snapshot."""
        tracker, buffer, counts = self._receiver.tracker, self._receiver.buffer, self._receiver.buffer.stats
        return StreamStats(
            received=tracker.received,
            lost=tracker.lost,
            duplicates=tracker.duplicates,
            reordered=tracker.reordered,
            late=counts.late,
            far=counts.far,
            malformed=self._malformed + self._receiver.bad_events + counts.misshapen,
            rtcp=self._rtcp.figures,
            unknown_payloads=self._unknown_payloads,
            refused_source=self._latch.refused,
            source_latches=self._latch.latches,
            restarts=tracker.restarts,
            resyncs=counts.resyncs,
            played_frames=counts.played_frames,
            concealed_frames=counts.concealed_frames,
            left_out_frames=counts.left_out_frames,
            made_up_frames=counts.made_up_frames,
            sent=self._sender.packets,
            sent_octets=self._sender.octets,
            jitter_us=self._receiver.jitter.jitter_us,
            target_us=buffer.target_us,
            depth_us=buffer.depth_us,
            unheard_us=self._unheard_us,
            phase=buffer.phase,
        )
