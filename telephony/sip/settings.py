"""What can be set on the SIP stack. One frozen tree, handed in by whoever opens the endpoint."""

from __future__ import annotations

import msgspec

from telephony.sip.digest import Credentials
from telephony.sip.guard import Guarded
from telephony.sip.timers import Timers


class SipSettings(msgspec.Struct, frozen=True):
    """Defaults are for one worker behind a proxy or a trunk.

    `users` are the accepted user parts of the Request-URI, None for all. `advertised_host` is what Via and Contact
    name, None for the address that the socket is bound to. `ring_limit_us` bounds how long a call we placed may stay
    unanswered, `refer_limit_us` how long a transfer may go without news from the peer.
    `credentials` meet challenges of peers; `guarded` makes callers prove who they are, None lets everybody call.
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
    timers: Timers = Timers()
