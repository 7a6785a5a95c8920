r"""Cutting a TCP byte stream into messages (RFC 3261 sections 18.3 and 20.14) and keep-alives (RFC 5626 section 4.4.1).

    framer = StreamFramer()
    framer.feed(b"OPTIONS sip:a SIP/2.0\r\n...Content-Length: 0\r\n\r\n\r\n\r\n")    # [b"OPTIONS ...", Ping()]

Decides where a message ends, by its Content-Length, which a stream can't do without. May not judge the message itself.
"""

from __future__ import annotations

import re
from typing import Final, TypeAlias

import msgspec

from telephony.sip.framing import MAX_MESSAGE_BYTES

PING: Final = b"\r\n\r\n"
PONG: Final = b"\r\n"
MAX_HEAD_BYTES: Final = 32_768

_HEAD_END: Final = re.compile(rb"\r\n\r\n|\n\n")
_LENGTH: Final = re.compile(rb"(?im)^(?:content-length|l)[ \t]*:(?P<value>[^\r\n]*(?:\r?\n[ \t][^\r\n]*)*)")
_NUMBER: Final = re.compile(rb"[0-9]{1,9}")


class Ping(msgspec.Struct, frozen=True):
    """The peer wants a sign of life: send `PONG`."""


class Broken(msgspec.Struct, frozen=True):
    """Nothing after this can be made sense of: answer `status` to `head` where possible, and close."""

    head: bytes
    status: int
    reason: str


StreamItem: TypeAlias = bytes | Ping | Broken


class StreamFramer:
    """One connection's incoming bytes. Keeps at most one message's worth."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._searched = 0
        self._broken = False

    def feed(self, data: bytes) -> list[StreamItem]:
        """What became complete. After `Broken` nothing more comes."""
        items: list[StreamItem] = []
        if self._broken:
            return items
        self._buffer += data
        while (item := self._next()) is not None:
            items.append(item)
            if isinstance(item, Broken):
                self._broken = True
                self._buffer.clear()
                break
        return items

    def _next(self) -> StreamItem | None:
        buffer = self._buffer
        while buffer.startswith((b"\r", b"\n")):
            if buffer.startswith(PING):
                del buffer[:4]
                return Ping()
            if PING.startswith(bytes(buffer[:4])):
                return None  # a ping that isn't all there, or a pong
            del buffer[:1]
        end = _HEAD_END.search(buffer, max(0, self._searched - 3))
        if end is None:
            self._searched = len(buffer)
            return Broken(b"", 400, "endless headers") if len(buffer) > MAX_HEAD_BYTES else None
        head = bytes(buffer[: end.end()])
        if len(head) > MAX_HEAD_BYTES:
            return Broken(head, 513, "Message Too Large")
        length = _content_length(head)
        if length is None:
            return Broken(head, 400, "a stream needs one valid Content-Length")
        if len(head) + length > MAX_MESSAGE_BYTES:
            return Broken(head, 513, "Message Too Large")
        if len(buffer) < len(head) + length:
            return None
        message = bytes(buffer[: len(head) + length])
        del buffer[: len(message)]
        self._searched = 0
        return message


def _content_length(head: bytes) -> int | None:
    """The length that all Content-Length headers agree on; None without one."""
    values = {match.group("value").strip() for match in _LENGTH.finditer(head)}
    if len(values) != 1:
        return None
    (value,) = values
    return None if _NUMBER.fullmatch(value) is None else int(value)
