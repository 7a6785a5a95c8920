"""What happens to the user agent: datagrams, and commands of the application.

Commands for a call that has moved on (accepted after it was cancelled) are ignored: the application can't know yet.
"""

from __future__ import annotations

from typing import NewType, TypeAlias

import msgspec

from telephony.sip.digest import Credentials
from telephony.sip.peer import Peer

CallId = NewType("CallId", str)
"""Our own handle of a call, unique in one user agent. Strangers choose the Call-ID header: it would not do."""


class DatagramReceived(msgspec.Struct, frozen=True, tag=True):
    """One message: a UDP datagram, or what a TCP connection was cut into (`telephony.sip.stream`)."""

    data: bytes
    source: Peer


class StreamBroke(msgspec.Struct, frozen=True, tag=True):
    """A TCP connection brought what can't be framed; `head` is what there was of it. The shell closes it afterwards."""

    head: bytes
    status: int
    reason: str
    source: Peer


class PeerUnreachable(msgspec.Struct, frozen=True, tag=True):
    """No TCP connection to `peer` could be made; what was to be sent by it is lost."""

    peer: Peer


class ProvisionCall(msgspec.Struct, frozen=True, tag=True):
    """Say that it rings (180), or give early media (183 with `sdp`)."""

    call: CallId
    code: int = 180
    sdp: bytes | None = None


class AcceptCall(msgspec.Struct, frozen=True, tag=True):
    """`sdp` is the answer; the offer when the INVITE brought none."""

    call: CallId
    sdp: bytes


class RejectCall(msgspec.Struct, frozen=True, tag=True):
    """`code` is 300 to 699; `retry_after_s` adds Retry-After."""

    call: CallId
    code: int = 486
    reason: str = ""
    retry_after_s: int | None = None


class HangUpCall(msgspec.Struct, frozen=True, tag=True):
    """End a call in whatever state it is: BYE, CANCEL or 480."""

    call: CallId


class PlaceCall(msgspec.Struct, frozen=True, tag=True):
    """Call `uri` with the offer `sdp`. `call` must be new, unpredictable and a SIP token: it's the Call-ID too.

    `next_hop` is where the INVITE goes; None for the host in `uri`, which then must be an IP literal.
    `headers` are added as given; `credentials` come before those of the settings.
    """

    call: CallId
    uri: str
    sdp: bytes
    from_uri: str
    from_display: str = ""
    next_hop: Peer | None = None
    headers: tuple[tuple[str, str], ...] = ()
    credentials: Credentials | None = None


class CancelCall(msgspec.Struct, frozen=True, tag=True):
    """Give up a call we placed before it's answered."""

    call: CallId


class AnswerReinvite(msgspec.Struct, frozen=True, tag=True):
    """`sdp` is the answer; the offer when the re-INVITE brought none."""

    call: CallId
    sdp: bytes


class RejectReinvite(msgspec.Struct, frozen=True, tag=True):
    """The session stays as it was."""

    call: CallId
    code: int = 488


class ChangeSession(msgspec.Struct, frozen=True, tag=True):
    """Offer another session (hold, another codec) by re-INVITE."""

    call: CallId
    sdp: bytes


class ReferCall(msgspec.Struct, frozen=True, tag=True):
    """Ask the peer of an established call to call `target` instead (REFER, RFC 3515): a blind transfer.

    `target` is a sip or tel URI; `referred_by` one that the new call may show, None to leave it out. `headers` are
    added as given. It ends with one `ReferSettled`; the call stays up until somebody hangs up.
    """

    call: CallId
    target: str
    referred_by: str | None = None
    headers: tuple[tuple[str, str], ...] = ()


class Drain(msgspec.Struct, frozen=True, tag=True):
    """Take no new calls (503); those that are up go on."""


CallCommand: TypeAlias = (
    ProvisionCall
    | AcceptCall
    | RejectCall
    | HangUpCall
    | CancelCall
    | AnswerReinvite
    | RejectReinvite
    | ChangeSession
    | ReferCall
)
"""Commands for a call that is there."""

Event: TypeAlias = DatagramReceived | StreamBroke | PeerUnreachable | PlaceCall | Drain | CallCommand
