"""Agreeing on one audio stream (RFC 3264): PCMU or PCMA, and telephone events (RFC 4733), in frames of 20 ms.

    answer = make_answer(parse(body), "192.0.2.7", 40000)
    answer.sdp, answer.media.remote_host, answer.media.payload_type
    media = accept(my_offer, parse(their_answer))

Decides which media line, codec and direction are taken. May not open ports: the caller brings `host` and `port`.
"""

from __future__ import annotations

import ipaddress
from enum import StrEnum
from typing import Final

import msgspec

from telephony.sdp.session import Direction, Media, Origin, RtpMap, SdpError, Session, serialise

CLOCK_HZ: Final = 8_000
PTIME_MS: Final = 20
EVENT_PAYLOAD_TYPE: Final = 101
_EVENT: Final = "telephone-event"
_EVENT_FMTP: Final = "0-15"
"""RFC 4733 section 3.2: digits, star, pound and A to D."""
_PROTOCOL: Final = "RTP/AVP"
_LONGEST_PTIME_MS: Final = 100
_BROADCAST: Final = ipaddress.IPv4Address("255.255.255.255")


class Codec(StrEnum):
    """Encoding names of RFC 3551."""

    PCMU = "PCMU"
    PCMA = "PCMA"


_STATIC: Final = {Codec.PCMU: 0, Codec.PCMA: 8}

# What we may do when the peer does this (RFC 3264 section 6.1).
_MIRROR: Final = {
    Direction.SENDRECV: Direction.SENDRECV,
    Direction.SENDONLY: Direction.RECVONLY,
    Direction.RECVONLY: Direction.SENDONLY,
    Direction.INACTIVE: Direction.INACTIVE,
}


class NotAcceptable(SdpError):
    """A description that is well-formed, but offers nothing we can do. `code` is the SIP status."""

    code = 488


class NegotiatedMedia(msgspec.Struct, frozen=True):
    """What RTP needs to know.

    `codec` is to be sent as `payload_type`, events as `telephone_event`: the peer's numbers. `receives` are the numbers
    that the peer may use towards us, with their codecs, and `receive_telephone_event` is that of its events. They are
    the same where we answer; where we offered, ours count (RFC 3264 section 5.1). The peer may send another codec than
    we do. `direction` is ours. `ptime_ms` is how long the packets may be that the peer wants. RTCP goes to
    `rtcp_host` and `rtcp_port`, and through RTP's own port where `rtcp_mux`.
    """

    remote_host: str
    remote_port: int
    codec: Codec
    payload_type: int
    telephone_event: int | None
    receive_telephone_event: int | None
    direction: Direction
    ptime_ms: int
    receives: tuple[tuple[int, Codec], ...]
    rtcp_host: str
    rtcp_port: int
    rtcp_mux: bool


class Answer(msgspec.Struct, frozen=True):
    """Our side (`session`, ready to send as `sdp`) and what was agreed on."""

    session: Session
    media: NegotiatedMedia

    @property
    def sdp(self) -> bytes:
        return serialise(self.session)


def make_offer(
    host: str,
    port: int,
    *,
    codecs: tuple[Codec, ...] = (Codec.PCMU, Codec.PCMA),
    direction: Direction = Direction.SENDRECV,
    session_id: int = 1,
    session_version: int = 1,
) -> Session:
    """Our offer of one audio line, codecs in order of preference. `host` is an IP literal, `port` that of our RTP."""
    rtpmaps = [(_STATIC[codec], RtpMap(codec.value, CLOCK_HZ)) for codec in codecs]
    rtpmaps.append((EVENT_PAYLOAD_TYPE, RtpMap(_EVENT, CLOCK_HZ)))
    media = _audio(port, tuple(rtpmaps), EVENT_PAYLOAD_TYPE, direction)
    return Session(Origin(session_id, session_version, host), (media,), host)


