"""Whose RTCP is believed, and where ours goes. Pure.

As for media (`source_latch`): the address in SDP is believed, and so is the host that media is latched to, whatever
port its RTCP comes from; ours goes back to where the last believed report came from. Nothing but figures depends on it.
"""

from __future__ import annotations

import ipaddress

from telephony.rtp.source_latch import Address


class RtcpSource:
    """One call's, on the port for RTCP alone."""

    def __init__(self, named: Address, *, symmetric: bool) -> None:
        """`named`: where the peer's SDP says that RTCP goes. Without `symmetric`, only that is believed."""
        self.redirect(named)
        self._symmetric = symmetric

    @property
    def target(self) -> Address | None:
        """Where ours goes; None where the peer named no host, which is how some put a call on hold."""
        target = self._named if self._source is None else self._source
        return None if ipaddress.ip_address(target[0]).is_unspecified else target

    def redirect(self, named: Address) -> None:
        """A new offer or answer names `named`."""
        self._named = named
        self._source: Address | None = None

    def trusts(self, source: Address, media: Address | None) -> bool:
        """Whether a report may come from `source` while media comes from `media`."""
        if source == self._named:
            return True
        return self._symmetric and media is not None and source[0] == media[0]

    def heard(self, source: Address) -> None:
        """A report from there was believed."""
        self._source = source
