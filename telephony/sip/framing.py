"""From a datagram to a start line, headers and a body that sipmessage can read, or the reason why not.

    frame(b"\\r\\n\\r\\n")                       # None: a keep-alive
    frame(b"OPTIONS sip:a SIP/2.0\\r\\n...")     # Framed(...)
    frame(b"\\x00\\x01")                         # raises FramingError(status=None): drop it

Decides what is normalised (line ends, folding, compact names, invalid UTF-8 becomes U+FFFD), which limits hold, and
which status a broken request deserves. May not look at transactions, nor send anything.
"""

from __future__ import annotations

import re
from typing import Final

import msgspec

MAX_MESSAGE_BYTES: Final = 65_536
MAX_HEADERS: Final = 128
MAX_LINE_CHARS: Final = 4_096
MAX_URI_CHARS: Final = 2_048

_TOKEN = r"[A-Za-z0-9\-.!%*_+`'~]+"
_LINE_END: Final = re.compile(r"\r\n|\r|\n")
_HEAD_END: Final = re.compile(rb"\r\n\r\n|\n\n")
_REQUEST_LINE: Final = re.compile(rf"(?P<method>{_TOKEN}) (?P<uri>[^ ]+) (?P<version>(?i:SIP)/\d+\.\d+)")
_LOOSE_REQUEST_LINE: Final = re.compile(rf"(?P<method>{_TOKEN})\s+(?P<uri>\S.*)\s(?P<version>(?i:SIP)/\S+)\s*")
_STATUS_LINE: Final = re.compile(r"(?i:SIP)/2\.0 (?P<code>[1-6][0-9]{2})(?: (?P<phrase>.*))?")
_HEADER: Final = re.compile(rf"(?P<name>{_TOKEN})[ \t]*:(?P<value>.*)", re.DOTALL)
_LENGTH: Final = re.compile(r"[0-9]{1,9}")

# RFC 3261 section 7.3.3 and the IANA registry of SIP parameters.
_COMPACT: Final = {
    "a": "Accept-Contact",
    "b": "Referred-By",
    "c": "Content-Type",
    "d": "Request-Disposition",
    "e": "Content-Encoding",
    "f": "From",
    "i": "Call-ID",
    "j": "Reject-Contact",
    "k": "Supported",
    "l": "Content-Length",
    "m": "Contact",
    "o": "Event",
    "r": "Refer-To",
    "s": "Subject",
    "t": "To",
    "u": "Allow-Events",
    "v": "Via",
    "x": "Session-Expires",
    "y": "Identity",
}
MANDATORY: Final = ("Via", "From", "To", "Call-ID", "CSeq")
_ONCE: Final = frozenset({"from", "to", "call-id", "cseq", "content-length", "content-type", "max-forwards"})


class RequestLine(msgspec.Struct, frozen=True):
    method: str
    uri: str


class StatusLine(msgspec.Struct, frozen=True):
    code: int
    phrase: str


class Framed(msgspec.Struct, frozen=True):
    """A datagram in canonical parts: header names in their long form, values unfolded and stripped, body exact."""

    start: RequestLine | StatusLine
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def values(self, name: str) -> list[str]:
        """All values of a header, in order; `name` in any case."""
        wanted = name.lower()
        return [value for key, value in self.headers if key.lower() == wanted]


class FramingError(ValueError):
    """A datagram that can't be taken.

    `status` is what a request deserves (400, 414, 416, 505, 513), None when nothing may be sent (RFC 3261 section 18.3:
    responses are discarded). `framed` is what could be read, so that the reply can echo it.
    """

    def __init__(self, status: int | None, reason: str, framed: Framed | None = None) -> None:
        super().__init__(reason if status is None else f"{status} {reason}")
        self.status = status
        self.reason = reason
        self.framed = framed


