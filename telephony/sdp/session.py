"""SDP as frozen structs (RFC 4566): parsing, serialising, nothing else.

    session = parse(body)
    session.media[0].codec(0)        # RtpMap(encoding="PCMU", clock_hz=8000, channels=1)

Decides what is malformed (`SdpError`, code 400). Lines that this subset doesn't know are left out without error.
May not decide what is acceptable: that is `offer_answer`.
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Final

import msgspec

MAX_SDP_BYTES: Final = 65_536
MAX_MEDIA: Final = 32

_LINE: Final = re.compile(r"(?P<type>[a-z])=(?P<value>.*)")
_MEDIA: Final = re.compile(
    r"(?P<kind>[!-~]+) (?P<port>[0-9]{1,5})(?:/(?P<count>[0-9]{1,5}))? (?P<protocol>[!-~]+)(?P<formats>(?: [!-~]+)+) ?"
)
_CONNECTION: Final = re.compile(r"IN (?:IP4|IP6) (?P<address>[!-~]+)")
_RTPMAP: Final = re.compile(
    r"(?P<pt>[0-9]{1,3}) (?P<name>[!-.0-~]+)/(?P<clock>[0-9]{1,7})(?:/(?P<channels>[0-9]{1,2}))?"
)
_FMTP: Final = re.compile(r"(?P<pt>[0-9]{1,3}) (?P<parameters>.+)")
_PTIME: Final = re.compile(r"(?P<ms>[0-9]{1,4})(?:\.[0-9]*)?")
_ORIGIN: Final = re.compile(
    r"(?P<user>[^ ]+) (?P<id>[0-9]{1,20}) (?P<version>[0-9]{1,20}) IN (?:IP4|IP6) (?P<address>[!-~]+)"
)
_RTCP: Final = re.compile(r"(?P<port>[0-9]{1,5})(?: IN (?:IP4|IP6) (?P<address>[!-~]+))?")
_MAX_PORT: Final = 65_535
_MAX_PAYLOAD_TYPE: Final = 127


class SdpError(ValueError):
    """A body that is no SDP. `code` is the SIP status it deserves."""

    code = 400


class Direction(StrEnum):
    """From the point of view of whoever wrote it."""

    SENDRECV = "sendrecv"
    SENDONLY = "sendonly"
    RECVONLY = "recvonly"
    INACTIVE = "inactive"


_DIRECTIONS: Final = {each.value: each for each in Direction}


class RtpMap(msgspec.Struct, frozen=True):
    """`encoding` as written, to be compared without regard to case; `clock_hz` is the RTP clock."""

    encoding: str
    clock_hz: int
    channels: int = 1


# RFC 3551 section 6: payload types that need no rtpmap.
STATIC_PAYLOADS: Final = {
    0: RtpMap("PCMU", 8_000),
    3: RtpMap("GSM", 8_000),
    4: RtpMap("G723", 8_000),
    8: RtpMap("PCMA", 8_000),
    9: RtpMap("G722", 8_000),
    18: RtpMap("G729", 8_000),
}


class Origin(msgspec.Struct, frozen=True):
    """The o= line: `version` grows with every change of a session `id` (RFC 3264 section 8)."""

    id: int
    version: int
    address: str
    user: str = "-"


class RtcpPort(msgspec.Struct, frozen=True):
    """RFC 3605: where RTCP goes, if not to the port after RTP's; `address` None means where RTP goes."""

    port: int
    address: str | None = None


class Media(msgspec.Struct, frozen=True):
    """One m= line with its attributes. `port` 0 means refused or stopped; `connection` None means the session's.

    `rtcp_mux`: RTCP may share RTP's port (RFC 5761 section 5.1.1).
    """

    kind: str
    port: int
    protocol: str
    formats: tuple[str, ...]
    connection: str | None = None
    rtpmaps: tuple[tuple[int, RtpMap], ...] = ()
    fmtps: tuple[tuple[int, str], ...] = ()
    ptime_ms: int | None = None
    direction: Direction | None = None
    rtcp: RtcpPort | None = None
    rtcp_mux: bool = False

    @property
    def payload_types(self) -> tuple[int, ...]:
        """The formats that are RTP payload types, in order of preference."""
        return tuple(int(each) for each in self.formats if each.isascii() and each.isdigit() and len(each) <= 3)

    def codec(self, payload_type: int) -> RtpMap | None:
        """What a payload type means here: its rtpmap, else its static meaning."""
        mapped = next((rtpmap for pt, rtpmap in self.rtpmaps if pt == payload_type), None)
        return STATIC_PAYLOADS.get(payload_type) if mapped is None else mapped


class Session(msgspec.Struct, frozen=True):
    """A whole description. `connection` and `direction` hold for media that don't say otherwise."""

    origin: Origin
    media: tuple[Media, ...]
    connection: str | None = None
    direction: Direction | None = None

    def connection_of(self, media: Media) -> str | None:
        return self.connection if media.connection is None else media.connection

    def direction_of(self, media: Media) -> Direction:
        """RFC 4566 section 6: media, then session, then sendrecv."""
        if media.direction is not None:
            return media.direction
        return Direction.SENDRECV if self.direction is None else self.direction


def parse(body: bytes) -> Session:
    """Read a description with CRLF or LF line ends. Raises SdpError and nothing else."""
    if len(body) > MAX_SDP_BYTES:
        raise SdpError(f"SDP of {len(body)} bytes")
    lines = [_split(line) for line in re.split(r"\r\n|\n|\r", body.decode("utf-8", "replace")) if line.strip() != ""]
    if not lines or lines[0] != ("v", "0"):
        raise SdpError("SDP doesn't begin with v=0")
    sections: list[list[tuple[str, str]]] = [[]]
    for line in lines[1:]:
        if line[0] == "m":
            sections.append([])
        sections[-1].append(line)
    if len(sections) > MAX_MEDIA + 1:
        raise SdpError(f"more than {MAX_MEDIA} media lines")
    origin = _origin(sections[0])
    connection = _connection(sections[0])
    media = tuple(_media(section) for section in sections[1:])
    if connection is None and any(each.connection is None and each.port != 0 for each in media):
        raise SdpError("no c= line for a media line")
    return Session(origin, media, connection, _direction(sections[0]))


