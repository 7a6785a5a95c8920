"""What can be set on the SIP stack. One frozen tree, handed in by whoever opens the endpoint."""

from __future__ import annotations

import ipaddress

import msgspec

from telephony.sip.digest import Credentials
from telephony.sip.guard import Guarded
from telephony.sip.timers import Timers


class TcpLimits(msgspec.Struct, frozen=True):
    """What strangers may take of us by TCP. Idle is a connection without a whole message or keep-alive either way."""

    max_connections: int = 1_000
    idle_s: float = 600.0
    connect_s: float = 5.0
    max_unsent_bytes: int = 1_000_000


class SipSettings(msgspec.Struct, frozen=True):
    """Defaults are for one worker behind a proxy or a trunk.

    `users` are the accepted user parts of the Request-URI, None for all. `advertised_host` is what Via and Contact
    name, None for the address that the socket is bound to. `ring_limit_us` bounds how long a call we placed may stay
    unanswered, `refer_limit_us` how long a transfer may go without news from the peer.
    `credentials` meet challenges of peers; `guarded` makes callers prove who they are, None lets everybody call.
    `tcp` opens a TCP port beside the UDP port, None for UDP alone.
    """

    advertised_host: str | None = None
    users: frozenset[str] | None = None
    contact_user: str = "agent"
    product: str = "voice-agent"
    retry_after_s: int = 30
    max_calls: int = 1_000
    max_transactions: int = 10_000
    ring_limit_us: int = 180_000_000
    refer_limit_us: int = 180_000_000
    credentials: tuple[Credentials, ...] = ()
    guarded: Guarded | None = None
    tcp: TcpLimits | None = TcpLimits()
    timers: Timers = Timers()

    def check_host(self, host: str) -> None:
        """Raises ValueError where peers would be told of an address (`0.0.0.0`, `::`) that they can't reach."""
        if self.advertised_host is None and ipaddress.ip_address(host).is_unspecified:
            raise ValueError(f"{host} can't be advertised to peers: set advertised_host")
