"""The RTP packet on the wire (RFC 3550 section 5): octets to a struct and back. It judges form, never meaning."""

from __future__ import annotations

import struct
from typing import Final

import msgspec

_FIXED: Final = struct.Struct("!BBHII")
_EXTENSION: Final = struct.Struct("!HH")
_VERSION: Final = 2
_PLAIN: Final = _VERSION << 6
_PADDING_BIT: Final = 0x20
_EXTENSION_BIT: Final = 0x10
_MAX_CSRC: Final = 15
HEADER_OCTETS: Final = _FIXED.size


class RtpError(ValueError):
    """A datagram is no well-formed RTP packet, or a packet cannot be written as one. Says what was seen."""


class Extension(msgspec.Struct, frozen=True):
    """The one header extension (section 5.3.1). `data` is a whole number of 32-bit words."""

    profile: int
    data: bytes


class RtpPacket(msgspec.Struct, frozen=True, gc=False):
    """`padding` is the number of octets that followed the payload, their count included; 0 for none."""

    payload_type: int
    sequence: int
    timestamp: int
    ssrc: int
    payload: bytes
    marker: bool = False
    csrc: tuple[int, ...] = ()
    extension: Extension | None = None
    padding: int = 0


def is_rtcp(datagram: bytes) -> bool:
    """Whether a datagram on a shared port is RTCP: second octet 192 to 223 (RFC 5761 section 4)."""
    return len(datagram) > 1 and 192 <= datagram[1] <= 223


def parse(datagram: bytes) -> RtpPacket:
    """The packet in `datagram`; raises `RtpError` where lengths or the version don't fit."""
    if len(datagram) < HEADER_OCTETS:
        raise RtpError(f"{len(datagram)} octets are too few for an RTP header of {HEADER_OCTETS}")
    flags, kind, sequence, timestamp, ssrc = _FIXED.unpack_from(datagram)
    if flags == _PLAIN:
        return RtpPacket(kind & 0x7F, sequence, timestamp, ssrc, datagram[HEADER_OCTETS:], kind > 0x7F)
    if flags >> 6 != _VERSION:
        raise RtpError(f"RTP version is {flags >> 6}, not {_VERSION}")
    csrc, extension, start = _parse_options(datagram, flags)
    padding = _padding_octets(datagram, start) if flags & _PADDING_BIT else 0
    payload = datagram[start : len(datagram) - padding]
    return RtpPacket(kind & 0x7F, sequence, timestamp, ssrc, payload, kind > 0x7F, csrc, extension, padding)


def _parse_options(datagram: bytes, flags: int) -> tuple[tuple[int, ...], Extension | None, int]:
    """Contributing sources, extension, and where the payload starts."""
    sources = flags & 0x0F
    start = HEADER_OCTETS + 4 * sources
    if len(datagram) < start:
        raise RtpError(f"{sources} contributing sources need {start} octets, {len(datagram)} came")
    csrc = struct.unpack_from(f"!{sources}I", datagram, HEADER_OCTETS)
    if not flags & _EXTENSION_BIT:
        return csrc, None, start
    if len(datagram) < start + _EXTENSION.size:
        raise RtpError(f"the header extension at octet {start} is cut off after {len(datagram)} octets")
    profile, words = _EXTENSION.unpack_from(datagram, start)
    start += _EXTENSION.size
    end = start + 4 * words
    if len(datagram) < end:
        raise RtpError(f"a header extension of {words} words needs {end} octets, {len(datagram)} came")
    return csrc, Extension(profile, datagram[start:end]), end


def _padding_octets(datagram: bytes, start: int) -> int:
    padding = datagram[-1] if len(datagram) > start else 0
    if not 0 < padding <= len(datagram) - start:
        raise RtpError(f"padding of {padding} octets does not fit in the {len(datagram) - start} after the header")
    return padding


def serialise(packet: RtpPacket) -> bytes:
    """The octets of `packet`; raises `RtpError` for a field that does not fit its place."""
    _check(packet)
    extension = packet.extension
    flags = _PLAIN | len(packet.csrc)
    if packet.padding:
        flags |= _PADDING_BIT
    if extension is not None:
        flags |= _EXTENSION_BIT
    parts = [_header(flags, packet), *(ssrc.to_bytes(4, "big") for ssrc in packet.csrc)]
    if extension is not None:
        parts += [_EXTENSION.pack(extension.profile, len(extension.data) // 4), extension.data]
    parts.append(packet.payload)
    if packet.padding:
        parts.append(bytes(packet.padding - 1) + bytes((packet.padding,)))
    return b"".join(parts)


def _header(flags: int, packet: RtpPacket) -> bytes:
    """The twelve fixed octets."""
    kind = packet.payload_type | (packet.marker << 7)
    return _FIXED.pack(flags, kind, packet.sequence, packet.timestamp, packet.ssrc)


def write_plain(kind: int, sequence: int, timestamp: int, ssrc: int, payload: bytes) -> bytes:
    """The sender's path: no options, no checks. `kind` is the payload type, plus 128 where the marker is set."""
    return _FIXED.pack(_PLAIN, kind, sequence, timestamp, ssrc) + payload


def _check(packet: RtpPacket) -> None:
    limits = (
        ("payload type", packet.payload_type, 0x7F),
        ("sequence", packet.sequence, 0xFFFF),
        ("timestamp", packet.timestamp, 0xFFFF_FFFF),
        ("ssrc", packet.ssrc, 0xFFFF_FFFF),
        ("number of contributing sources", len(packet.csrc), _MAX_CSRC),
        ("padding", packet.padding, 0xFF),
        *(("contributing source", ssrc, 0xFFFF_FFFF) for ssrc in packet.csrc),
    )
    for name, value, highest in limits:
        if not 0 <= value <= highest:
            raise RtpError(f"{name} {value} is outside 0..{highest}")
    extension = packet.extension
    if extension is None:
        return
    if not 0 <= extension.profile <= 0xFFFF:
        raise RtpError(f"extension profile {extension.profile} is outside 0..65535")
    if len(extension.data) % 4 or len(extension.data) > 4 * 0xFFFF:
        raise RtpError(f"extension data of {len(extension.data)} octets is no count of 32-bit words up to 65535")
