"""Where tools may connect to: hosts on a list, and of these only addresses of the public network.

A name is resolved once, every address that it has is judged, and the connection goes to one that was judged: a name
that answers differently the second time (DNS rebinding) is never asked a second time. `host:port` on the list allows an
address of a private network too, there and nowhere else. Redirects are never followed, proxies never used.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final, TypeAlias

import httpcore2
from httpcore2 import NetworkBackend, NetworkStream, SyncBackend

from voice_agent.errors import ToolRefused

Address: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolve: TypeAlias = Callable[[str, int], Sequence[str]]
"""Host and port to the texts of all its addresses; raises OSError."""

DEFAULT_PORTS: Final = (80, 443)
_NAT64: Final = ipaddress.ip_network("64:ff9b::/96")


class AllowedHosts:
    """The list of one source: `host` (ports 80 and 443, public addresses) or `host:port` (any address)."""

    def __init__(self, hosts: Iterable[str], resolve: Resolve | None = None) -> None:
        self._hosts = frozenset(host.lower() for host in hosts)
        self._resolve = resolve_once if resolve is None else resolve

    def address(self, host: str, port: int) -> str:
        """The address to connect to. Raises ToolRefused, or OSError where there is none."""
        name = f"[{host}]" if ":" in host else host
        exact = f"{name}:{port}".lower() in self._hosts
        if not exact and not (name.lower() in self._hosts and port in DEFAULT_PORTS):
            raise ToolRefused(
                f"{name}:{port} is not among the hosts that may be asked", hint=f"allowed: {self._listed()}"
            )
        found = self._resolve(host, port)
        if not found:
            raise OSError(f"{host} has no address")
        for text in found:
            if not exact and not is_public(ipaddress.ip_address(text.partition("%")[0])):
                raise ToolRefused(
                    f"{host} is {text}, which is not an address of the public network",
                    hint=f"to allow it, list the host with its port: {name}:{port}",
                )
        return found[0]

    def _listed(self) -> str:
        return ", ".join(sorted(self._hosts)) if self._hosts else "none"


def is_public(address: Address) -> bool:
    """Neither private, loopback, link-local, multicast nor reserved, nor an IPv6 form of such an IPv4 address."""
    if isinstance(address, ipaddress.IPv6Address):
        embedded = address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)
        if embedded is None and address in _NAT64:
            embedded = ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF)
        if embedded is not None:
            return is_public(embedded)
        if address.is_site_local:
            return False
    return address.is_global and not address.is_multicast and not address.is_reserved and not address.is_unspecified


def resolve_once(host: str, port: int) -> Sequence[str]:
    """Every address of `host`, each once, in the resolver's order."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


class GuardedBackend(NetworkBackend):
    """Connects to judged addresses only. TLS still asks for the certificate of the name."""

    def __init__(self, allowed: AllowedHosts) -> None:
        self._allowed = allowed
        self._plain = SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> NetworkStream:
        try:
            address = self._allowed.address(host, port)
        except (OSError, UnicodeError) as problem:
            raise httpcore2.ConnectError(f"{host} can't be found: {problem}") from problem
        return self._plain.connect_tcp(address, port, timeout, local_address, socket_options)
