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
    """One message, to be sent by the transport of its destination."""

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
    """The peer offers another session by re-INVITE or UPDATE, to be answered by `AnswerReinvite` or `RejectReinvite`.

    An UPDATE wants its answer at once (RFC 3311 section 5.2).
    """

    call: CallId
    sdp: bytes | None


class SessionChanged(msgspec.Struct, frozen=True, tag=True):
    """A re-INVITE of either side or an UPDATE is through; `sdp` is the peer's description now in force."""

    call: CallId
    sdp: bytes


class SessionKept(msgspec.Struct, frozen=True, tag=True):
    """A re-INVITE of either side did not go through (`code`); the session is as it was."""

    call: CallId
    code: int


class DigitsReceived(msgspec.Struct, frozen=True, tag=True):
    """A key was pressed and came in an INFO: 0-9, *, #, A-D. `duration_ms` is None where the peer didn't say."""

    call: CallId
    digits: str
    duration_ms: int | None = None


class ReferProgress(msgspec.Struct, frozen=True, tag=True):
    """The transfer goes on: `code` (100 to 199) is what the peer got from the new party."""

    call: CallId
    code: int


class ReferSettled(msgspec.Struct, frozen=True, tag=True):
    """The transfer is through (`ok`) or has failed; reported once a `ReferCall`, before the call ends.

    `code` is what the new party answered or what the REFER was refused with; 400 when the target can't be used, 491
    when a transfer is under way or the call isn't established, 408 when nothing was heard in time, 487 when the call
    ended before the outcome was known.
    """

    call: CallId
    ok: bool
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
    | DigitsReceived
    | ReferProgress
    | ReferSettled
    | CallEnded
)
Action: TypeAlias = SendDatagram | CallAction
