"""A framed message with the fields that every layer needs, parsed once.

Decides which field values make a message unusable (400, 416, or drop). May not decide what the message does.
"""

from __future__ import annotations

import re
from typing import Final

import msgspec
from sipmessage import URI, Via

from telephony.sip.fields import (
    NameAddr,
    mark_via,
    parse_name_addr,
    parse_uri,
    parse_via,
    scheme_of,
    split_list,
)
from telephony.sip.framing import Framed, FramingError, RequestLine, StatusLine, frame
from telephony.sip.peer import DEFAULT_PORT, Peer

MAX_CSEQ: Final = 2**31 - 1
"""RFC 3261 section 8.1.1.5."""
MAGIC_COOKIE: Final = "z9hG4bK"
_CSEQ: Final = re.compile(r"(?P<number>[0-9]{1,12})\s+(?P<method>\S+)")
_SCHEMES: Final = frozenset({"sip", "tel"})


class ReceivedRequest(msgspec.Struct, frozen=True):
    """A request that can be answered. `vias` are all Via elements as text, the top one marked with its source."""

    method: str
    uri: URI
    uri_text: str
    framed: Framed
    via: Via
    vias: tuple[str, ...]
    from_: NameAddr
    to: NameAddr
    call_id: str
    cseq: int
    source: Peer

    @property
    def body(self) -> bytes:
        return self.framed.body

    @property
    def branch(self) -> str | None:
        return self.via.parameters.get("branch")

    @property
    def reply_to(self) -> Peer:
        """RFC 3261 18.2.2 and RFC 3581 section 4: never an address that the sender merely claims."""
        return reply_address(self.via, self.source)

    def values(self, name: str) -> list[str]:
        """All values of a header, list headers split into elements. Raises ValueError when unbalanced."""
        return list_values(self.framed, name)

    def header(self, name: str) -> str | None:
        """The first value of a header as received."""
        return next(iter(self.framed.values(name)), None)


class ReceivedResponse(msgspec.Struct, frozen=True):
    """A response with exactly one Via. `code` is 100 to 699."""

    code: int
    phrase: str
    framed: Framed
    branch: str
    to: NameAddr
    from_: NameAddr
    call_id: str
    cseq: int
    method: str
    source: Peer

    @property
    def body(self) -> bytes:
        return self.framed.body

    def values(self, name: str) -> list[str]:
        """All values of a header, list headers split into elements. Raises ValueError when unbalanced."""
        return list_values(self.framed, name)

    def header(self, name: str) -> str | None:
        """The first value of a header as received."""
        return next(iter(self.framed.values(name)), None)


def list_values(framed: Framed, name: str) -> list[str]:
    """The elements of a list header over all its lines, empty ones left out. Raises ValueError when unbalanced."""
    return [element for value in framed.values(name) for element in split_list(value) if element != ""]


def reply_address(via: Via, source: Peer) -> Peer:
    """Where responses go: the source address, and its port when `rport` was asked for; by TCP the same connection."""
    if source.reliable:
        return Peer(source.host, DEFAULT_PORT if via.port is None else via.port, source.transport, source.port)
    if "rport" in via.parameters:
        return source
    return Peer(source.host, DEFAULT_PORT if via.port is None else via.port)


def read(data: bytes, source: Peer) -> ReceivedRequest | ReceivedResponse | None:
    """One datagram as a message; None for a keep-alive. Raises FramingError and nothing else."""
    framed = frame(data)
    if framed is None:
        return None
    match framed.start:
        case RequestLine() as line:
            return _request(framed, line, source)
        case StatusLine() as line:
            return _response(framed, line, source)


def _request(framed: Framed, line: RequestLine, source: Peer) -> ReceivedRequest:
    status: int | None = None if line.method == "ACK" else 400
    try:
        vias = list_values(framed, "Via")
        if not vias:
            raise ValueError("Via is empty")
        via = parse_via(vias[0])
        cseq, method = _cseq(framed)
        from_, to, call_id = _ends(framed)
        if method != line.method:
            raise ValueError("CSeq names another method")
        scheme = scheme_of(line.uri)
        if scheme is not None and scheme not in _SCHEMES and status is not None:
            status = 416
            raise ValueError("Unsupported URI Scheme")
        uri = parse_uri(line.uri)
    except ValueError as error:
        raise FramingError(status, str(error), framed) from error
    marked = (mark_via(vias[0], via, source), *vias[1:])
    return ReceivedRequest(line.method, uri, line.uri, framed, via, marked, from_, to, call_id, cseq, source)


def _response(framed: Framed, line: StatusLine, source: Peer) -> ReceivedResponse:
    try:
        vias = list_values(framed, "Via")
        if len(vias) != 1:
            raise ValueError("a response for us has one Via")  # RFC 3261 section 8.1.3.3
        branch = parse_via(vias[0]).parameters.get("branch")
        if branch is None:
            raise ValueError("Via has no branch")
        cseq, method = _cseq(framed)
        from_, to, call_id = _ends(framed)
    except ValueError as error:
        raise FramingError(None, str(error), framed) from error
    return ReceivedResponse(line.code, line.phrase, framed, branch, to, from_, call_id, cseq, method, source)


def _cseq(framed: Framed) -> tuple[int, str]:
    match = _CSEQ.fullmatch(framed.values("CSeq")[0])
    if match is None or int(match.group("number")) > MAX_CSEQ:
        raise ValueError("CSeq is not valid")
    return int(match.group("number")), match.group("method")


def _ends(framed: Framed) -> tuple[NameAddr, NameAddr, str]:
    call_id = framed.values("Call-ID")[0]
    if call_id == "" or " " in call_id:
        raise ValueError("Call-ID is not valid")
    return parse_name_addr(framed.values("From")[0]), parse_name_addr(framed.values("To")[0]), call_id
