"""What the user agent asks for: datagrams to send, and what the application is told about its calls.

Every call that was reported (`IncomingCall`) or placed ends with exactly one of `CallCancelled`, `CallRejected` and
`CallEnded`; nothing is reported for it afterwards.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

import msgspec

from telephony.sip.events import CallId
from telephony.sip.peer import Peer


class SendDatagram(msgspec.Struct, frozen=True, tag=True):
    data: bytes
    destination: Peer


class IncomingCall(msgspec.Struct, frozen=True, tag=True):
    """Somebody calls; 100 has been sent. `sdp` is the offer, None when we are to make one.

    `call_id` is the Call-ID header, for logs. `headers` are User-Agent, Subject, the identity and diversion headers,
    and all that begin with X-.
    """

    call: CallId
    call_id: str
    from_uri: str
    from_display: str
    to_uri: str
    request_uri: str
    sdp: bytes | None
    source: Peer
    headers: tuple[tuple[str, str], ...]


class CallConfirmed(msgspec.Struct, frozen=True, tag=True):
    """The caller acknowledged our answer; `sdp` is theirs when we had to offer."""

    call: CallId
    sdp: bytes | None = None


class CallCancelled(msgspec.Struct, frozen=True, tag=True):
    """The caller gave up before we answered."""

    call: CallId


class CallProgress(msgspec.Struct, frozen=True, tag=True):
    """A call we placed goes on: 180 to 199; `sdp` is early media."""

    call: CallId
    code: int
    sdp: bytes | None = None


class CallAnswered(msgspec.Struct, frozen=True, tag=True):
    """A call we placed was answered, and we acknowledged. `sdp` is None when the peer broke the rules."""

    call: CallId
    sdp: bytes | None


class CallRejected(msgspec.Struct, frozen=True, tag=True):
    """A call we placed was refused. 408 when nobody answered at all (RFC 3261 section 8.1.3.1)."""

    call: CallId
    code: int
    reason: str
    retry_after_s: int | None = None


class Reinvited(msgspec.Struct, frozen=True, tag=True):
    """The peer offers another session, to be answered by `AnswerReinvite` or `RejectReinvite`."""

    call: CallId
    sdp: bytes | None


class SessionChanged(msgspec.Struct, frozen=True, tag=True):
    """A re-INVITE of either side is through; `sdp` is the peer's description now in force."""

    call: CallId
    sdp: bytes


class SessionKept(msgspec.Struct, frozen=True, tag=True):
    """A re-INVITE of either side did not go through (`code`); the session is as it was."""

    call: CallId
    code: int


class CallEnded(msgspec.Struct, frozen=True, tag=True):
    """It's over. `timeout`: the peer stopped answering."""

    call: CallId
    by: Literal["remote", "local", "timeout"]
    reason: str


CallAction: TypeAlias = (
    IncomingCall
    | CallConfirmed
    | CallCancelled
    | CallProgress
    | CallAnswered
    | CallRejected
    | Reinvited
    | SessionChanged
    | SessionKept
    | CallEnded
)
Action: TypeAlias = SendDatagram | CallAction
