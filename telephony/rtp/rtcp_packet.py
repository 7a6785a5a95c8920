"""RTCP on the wire (RFC 3550 section 6): compound packets to structs and back. It judges form, never meaning.

    parse_compound(datagram)      # (SenderReport(...), SourceDescription(...))
    compound(SenderReport(...), SourceDescription(...))

Sender and receiver reports, CNAME and BYE are read; other kinds are passed over as `Other`.
"""

from __future__ import annotations

import struct
from enum import IntEnum
from typing import Final, TypeAlias

import msgspec

from telephony.rtp.packet import RtpError
from telephony.rtp.sequence import signed_24

MAX_BLOCKS: Final = 31
_CNAME: Final = 1
_MAX_TEXT: Final = 255

_HEADER: Final = struct.Struct("!BBH")
_SENDER: Final = struct.Struct("!QIII")
_BLOCK: Final = struct.Struct("!IIIIII")
_WORD: Final = struct.Struct("!I")
_VERSION: Final = 2
_PADDING_BIT: Final = 0x20


class RtcpKind(IntEnum):
    """Packet types that are read and written (section 12.1)."""

    SENDER_REPORT = 200
    RECEIVER_REPORT = 201
    SOURCE_DESCRIPTION = 202
    BYE = 203


class ReportBlock(msgspec.Struct, frozen=True):
    """Section 6.4.1: what the reporter got of source `ssrc`.

    `fraction_lost` in 256ths since its last report, `lost` since the beginning (negative where packets were repeated),
    `highest` the extended sequence number, `jitter` in units of the RTP clock, `last_report` the middle 32 bits of the
    NTP time of our last report that it got (0: none), `delay` since then in 65,536ths of a second.
    """

    ssrc: int
    fraction_lost: int
    lost: int
    highest: int
    jitter: int
    last_report: int
    delay: int


class SenderReport(msgspec.Struct, frozen=True):
    """Section 6.4.1. `ntp` has 64 bits, seconds in the upper half; `timestamp` is RTP's at the same moment."""

    ssrc: int
    ntp: int
    timestamp: int
    packets: int
    octets: int
    blocks: tuple[ReportBlock, ...] = ()


class ReceiverReport(msgspec.Struct, frozen=True):
    """Section 6.4.2: a reporter that sends no media now."""

    ssrc: int
    blocks: tuple[ReportBlock, ...] = ()


class SourceDescription(msgspec.Struct, frozen=True):
    """Section 6.5: the canonical names of sources, as pairs of SSRC and name."""

    names: tuple[tuple[int, str], ...]


class Bye(msgspec.Struct, frozen=True):
    """Section 6.6: these sources send no more."""

    sources: tuple[int, ...]
    reason: str = ""


class Other(msgspec.Struct, frozen=True):
    """A kind that isn't read: application-defined, feedback, extended reports."""

    kind: int


RtcpPacket: TypeAlias = SenderReport | ReceiverReport | SourceDescription | Bye | Other


class RtcpError(RtpError):
    """A datagram is no well-formed compound packet. Says what was seen."""


def parse_compound(datagram: bytes) -> tuple[RtcpPacket, ...]:
    """The packets in `datagram`, checked as appendix A.2 has it; raises `RtcpError`.

    The first must be a report: packets without one (RFC 5506) were not agreed on.
    """
    out: list[RtcpPacket] = []
    start = 0
    while start < len(datagram):
        if len(datagram) - start < _HEADER.size:
            raise RtcpError(f"{len(datagram) - start} octets are too few for an RTCP header of {_HEADER.size}")
        flags, kind, words = _HEADER.unpack_from(datagram, start)
        end = start + 4 * (words + 1)
        if flags >> 6 != _VERSION:
            raise RtcpError(f"RTCP version is {flags >> 6}, not {_VERSION}")
        if end > len(datagram):
            raise RtcpError(f"an RTCP packet of {words + 1} words at octet {start} ends after {len(datagram)} octets")
        if not out and (kind not in (RtcpKind.SENDER_REPORT, RtcpKind.RECEIVER_REPORT) or flags & _PADDING_BIT):
            raise RtcpError(f"a compound packet begins with a report without padding, not with kind {kind}")
        body = datagram[start + _HEADER.size : end]
        if flags & _PADDING_BIT:
            body = _without_padding(body, last=end == len(datagram))
        out.append(_parse_one(kind, flags & 0x1F, body))
        start = end
    if not out:
        raise RtcpError("an empty datagram is no RTCP")
    return tuple(out)


def _without_padding(body: bytes, *, last: bool) -> bytes:
    padding = body[-1] if body else 0
    if not last or padding == 0 or padding % 4 or padding > len(body):
        raise RtcpError(f"padding of {padding} octets is not a whole number of words at the end of a datagram")
    return body[:-padding]