def frame(data: bytes) -> Framed | None:
    """The parts of one datagram; None for a keep-alive of line ends only. Raises FramingError and nothing else."""
    if len(data) > MAX_MESSAGE_BYTES:
        raise FramingError(None, f"datagram of {len(data)} bytes, at most {MAX_MESSAGE_BYTES} are taken")
    data = data.lstrip(b"\r\n")
    if not data:
        return None
    end = _HEAD_END.search(data)
    head, body = (data.rstrip(b"\r\n"), None) if end is None else (data[: end.start()], data[end.end() :])
    lines = _unfold(head.decode("utf-8", "replace"))
    start, problem = _start_line(lines[0])
    headers, header_problem = _headers(lines[1:])
    framed = Framed(start, headers, b"" if body is None else body)
    if problem is None:
        problem = header_problem
    if problem is None and body is None:
        problem = (400, "no empty line after the headers")
    if problem is None:
        problem = _missing_or_repeated(framed)
    if problem is None:
        framed, problem = _with_length(framed)
    if problem is not None:
        raise _refusal(*problem, framed)
    return framed


def _refusal(status: int, reason: str, framed: Framed) -> FramingError:
    """The same finding means "drop" for a response, for an ACK, and where no Via says how to answer."""
    start = framed.start
    answerable = isinstance(start, RequestLine) and start.method != "ACK" and framed.values("Via")
    return FramingError(status if answerable else None, reason, framed)


def _unfold(head: str) -> list[str]:
    """Lines with continuation lines joined by one space (RFC 3261 section 7.3.1)."""
    lines: list[list[str]] = []
    for line in _LINE_END.split(head):
        if line[:1] in (" ", "\t") and len(lines) > 1:
            lines[-1].append(line.strip())
        else:
            lines.append([line])
    return [" ".join(parts) for parts in lines]


def _start_line(line: str) -> tuple[RequestLine | StatusLine, tuple[int, str] | None]:
    status = _STATUS_LINE.fullmatch(line)
    if status is not None:
        phrase = status.group("phrase")
        return StatusLine(int(status.group("code")), "" if phrase is None else phrase), None
    if line[:4].upper() == "SIP/":
        raise FramingError(None, "status line not understood")
    strict = _REQUEST_LINE.fullmatch(line)
    match = _LOOSE_REQUEST_LINE.fullmatch(line) if strict is None else strict
    if match is None:
        raise FramingError(None, "neither a request nor a response")
    start = RequestLine(match.group("method"), match.group("uri"))
    if match.group("version").upper() != "SIP/2.0":
        return start, (505, "Version Not Supported")
    if strict is None:
        return start, (400, "request line is malformed")
    if len(start.uri) > MAX_URI_CHARS:
        return start, (414, "Request-URI Too Long")
    return start, None


def _headers(lines: list[str]) -> tuple[tuple[tuple[str, str], ...], tuple[int, str] | None]:
    """Headers that could be read, and the first problem among the others."""
    headers: list[tuple[str, str]] = []
    problem: tuple[int, str] | None = None
    if len(lines) > MAX_HEADERS:
        lines = lines[:MAX_HEADERS]
        problem = (513, f"more than {MAX_HEADERS} headers")
    for line in lines:
        match = _HEADER.fullmatch(line) if len(line) <= MAX_LINE_CHARS else None
        if match is not None:
            name = match.group("name")
            headers.append((_COMPACT.get(name.lower(), name), match.group("value").strip()))
        elif problem is None:
            long = len(line) > MAX_LINE_CHARS
            problem = (513, f"header longer than {MAX_LINE_CHARS}") if long else (400, "malformed header line")
    return tuple(headers), problem


def _missing_or_repeated(framed: Framed) -> tuple[int, str] | None:
    """RFC 3261 section 8.1.1; Max-Forwards is mandatory too, but its absence harms nobody at an endpoint."""
    for name in MANDATORY:
        if not framed.values(name):
            return 400, f"missing {name}"
    seen: set[str] = set()
    for name, _ in framed.headers:
        lowered = name.lower()
        if lowered in _ONCE and lowered in seen:
            return 400, f"more than one {name}"
        seen.add(lowered)
    return None


def _with_length(framed: Framed) -> tuple[Framed, tuple[int, str] | None]:
    """RFC 3261 section 18.3: bytes beyond Content-Length are discarded, too few are an error."""
    values = framed.values("Content-Length")
    if not values:
        return framed, None
    if _LENGTH.fullmatch(values[0]) is None:
        return framed, (400, "Content-Length is not a number")
    length = int(values[0])
    if length > len(framed.body):
        return framed, (400, f"body has {len(framed.body)} bytes of {length}")
    return msgspec.structs.replace(framed, body=framed.body[:length]), None
