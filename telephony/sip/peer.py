"""Where a message goes to or came from. Decides nothing; knows how addresses are written in SIP.

A `Peer` holds the bare host (`::1`); SIP texts wrap IPv6 in brackets (`[::1]:5060`, RFC 3261 section 25.1).
"""

from __future__ import annotations

import ipaddress
from enum import StrEnum
from typing import Final

import msgspec

DEFAULT_PORT: Final = 5060
MAX_PORT: Final = 65_535


class Transport(StrEnum):
    """As Via writes it; a URI's `transport` parameter is the same in lower case."""

    UDP = "UDP"
    TCP = "TCP"


class Peer(msgspec.Struct, frozen=True):
    """One end of signalling: `host` is an IPv4 or IPv6 literal without brackets, `port` 1 to 65535.

    `connection` is the remote port of a TCP connection to prefer while it's open; else one is opened to `port`.
    """

    host: str
    port: int
    transport: Transport = Transport.UDP
    connection: int | None = None

    @property
    def reliable(self) -> bool:
        """Whether the transport itself retransmits."""
        return self.transport is Transport.TCP

    def __str__(self) -> str:
        return f"{sip_host(self.host)}:{self.port}"


def sip_host(host: str) -> str:
    """`host` as SIP texts write it: IPv6 literals in brackets."""
    return f"[{host}]" if ":" in host else host


def bare_host(host: str) -> str:
    """The opposite of `sip_host`."""
    return host[1:-1] if host.startswith("[") and host.endswith("]") else host


def is_ip_literal(host: str) -> bool:
    """Whether `host` (bare) can be sent to without asking the domain name system."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
