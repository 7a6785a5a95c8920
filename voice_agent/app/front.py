"""The front of several workers: owns the SIP port, hands each message to its worker, refuses where there is no room.

A thin shell over `Dispatcher`. It carries TCP both ways; over UDP the workers answer by themselves.
"""

from __future__ import annotations

import logging
from typing import Final, assert_never

from telephony.sip import dispatch
from telephony.sip.endpoint import monotonic_us
from telephony.sip.glance import glance
from telephony.sip.peer import Peer
from telephony.sip.settings import SipSettings
from telephony.sip.sockets import Sockets
from telephony.sip.stateless import stateless_reply
from telephony.sip.stream import Broken
from voice_agent.app.worker_link import Link, Message, Unreachable
from voice_agent.channels.phone import RETRY_AFTER_S

RETRY_AFTER: Final = ("Retry-After", str(RETRY_AFTER_S))

_log = logging.getLogger("voice_agent.workers")


class Front:
    """Made by `open`. Links of workers come and go."""

    def __init__(self, dispatcher: dispatch.Dispatcher) -> None:
        self.dispatcher = dispatcher
        self.refused = 0
        self._links: dict[int, Link] = {}
        self._sockets: Sockets | None = None

    @classmethod
    async def open(cls, host: str, port: int, settings: SipSettings, dispatcher: dispatch.Dispatcher) -> Front:
        """Raises OSError where the port can't be had, ValueError for an address that can't be advertised."""
        settings.check_host(host)
        front = cls(dispatcher)
        front._sockets = await Sockets.open(host, port, settings.tcp, front)
        return front

    @property
    def sockets(self) -> Sockets:
        if self._sockets is None:
            raise RuntimeError("the front is not open yet")
        return self._sockets

    def joined(self, worker: int, link: Link, generation: int) -> None:
        """A worker takes calls from now on."""
        self._links[worker] = link
        self.dispatcher.up(worker, generation)

    def left(self, worker: int) -> None:
        """A worker is gone."""
        self._links.pop(worker, None)
        self.dispatcher.down(worker)

    async def close(self) -> None:
        await self.sockets.close()

    # What the sockets tell

    def message_received(self, data: bytes, source: Peer) -> None:
        decision = self.dispatcher.route(glance(data), monotonic_us())
        match decision:
            case dispatch.ToWorker(worker=worker, place=place):
                link = self._links.get(worker)
                if (link is None or not link.send(Message(data, source, place), surely=False)) and place is not None:
                    self.dispatcher.released(worker, place, monotonic_us())
            case dispatch.Refuse(reason=reason):
                self.refused += 1
                self._answer(data, source, 503, RETRY_AFTER, reason=reason)
            case dispatch.Gone():
                self._answer(data, source, 481)
            case dispatch.Drop():
                pass
            case _:
                assert_never(decision)

    def unreachable(self, peer: Peer) -> None:
        for link in self._links.values():
            link.send(Unreachable(peer))

    def stream_broke(self, broken: Broken, source: Peer) -> None:
        _log.debug("a connection of %s broke: %s", source, broken.reason)

    def _answer(self, data: bytes, source: Peer, code: int, *headers: tuple[str, str], reason: str = "") -> None:
        reply = stateless_reply(data, source, code, *headers, reason=reason)
        if reply is not None:
            self.sockets.send(*reply)
