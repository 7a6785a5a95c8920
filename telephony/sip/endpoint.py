"""The asyncio shell of the user agent: its sockets, one timer, and an observer.

    endpoint = await SipEndpoint.open("127.0.0.1", 5060, observer, SipSettings())
    endpoint.accept(call, sdp)      # when the observer was told of an IncomingCall
    await endpoint.close()

Performs `SendDatagram`; hands every other action to the observer, in order. May not decide anything about SIP. What may
be asked of it about calls is in `call_commands`.
"""

from __future__ import annotations

import asyncio
import logging
import secrets  # noqa: TID251  # this is the shell that hands unpredictable texts in
import socket
import time  # noqa: TID251  # this is the shell that hands time in
from collections import deque
from collections.abc import Callable
from typing import Protocol, TypeAlias

from telephony.sip.actions import (
    Action,
    CallAction,
    CallCancelled,
    CallEnded,
    CallRejected,
    IncomingCall,
    SendDatagram,
)
from telephony.sip.call_commands import CallCommands
from telephony.sip.events import CallId, DatagramReceived, Event, PeerUnreachable, StreamBroke
from telephony.sip.peer import Peer
from telephony.sip.settings import SipSettings
from telephony.sip.sockets import Carrier, Sockets
from telephony.sip.stream import Broken
from telephony.sip.user_agent import UserAgent

_Token: TypeAlias = Callable[[], str]
_log = logging.getLogger(__name__)


class CallObserver(Protocol):
    """Who is told about calls. It may call the endpoint's methods at once; what it raises is logged and ends there."""

    def on_call(self, action: CallAction) -> None:
        """Something happened to a call. Must not block."""
        ...


def monotonic_us() -> int:
    """CLOCK_MONOTONIC in microseconds; uvloop's `loop.time()` has a resolution of a millisecond."""
    return time.monotonic_ns() // 1_000


def random_token() -> str:
    """128 bits as hexadecimal digits."""
    return secrets.token_hex(16)


class SipEndpoint(CallCommands):
    """Made by `open`. All methods belong to the event loop's thread."""

    def __init__(
        self, observer: CallObserver, settings: SipSettings, now_us: Callable[[], int], token: Callable[[], str]
    ) -> None:
        self._observer = observer
        self._settings = settings
        self._now_us = now_us
        self._token = token
        self._pending: deque[Action] = deque()
        self._performing = False
        self._begun = False
        self._timer: asyncio.TimerHandle | None = None
        self._call_ids: dict[CallId, str] = {}

    @classmethod
    async def open(
        cls,
        host: str,
        port: int,
        observer: CallObserver,
        settings: SipSettings,
        *,
        now_us: Callable[[], int] = monotonic_us,
        token: Callable[[], str] = random_token,
    ) -> SipEndpoint:
        """Bind `host` (an IPv4 or IPv6 literal) and `port` (0 for any free one).

        Raises OSError when that fails, and ValueError when `host` is a wildcard (`0.0.0.0`, `::`) but the settings
        don't say which address to advertise: peers could not reach us.
        """
        settings.check_host(host)
        endpoint = cls(observer, settings, now_us, token)
        return endpoint._begin(await Sockets.open(host, port, settings.tcp, endpoint))

    @classmethod
    def over(
        cls, carrier: Callable[[SipEndpoint], Carrier], observer: CallObserver, settings: SipSettings, token: _Token
    ) -> SipEndpoint:
        """An endpoint whose messages come and go by `carrier`, which is handed the endpoint to tell of them."""
        endpoint = cls(observer, settings, monotonic_us, token)
        return endpoint._begin(carrier(endpoint))

    @property
    def address(self) -> Peer:
        """The host and port that are bound, for UDP and TCP alike."""
        return self._sockets.address

    @property
    def call_count(self) -> int:
        """Calls that haven't ended."""
        return self._agent.call_count

    @property
    def connection_count(self) -> int:
        """TCP connections that are open."""
        return self._sockets.connection_count

    async def resolve(self, host: str, port: int = 5060, timeout_s: float = 5.0) -> Peer:
        """The address of a name, in this socket's family. Raises OSError or TimeoutError."""
        family = socket.AF_INET6 if ":" in self.address.host else socket.AF_INET
        loop = asyncio.get_running_loop()
        async with asyncio.timeout(timeout_s):
            found = await loop.getaddrinfo(host, port, family=family, type=socket.SOCK_DGRAM)
        return Peer(str(found[0][4][0]), port)

    async def close(self) -> None:
        """Close the sockets. Calls that are still up are not told: hang up first."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        await self._sockets.close()

    def _begin(self, sockets: Carrier) -> SipEndpoint:
        self._begun = True
        self._sockets = sockets
        self._agent = UserAgent(_advertised(sockets.address, self._settings), self._settings, self._token)
        return self

    # What the sockets tell

    def message_received(self, data: bytes, source: Peer) -> None:
        """One message, from a datagram or cut from a stream; while the sockets are being opened it's lost."""
        if self._begun:
            self._handle(DatagramReceived(data, source))

    def unreachable(self, peer: Peer) -> None:
        """No connection to `peer` could be made."""
        self._handle(PeerUnreachable(peer))

    def stream_broke(self, broken: Broken, source: Peer) -> None:
        """A connection that is about to be closed."""
        if self._begun:
            self._handle(StreamBroke(broken.head, broken.status, broken.reason, source))

    def _new_call(self) -> CallId:
        return CallId(self._token())

    def _handle(self, event: Event) -> None:
        self._pending.extend(self._agent.handle(event, self._now_us()))
        self._perform()

    def _perform(self) -> None:
        """Perform what is pending, in order even when the observer gives commands while it's being told."""
        if self._performing:
            return
        self._performing = True
        try:
            while self._pending:
                action = self._pending.popleft()
                if isinstance(action, SendDatagram):
                    self._sockets.send(action.data, action.destination)
                else:
                    self._tell(action)
        finally:
            self._performing = False
        self._arm()

    def _tell(self, action: CallAction) -> None:
        if isinstance(action, IncomingCall):
            self._call_ids[action.call] = action.call_id
        try:
            self._observer.on_call(action)
        except Exception:  # noqa: BLE001  # one call must not break the others
            call_id = self._call_ids.get(action.call, action.call)
            _log.exception("the observer failed at %s; Call-ID %s", type(action).__name__, call_id)
        if isinstance(action, CallEnded | CallCancelled | CallRejected):
            self._call_ids.pop(action.call, None)

    def _arm(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        wake_us = self._agent.next_wake()
        if wake_us is not None and not self._sockets.is_closing:
            delay_s = max(0, wake_us - self._now_us()) / 1_000_000
            self._timer = asyncio.get_running_loop().call_later(delay_s, self._wake)

    def _wake(self) -> None:
        """The timer fired, perhaps up to a millisecond early: then nothing is due and it's armed again."""
        self._timer = None
        self._pending.extend(self._agent.wake(self._now_us()))
        self._perform()


def _advertised(bound: Peer, settings: SipSettings) -> Peer:
    """What peers are told to send to."""
    host = bound.host if settings.advertised_host is None else settings.advertised_host
    return Peer(host, bound.port)