def make_answer(
    offer: Session,
    host: str,
    port: int,
    *,
    codecs: tuple[Codec, ...] = (Codec.PCMU, Codec.PCMA),
    session_id: int = 1,
    session_version: int = 1,
) -> Answer:
    """Take the first audio line with a codec of ours, refuse the others by port 0 (RFC 3264 section 6).

    The codec is the offerer's first choice among `codecs`. Raises NotAcceptable.
    """
    problem = "no audio line"
    for index, line in enumerate(offer.media):
        if line.kind != "audio" or line.port == 0:
            continue
        found = _first_codec(line, codecs)
        if line.protocol != _PROTOCOL or found is None:
            problem = f"no codec of ours over {_PROTOCOL}"
            continue
        payload_type, codec = found
        event = _event_type(line)
        negotiated = _negotiated(offer, line, _Numbers(codec, payload_type, event, event, _codecs(line, codecs)), host)
        rtpmaps = [(payload_type, RtpMap(codec.value, CLOCK_HZ))]
        if event is not None:
            rtpmaps.append((event, RtpMap(_EVENT, CLOCK_HZ)))
        accepted = _audio(port, tuple(rtpmaps), event, negotiated.direction, rtcp_mux=line.rtcp_mux)
        media = tuple(accepted if i == index else _refused(each) for i, each in enumerate(offer.media))
        return Answer(Session(Origin(session_id, session_version, host), media, host), negotiated)
    raise NotAcceptable(problem)


def accept(offer: Session, answer: Session) -> NegotiatedMedia:
    """What the peer's answer to our offer means (RFC 3264 section 7). Raises NotAcceptable."""
    if len(answer.media) != len(offer.media):
        raise NotAcceptable(f"answer has {len(answer.media)} media lines for {len(offer.media)}")
    for asked, line in zip(offer.media, answer.media, strict=True):
        if line.kind != "audio" or line.port == 0:
            continue
        offered = tuple(codec for codec in Codec if any(rtpmap.encoding == codec for _, rtpmap in asked.rtpmaps))
        found = _first_codec(line, offered)
        if found is not None:
            payload_type, codec = found
            event = _event_type(line)
            receive_event = None if event is None else _event_type(asked)
            numbers = _Numbers(codec, payload_type, event, receive_event, _codecs(asked, offered))
            negotiated = _negotiated(answer, line, numbers, offer.connection)
            # Our offers don't ask for one port: an answer that has the attribute all the same means nothing by it.
            negotiated = msgspec.structs.replace(negotiated, rtcp_mux=negotiated.rtcp_mux and asked.rtcp_mux)
            return _within(asked, negotiated)
    raise NotAcceptable("answer takes no audio with a codec of ours")


def _within(asked: Media, negotiated: NegotiatedMedia) -> NegotiatedMedia:
    """An answer can't give us more directions than we offered."""
    ours = Direction.SENDRECV if asked.direction is None else asked.direction
    if ours in (Direction.SENDRECV, negotiated.direction):
        return negotiated
    return msgspec.structs.replace(
        negotiated, direction=ours if negotiated.direction is Direction.SENDRECV else Direction.INACTIVE
    )


class _Numbers(msgspec.Struct, frozen=True):
    """Payload types, as `NegotiatedMedia` names them."""

    codec: Codec
    payload_type: int
    telephone_event: int | None
    receive_telephone_event: int | None
    receives: tuple[tuple[int, Codec], ...]


def _first_codec(line: Media, codecs: tuple[Codec, ...]) -> tuple[int, Codec] | None:
    return next(iter(_codecs(line, codecs)), None)


def _codecs(line: Media, codecs: tuple[Codec, ...]) -> tuple[tuple[int, Codec], ...]:
    """Each payload type of the line that means one of `codecs`, in the line's order."""
    out: list[tuple[int, Codec]] = []
    for payload_type in line.payload_types:
        rtpmap = line.codec(payload_type)
        if rtpmap is None or rtpmap.clock_hz != CLOCK_HZ or rtpmap.channels != 1:
            continue
        for codec in codecs:
            if rtpmap.encoding.upper() == codec:
                out.append((payload_type, codec))
    return tuple(out)


