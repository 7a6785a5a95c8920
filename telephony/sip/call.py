"""A call as the user agent keeps it: one state, one table, and what belongs to it.

Decides which events a state allows (`Call.move`). May not send anything: that is for uas, uac and in_dialog.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

import msgspec
from sipmessage import Response

from telephony.sip.answer_retransmission import AnswerRetransmission
from telephony.sip.dialog import Dialog
from telephony.sip.digest import Credentials
from telephony.sip.events import CallId
from telephony.sip.message import ReceivedRequest
from telephony.sip.peer import Peer
from telephony.sip.transactions import ClientKey, ServerKey


class CallState(StrEnum):
    OFFERED = "offered"
    """INVITE received, not answered"""
    ANSWERED = "answered"
    """2xx sent, waiting for its ACK"""
    PLACED = "placed"
    """INVITE sent, no final response"""
    CANCELLING = "cancelling"
    """given up before a final response"""
    ESTABLISHED = "established"
    CLOSING = "closing"
    """hung up before the ACK: BYE must wait for it (RFC 3261 section 15)"""
    ENDING = "ending"
    """BYE sent"""
    ENDED = "ended"


class CallTrigger(StrEnum):
    PROVISIONED = "provisional response"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    HUNG_UP = "hung up"
    CANCEL_RECEIVED = "CANCEL received"
    BYE_RECEIVED = "BYE received"
    ACK_RECEIVED = "ACK received"
    ACK_MISSING = "no ACK"
    ANSWER_RECEIVED = "2xx received"
    REFUSED = "failure received"
    GAVE_UP = "no final response"
    DIALOG_LOST = "peer lost the dialog"
    BYE_SETTLED = "BYE answered or timed out"


_S = CallState
_T = CallTrigger

TRANSITIONS: Final[dict[tuple[CallState, CallTrigger], CallState]] = {
    (_S.OFFERED, _T.PROVISIONED): _S.OFFERED,
    (_S.OFFERED, _T.ACCEPTED): _S.ANSWERED,
    (_S.OFFERED, _T.REJECTED): _S.ENDED,
    (_S.OFFERED, _T.HUNG_UP): _S.ENDED,
    (_S.OFFERED, _T.CANCEL_RECEIVED): _S.ENDED,
    (_S.OFFERED, _T.BYE_RECEIVED): _S.ENDED,
    (_S.ANSWERED, _T.ACK_RECEIVED): _S.ESTABLISHED,
    (_S.ANSWERED, _T.ACK_MISSING): _S.ENDING,
    (_S.ANSWERED, _T.HUNG_UP): _S.CLOSING,
    (_S.ANSWERED, _T.BYE_RECEIVED): _S.ENDED,
    (_S.CLOSING, _T.ACK_RECEIVED): _S.ENDING,
    (_S.CLOSING, _T.ACK_MISSING): _S.ENDING,
    (_S.CLOSING, _T.BYE_RECEIVED): _S.ENDED,
    (_S.PLACED, _T.PROVISIONED): _S.PLACED,
    (_S.PLACED, _T.ANSWER_RECEIVED): _S.ESTABLISHED,
    (_S.PLACED, _T.REFUSED): _S.ENDED,
    (_S.PLACED, _T.GAVE_UP): _S.CANCELLING,
    (_S.PLACED, _T.HUNG_UP): _S.CANCELLING,
    (_S.CANCELLING, _T.PROVISIONED): _S.CANCELLING,
    (_S.CANCELLING, _T.ANSWER_RECEIVED): _S.ENDING,
    (_S.CANCELLING, _T.REFUSED): _S.ENDED,
    (_S.CANCELLING, _T.GAVE_UP): _S.ENDED,
    (_S.ESTABLISHED, _T.HUNG_UP): _S.ENDING,
    (_S.ESTABLISHED, _T.BYE_RECEIVED): _S.ENDED,
    (_S.ESTABLISHED, _T.ACK_MISSING): _S.ENDING,
    (_S.ESTABLISHED, _T.DIALOG_LOST): _S.ENDING,
    (_S.ENDING, _T.BYE_SETTLED): _S.ENDED,
}


class PendingReinvite(msgspec.Struct):
    """A re-INVITE of the peer that the application hasn't answered."""

    key: ServerKey
    request: ReceivedRequest


class SentAnswer(msgspec.Struct):
    """A 2xx of ours that awaits its ACK. `offered`: our SDP was an offer, the ACK brings the answer."""

    key: ServerKey
    response: Response
    retransmission: AnswerRetransmission
    offered: bool


class GivenUp(StrEnum):
    """Why a call we placed is being cancelled."""

    BY_US = "cancelled"
    RING_LIMIT = "not answered within the ring limit"