def _parse_one(kind: int, count: int, body: bytes) -> RtcpPacket:
    match kind:
        case RtcpKind.SENDER_REPORT:
            _need(body, _WORD.size + _SENDER.size, "a sender report")
            ntp, timestamp, packets, octets = _SENDER.unpack_from(body, _WORD.size)
            blocks = _blocks(body, _WORD.size + _SENDER.size, count)
            return SenderReport(_word(body, 0), ntp, timestamp, packets, octets, blocks)
        case RtcpKind.RECEIVER_REPORT:
            _need(body, _WORD.size, "a receiver report")
            return ReceiverReport(_word(body, 0), _blocks(body, _WORD.size, count))
        case RtcpKind.SOURCE_DESCRIPTION:
            return SourceDescription(_names(body, count))
        case RtcpKind.BYE:
            _need(body, _WORD.size * count, "a BYE")
            return Bye(struct.unpack_from(f"!{count}I", body), _reason(body[_WORD.size * count :]))
        case _:
            return Other(kind)


def _need(body: bytes, octets: int, what: str) -> None:
    if len(body) < octets:
        raise RtcpError(f"{what} needs {octets} octets after its header, {len(body)} came")


def _word(body: bytes, at: int) -> int:
    word: int = _WORD.unpack_from(body, at)[0]
    return word


def _blocks(body: bytes, start: int, count: int) -> tuple[ReportBlock, ...]:
    _need(body, start + count * _BLOCK.size, f"a report with {count} blocks")
    out = []
    for number in range(count):
        ssrc, loss, highest, jitter, last, delay = _BLOCK.unpack_from(body, start + number * _BLOCK.size)
        out.append(ReportBlock(ssrc, loss >> 24, signed_24(loss), highest, jitter, last, delay))
    return tuple(out)


def _names(body: bytes, count: int) -> tuple[tuple[int, str], ...]:
    out: list[tuple[int, str]] = []
    at = 0
    for _ in range(count):
        _need(body, at + _WORD.size, "a source description")
        ssrc = _word(body, at)
        at += _WORD.size
        while at < len(body) and body[at]:
            _need(body, at + 2, "an item of a source description")
            item, size = body[at], body[at + 1]
            _need(body, at + 2 + size, "an item of a source description")
            if item == _CNAME:
                out.append((ssrc, body[at + 2 : at + 2 + size].decode("utf-8", "replace")))
            at += 2 + size
        at += 4 - at % 4  # one null octet at least, up to the next word
    return tuple(out)


def _reason(rest: bytes) -> str:
    return rest[1 : 1 + rest[0]].decode("utf-8", "replace") if rest else ""


def compound(*packets: SenderReport | ReceiverReport | SourceDescription | Bye) -> bytes:
    """The octets of these packets in one datagram; the caller puts a report first, and no text over 255 octets."""
    return b"".join(_write(packet) for packet in packets)


def _write(packet: SenderReport | ReceiverReport | SourceDescription | Bye) -> bytes:
    match packet:
        case SenderReport():
            sender = _SENDER.pack(packet.ntp, packet.timestamp, packet.packets, packet.octets)
            body = _WORD.pack(packet.ssrc) + sender + _write_blocks(packet.blocks)
            return _framed(RtcpKind.SENDER_REPORT, len(packet.blocks), body)
        case ReceiverReport():
            return _framed(
                RtcpKind.RECEIVER_REPORT, len(packet.blocks), _WORD.pack(packet.ssrc) + _write_blocks(packet.blocks)
            )
        case SourceDescription():
            return _framed(
                RtcpKind.SOURCE_DESCRIPTION, len(packet.names), b"".join(_chunk(*name) for name in packet.names)
            )
        case Bye():
            sources = struct.pack(f"!{len(packet.sources)}I", *packet.sources)
            reason = _text(packet.reason) if packet.reason else b""
            return _framed(RtcpKind.BYE, len(packet.sources), _padded(sources + reason))


def _write_blocks(blocks: tuple[ReportBlock, ...]) -> bytes:
    return b"".join(
        _BLOCK.pack(
            block.ssrc,
            block.fraction_lost << 24 | block.lost & 0xFF_FFFF,
            block.highest,
            block.jitter,
            block.last_report,
            block.delay,
        )
        for block in blocks
    )


def _chunk(ssrc: int, name: str) -> bytes:
    return _padded(_WORD.pack(ssrc) + bytes((_CNAME,)) + _text(name) + b"\0")


def _text(text: str) -> bytes:
    data = text.encode()
    if len(data) > _MAX_TEXT:
        raise RtcpError(f"a text of {len(data)} octets is longer than {_MAX_TEXT}")
    return bytes((len(data),)) + data


def _padded(data: bytes) -> bytes:
    return data + bytes(-len(data) % 4)


def _framed(kind: int, count: int, body: bytes) -> bytes:
    if count > MAX_BLOCKS:
        raise RtcpError(f"{count} blocks or sources are more than {MAX_BLOCKS}")
    return _HEADER.pack(_VERSION << 6 | count, kind, len(body) // 4) + body
