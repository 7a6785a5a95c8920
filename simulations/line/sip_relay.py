"""Puts a bad line between a telephone and a server that know nothing of it: dial the relay instead. A shell.

    async with SipRelay.open("sip:agent@127.0.0.1:5060", settings, seed=7) as relay:
        ...                                          # call relay.uri

SIP over UDP passes unharmed; where descriptions of sessions name the port of media, they get the relay's. One call at a
time, all on one machine.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final

from simulations.line.relay import MediaRelay
from simulations.line.settings import LineSettings
from simulations.line.speech_level import NOMINAL_DBFS
from telephony.rtp.source_latch import Address

_AUDIO: Final = re.compile(rb"(?m)^m=audio (\d+) ")
_CONNECTION: Final = re.compile(rb"(?m)^c=IN IP[46] (\S+)\r?$")
_LENGTH: Final = re.compile(rb"(?im)^(Content-Length|l)(\s*:\s*)\d+")


class SipRelay(asyncio.DatagramProtocol):
    """Made by `open`. `media` is the relay of its call's media."""

    def __init__(self, server: Address, media: MediaRelay) -> None:
        self.media: Final = media
        self._server = server
        self._caller: Address | None = None
        self._agent_media: Address | None = None
        self._caller_media: Address | None = None

    _sip: asyncio.DatagramTransport

    @classmethod
    @asynccontextmanager
    async def open(
        cls, uri: str, settings: LineSettings, seed: int, *, speech_dbfs: float = NOMINAL_DBFS
    ) -> AsyncIterator[SipRelay]:
        """`uri` is the server's, with the address and port of its SIP; `speech_dbfs` as for `Line`."""
        host, _, port = uri.rpartition("@")[2].removeprefix("sip:").rpartition(":")
        async with MediaRelay.open(host, settings, seed, speech_dbfs=speech_dbfs) as media:
            loop = asyncio.get_running_loop()
            relay = cls((host, int(port)), media)
            relay._sip, _ = await loop.create_datagram_endpoint(lambda: relay, local_addr=(host, 0))
            try:
                yield relay
            finally:
                relay._sip.close()

    @property
    def uri(self) -> str:
        """What to call."""
        host, port = self._sip.get_extra_info("sockname")[:2]
        return f"sip:agent@{host}:{port}"

    def datagram_received(self, data: bytes, addr: tuple[Any, ...]) -> None:
        source = (addr[0], addr[1])
        if source == self._server:
            named, data = rewritten(data, self.media.for_caller)
            self._agent_media = named if named is not None else self._agent_media
            to = self._caller
        else:
            self._caller = source
            named, data = rewritten(data, self.media.for_agent)
            self._caller_media = named if named is not None else self._caller_media
            to = self._server
        if self._agent_media is not None:
            self.media.connect(agent=self._agent_media, caller=self._caller_media)
        if to is not None and not self._sip.is_closing():
            self._sip.sendto(data, to)


def rewritten(message: bytes, relay: Address) -> tuple[Address | None, bytes]:
    """The address of media that a SIP message names, and the message with `relay` in its place.

    None, and the very message, where it names none.
    """
    head, blank, body = message.partition(b"\r\n\r\n")
    port, host = _AUDIO.search(body), _CONNECTION.search(body)
    if port is None or host is None:
        return None, message
    body = _AUDIO.sub(b"m=audio %d " % relay[1], body)
    body = body.replace(b" " + host[1], b" " + relay[0].encode())
    head = _LENGTH.sub(lambda found: b"%s%s%d" % (found[1], found[2], len(body)), head)
    return (host[1].decode(), int(port[1])), head + blank + body
