"""Header field values that sipmessage would change on the way through: lists, addresses and Via.

Values a peer must get back byte for byte (tags, branches, parameters) stay text here; sipmessage percent-encodes
what it re-serialises. Every expression below is linear in its input, whatever a stranger sends.
May not decide what a malformed value means for a call: it raises ValueError.
"""

from __future__ import annotations

import re
from typing import Final

import msgspec
from sipmessage import URI, Via

from telephony.sip.peer import MAX_PORT, Peer

_QUOTED = r'"(?:[^"\\]|\\.)*"'
_CONTROL = r"\x00-\x1f\x7f-\x9f"
"""In no URI; a terminal that shows who called would obey them."""
_SEPARATOR: Final = re.compile(rf'{_QUOTED}|<[^<>]*>|[,;"<>]', re.DOTALL)
_NAME_ADDR: Final = re.compile(
    rf'(?P<display>{_QUOTED}\s*|[^"<>,;]*)<(?P<uri>[^<>\s{_CONTROL}]+)>(?P<rest>.*)', re.DOTALL
)
_ADDR_SPEC: Final = re.compile(rf'(?P<uri>[^\s;<>",{_CONTROL}]+)(?P<rest>.*)', re.DOTALL)
_SCHEME: Final = re.compile(r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*):.")
_RPORT: Final = re.compile(r";\s*rport\s*(?:=\s*\d*\s*)?(?=;|$)", re.IGNORECASE)
_RECEIVED: Final = re.compile(r";\s*received\s*=[^;]*", re.IGNORECASE)
_LONG_NUMBER: Final = re.compile(r"tel:(?:[^;]{40}|.{256})", re.IGNORECASE)


class NameAddr(msgspec.Struct, frozen=True):
    """A From, To, Contact or Route value: display name (unquoted), URI as text, header parameters.

    `text` is the value as received; parameter names are lower case, values as received.
    """

    text: str
    display: str
    uri: str
    params: tuple[tuple[str, str | None], ...]

    def param(self, name: str) -> str | None:
        """The value of a parameter, None when it's absent or has no value."""
        return next((value for key, value in self.params if key == name), None)

    @property
    def tag(self) -> str | None:
        """RFC 3261 section 19.3; compared case-sensitively."""
        return self.param("tag")


def split_list(value: str, separator: str = ",") -> list[str]:
    """The elements of a list header, split where `separator` is outside quotes and angle brackets.

    Raises ValueError for unbalanced quotes or brackets. Elements are stripped and may be empty.
    """
    parts: list[str] = []
    begin = 0
    for match in _SEPARATOR.finditer(value):
        found = match.group()
        if found in ('"', "<", ">"):
            raise ValueError("unbalanced quotes or angle brackets")
        if found == separator:
            parts.append(value[begin : match.start()].strip())
            begin = match.end()
    parts.append(value[begin:].strip())
    return parts


def parse_name_addr(value: str) -> NameAddr:
    """Read `"Name" <uri>;params`, `Name <uri>;params` or `uri;params` (RFC 3261 section 20.10).

    Raises ValueError. The URI is text: hosts that no resolver would take don't matter in From and To.
    """
    value = value.strip()
    match = _NAME_ADDR.fullmatch(value)
    if match is None:
        match = _ADDR_SPEC.fullmatch(value)
        display = ""
    else:
        display = match.group("display").strip()
    if match is None or _SCHEME.match(match.group("uri")) is None:
        raise ValueError("not an address")
    if display.startswith('"'):
        display = re.sub(r"\\(.)", r"\1", display[1:-1], flags=re.DOTALL)
    return NameAddr(value, display, match.group("uri"), _parse_params(match.group("rest")))


def _parse_params(text: str) -> tuple[tuple[str, str | None], ...]:
    pieces = split_list(text, ";")
    if pieces[0] != "":
        raise ValueError("text after the address")
    params: list[tuple[str, str | None]] = []
    for piece in pieces[1:]:
        name, equals, value = piece.partition("=")
        if name.strip() == "":
            raise ValueError("empty parameter")
        params.append((name.strip().lower(), value.strip() if equals else None))
    return tuple(params)


def scheme_of(uri: str) -> str | None:
    """The scheme of a URI text in lower case, None when there is none."""
    match = _SCHEME.match(uri)
    return None if match is None else match.group("scheme").lower()


def parse_uri(text: str) -> URI:
    """A sip, sips or tel URI. Raises ValueError, for ports above 65535 too."""
    scheme = scheme_of(text)
    if scheme is None or _LONG_NUMBER.match(text) is not None:
        raise ValueError("not a URI")
    try:
        uri = URI.parse(scheme + text[len(scheme) :])
    except TypeError as error:  # a parameter called `self` collides inside sipmessage
        raise ValueError("URI is not valid") from error
    _check_port(uri.port)
    return uri


def parse_via(text: str) -> Via:
    """One Via element without its `received`. Raises ValueError, for ports outside 1 to 65535 too.

    sipmessage refuses a bare IPv6 address there, which RFC 3261 section 25.1 allows and peers send.
    """
    try:
        via = Via.parse(_RECEIVED.sub("", " ".join(text.split())))
    except TypeError as error:
        raise ValueError("Via is not valid") from error
    _check_port(via.port)
    return via


def _check_port(port: int | None) -> None:
    if port is not None and not 1 <= port <= MAX_PORT:
        raise ValueError("port out of range")


def mark_via(text: str, via: Via, source: Peer) -> str:
    """The top Via with `received`, and `rport` where it was asked for (RFC 3261 18.2.1, RFC 3581 section 4)."""
    marked = _RECEIVED.sub("", " ".join(text.split()))
    asked = "rport" in via.parameters
    if asked:
        marked = _RPORT.sub("", marked)
    marked += f";received={source.host}"
    return f"{marked};rport={source.port}" if asked else marked