class Outgoing(msgspec.Struct):
    """What only a call we placed has: its INVITE transaction, and how its end is to be reported.

    `provisioned`: a provisional response came, so that CANCEL may be sent.
    """

    invite: ClientKey
    local_tag: str
    ring_until_us: int | None
    provisioned: bool = False
    cancel_until_us: int | None = None
    given_up: GivenUp | None = None


class Incoming(msgspec.Struct):
    """What only a call we received has: the INVITE, to be answered."""

    key: ServerKey
    invite: ReceivedRequest
    local_tag: str


class ReferState(StrEnum):
    """How far a transfer we asked for is."""

    REQUESTED = "requested"
    """REFER sent; a NOTIFY may overtake its answer"""
    SUBSCRIBED = "subscribed"
    """accepted or notified of, outcome unknown"""
    SETTLED = "settled"


class ReferTrigger(StrEnum):
    ACCEPTED = "2xx to REFER"
    PROGRESS = "NOTIFY of a provisional response"
    OUTCOME = "NOTIFY of a final response, or of the end"
    REFUSED = "failure to REFER"
    SILENCE = "no news in time"
    CALL_ENDED = "call ended"


_R = ReferState

REFER_TRANSITIONS: Final[dict[tuple[ReferState, ReferTrigger], ReferState]] = {
    (_R.REQUESTED, ReferTrigger.ACCEPTED): _R.SUBSCRIBED,
    (_R.REQUESTED, ReferTrigger.PROGRESS): _R.SUBSCRIBED,
    (_R.REQUESTED, ReferTrigger.OUTCOME): _R.SETTLED,
    (_R.REQUESTED, ReferTrigger.REFUSED): _R.SETTLED,
    (_R.REQUESTED, ReferTrigger.CALL_ENDED): _R.SETTLED,
    (_R.SUBSCRIBED, ReferTrigger.PROGRESS): _R.SUBSCRIBED,
    (_R.SUBSCRIBED, ReferTrigger.OUTCOME): _R.SETTLED,
    (_R.SUBSCRIBED, ReferTrigger.REFUSED): _R.SETTLED,
    (_R.SUBSCRIBED, ReferTrigger.SILENCE): _R.SETTLED,
    (_R.SUBSCRIBED, ReferTrigger.CALL_ENDED): _R.SETTLED,
}


class SentRefer(msgspec.Struct):
    """A transfer we asked for, from the REFER on."""

    request: ClientKey
    cseq: int
    state: ReferState = ReferState.REQUESTED
    until_us: int | None = None

    def move(self, trigger: ReferTrigger) -> bool:
        """Change the state; False (and nothing changed) when the state doesn't know the trigger."""
        after = REFER_TRANSITIONS.get((self.state, trigger))
        if after is None:
            return False
        self.state = after
        if after is ReferState.SETTLED:
            self.until_us = None
        return True


class Call:
    """One call. `call_id` is the header; `dialog` is there from the INVITE on for the callee, from the 2xx on for the
    caller.
    """

    def __init__(self, id: CallId, call_id: str, side: Incoming | Outgoing, dialog: Dialog | None = None) -> None:
        self.id = id
        self.call_id = call_id
        self.side = side
        self.dialog = dialog
        self.state = CallState.OFFERED if isinstance(side, Incoming) else CallState.PLACED
        self.answer: SentAnswer | None = None
        self.peer_reinvite: PendingReinvite | None = None
        self.own_reinvite: ClientKey | None = None
        self.refer: SentRefer | None = None
        self.bye: ClientKey | None = None
        self.credentials: Credentials | None = None
        self.nonce_counts: dict[str, int] = {}
        """How often each nonce was used (RFC 7616 section 3.4, nc)."""
        self.attempts: dict[ClientKey, int] = {}
        """How many challenges a request under way has met."""
        self.acks: dict[tuple[int, str | None], tuple[bytes, Peer]] = {}
        """ACKs we sent for 2xx, by CSeq number and To tag, to be repeated when the 2xx is."""

    def move(self, trigger: CallTrigger) -> bool:
        """Change the state; False (and nothing changed) when the state doesn't know the trigger."""
        after = TRANSITIONS.get((self.state, trigger))
        if after is None:
            return False
        self.state = after
        return True

    def next_wake(self) -> int | None:
        """When something of this call, beyond its transactions, is due."""
        times = [] if self.answer is None else [self.answer.retransmission.next_wake()]
        if self.refer is not None and self.refer.until_us is not None:
            times.append(self.refer.until_us)
        if isinstance(self.side, Outgoing):
            times += [each for each in (self.side.ring_until_us, self.side.cancel_until_us) if each is not None]
        return min(times, default=None)