def serialise(session: Session) -> bytes:
    """The description as text with CRLF line ends."""
    origin = session.origin
    lines = [
        "v=0",
        f"o={origin.user} {origin.id} {origin.version} {_network(origin.address)}",
        "s=-",
    ]
    if session.connection is not None:
        lines.append(f"c={_network(session.connection)}")
    lines.append("t=0 0")
    if session.direction is not None:
        lines.append(f"a={session.direction}")
    for media in session.media:
        lines += _media_lines(media)
    return "".join(f"{line}\r\n" for line in lines).encode("utf-8")


def _split(line: str) -> tuple[str, str]:
    match = _LINE.fullmatch(line)
    if match is None:
        raise SdpError(f"not an SDP line: {line[:40]!r}")
    return match.group("type"), match.group("value").strip()


def _origin(section: list[tuple[str, str]]) -> Origin:
    value = next((value for kind, value in section if kind == "o"), None)
    match = None if value is None else _ORIGIN.fullmatch(value)
    if match is None:
        raise SdpError("o= line is missing or malformed")
    return Origin(int(match.group("id")), int(match.group("version")), match.group("address"), match.group("user"))


def _connection(section: list[tuple[str, str]]) -> str | None:
    for kind, value in section:
        if kind == "c":
            match = _CONNECTION.fullmatch(value)
            if match is None:
                raise SdpError(f"c= line is malformed: {value[:40]!r}")
            return match.group("address")
    return None


def _direction(section: list[tuple[str, str]]) -> Direction | None:
    for kind, value in section:
        if kind == "a" and value in _DIRECTIONS:
            return _DIRECTIONS[value]
    return None


def _media(section: list[tuple[str, str]]) -> Media:
    match = _MEDIA.fullmatch(section[0][1])
    if match is None or int(match.group("port")) > _MAX_PORT:
        raise SdpError(f"m= line is malformed: {section[0][1][:40]!r}")
    rtpmaps: list[tuple[int, RtpMap]] = []
    fmtps: list[tuple[int, str]] = []
    ptime_ms: int | None = None
    rtcp: RtcpPort | None = None
    for kind, value in section[1:]:
        name, _, argument = value.partition(":")
        if kind != "a":
            continue
        if name == "rtpmap":
            rtpmaps.append(_rtpmap(argument))
        elif name == "fmtp" and (fmtp := _FMTP.fullmatch(argument)) is not None:
            fmtps.append((int(fmtp.group("pt")), fmtp.group("parameters")))
        elif name == "ptime" and (ptime := _PTIME.fullmatch(argument.strip())) is not None:
            ptime_ms = int(ptime.group("ms"))
        elif name == "rtcp":
            rtcp = _rtcp(argument)
    return Media(
        kind=match.group("kind"),
        port=int(match.group("port")),
        protocol=match.group("protocol"),
        formats=tuple(match.group("formats").split()),
        connection=_connection(section[1:]),
        rtpmaps=tuple(rtpmaps),
        fmtps=tuple(fmtps),
        ptime_ms=ptime_ms,
        direction=_direction(section[1:]),
        rtcp=rtcp,
        rtcp_mux=("a", "rtcp-mux") in section,
    )


def _rtcp(argument: str) -> RtcpPort | None:
    """What can't be read leaves RTCP where it is without the attribute."""
    match = _RTCP.fullmatch(argument.strip())
    if match is None or not 0 < int(match.group("port")) <= _MAX_PORT:
        return None
    return RtcpPort(int(match.group("port")), match.group("address"))


def _rtpmap(argument: str) -> tuple[int, RtpMap]:
    match = _RTPMAP.fullmatch(" ".join(argument.split()))
    if match is None or int(match.group("pt")) > _MAX_PAYLOAD_TYPE:
        raise SdpError(f"rtpmap is malformed: {argument[:40]!r}")
    channels = match.group("channels")
    rtpmap = RtpMap(match.group("name"), int(match.group("clock")), 1 if channels is None else int(channels))
    return int(match.group("pt")), rtpmap


def _media_lines(media: Media) -> list[str]:
    lines = [f"m={media.kind} {media.port} {media.protocol} {' '.join(media.formats)}"]
    if media.connection is not None:
        lines.append(f"c={_network(media.connection)}")
    for payload_type, rtpmap in media.rtpmaps:
        channels = "" if rtpmap.channels == 1 else f"/{rtpmap.channels}"
        lines.append(f"a=rtpmap:{payload_type} {rtpmap.encoding}/{rtpmap.clock_hz}{channels}")
    lines += [f"a=fmtp:{payload_type} {parameters}" for payload_type, parameters in media.fmtps]
    if media.ptime_ms is not None:
        lines.append(f"a=ptime:{media.ptime_ms}")
    if media.direction is not None:
        lines.append(f"a={media.direction}")
    if media.rtcp is not None:
        where = "" if media.rtcp.address is None else f" {_network(media.rtcp.address)}"
        lines.append(f"a=rtcp:{media.rtcp.port}{where}")
    if media.rtcp_mux:
        lines.append("a=rtcp-mux")
    return lines


def _network(address: str) -> str:
    return f"IN {'IP6' if ':' in address else 'IP4'} {address}"