def _event_type(line: Media) -> int | None:
    for payload_type in line.payload_types:
        rtpmap = line.codec(payload_type)
        if rtpmap is not None and rtpmap.encoding.lower() == _EVENT and rtpmap.clock_hz == CLOCK_HZ:
            return payload_type
    return None


def _negotiated(remote: Session, line: Media, numbers: _Numbers, ours: str | None) -> NegotiatedMedia:
    """Raises NotAcceptable for an address that media can't be sent to from `ours`."""
    address = _unicast(remote.connection_of(line))
    if ours is not None and not address.is_unspecified and address.version != ipaddress.ip_address(ours).version:
        raise NotAcceptable(f"media can't be sent to {address} from {ours}: one is IPv4, the other IPv6")
    direction = _MIRROR[remote.direction_of(line)]
    if address.is_unspecified:  # hold as RFC 2543 had it: the peer doesn't want to receive (RFC 3264 section 8.4)
        direction = Direction.RECVONLY if direction is Direction.SENDRECV else direction
        direction = Direction.INACTIVE if direction is Direction.SENDONLY else direction
    return NegotiatedMedia(
        remote_host=str(address),
        remote_port=line.port,
        codec=numbers.codec,
        payload_type=numbers.payload_type,
        telephone_event=numbers.telephone_event,
        receive_telephone_event=numbers.receive_telephone_event,
        direction=direction,
        ptime_ms=_ptime(line.ptime_ms),
        receives=numbers.receives,
        rtcp_host=_rtcp_host(line, address),
        rtcp_port=min(line.port + 1, 0xFFFF) if line.rtcp is None else line.rtcp.port,
        rtcp_mux=line.rtcp_mux,
    )


def _unicast(host: str | None) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    """Raises NotAcceptable for a name, which to resolve would block the media path, and for more than one receiver.

    A multicast group can't be answered with an address of our own (RFC 3264 section 6), and nobody may make us send to
    everybody on a network.
    """
    try:
        address = ipaddress.ip_address("" if host is None else host)
    except ValueError:
        raise NotAcceptable(f"connection address {host!r} is not an IP literal of one receiver") from None
    if address.is_multicast or address == _BROADCAST:
        raise NotAcceptable(f"connection address {host} reaches more than one receiver")
    return address


def _rtcp_host(line: Media, address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> str:
    """An address for RTCP that can't be used leaves RTCP where RTP is."""
    if line.rtcp is None or line.rtcp.address is None:
        return str(address)
    try:
        return str(_unicast(line.rtcp.address))
    except NotAcceptable:
        return str(address)


def _ptime(asked_ms: int | None) -> int:
    """The peer's wish where it's a whole number of 10 ms up to 100 ms, else 20."""
    if asked_ms is None or asked_ms % 10 != 0 or not 0 < asked_ms <= _LONGEST_PTIME_MS:
        return PTIME_MS
    return asked_ms


def _audio(
    port: int,
    rtpmaps: tuple[tuple[int, RtpMap], ...],
    event: int | None,
    direction: Direction,
    *,
    rtcp_mux: bool = False,
) -> Media:
    return Media(
        kind="audio",
        port=port,
        protocol=_PROTOCOL,
        formats=tuple(str(payload_type) for payload_type, _ in rtpmaps),
        rtpmaps=rtpmaps,
        fmtps=() if event is None else ((event, _EVENT_FMTP),),
        ptime_ms=PTIME_MS,
        direction=direction,
        rtcp_mux=rtcp_mux,
    )


def _refused(line: Media) -> Media:
    return Media(kind=line.kind, port=0, protocol=line.protocol, formats=line.formats)
