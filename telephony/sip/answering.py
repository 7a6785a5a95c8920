"""The 2xx to an INVITE or re-INVITE and its ACK (RFC 3261 section 13.3.1.4 and 14.2).

Decides when the 2xx is sent again, and what follows from an ACK or from its absence. May not decide what is answered.
"""

from __future__ import annotations

from typing import assert_never

from telephony.sip.actions import CallConfirmed, CallEnded, SessionChanged
from telephony.sip.answer_retransmission import AnswerRetransmission, Due
from telephony.sip.call import Call, CallState, CallTrigger, SentAnswer
from telephony.sip.core import Core
from telephony.sip.ending import Ending
from telephony.sip.message import ReceivedRequest
from telephony.sip.responses import ALLOW, response_to
from telephony.sip.transactions import ServerKey


def invite_headers(core: Core, request: ReceivedRequest) -> tuple[tuple[str, str], ...]:
    """What responses that create or refresh a dialog carry (RFC 3261 section 12.1.1)."""
    routes = tuple(("Record-Route", value) for value in request.framed.values("Record-Route"))
    return (
        *routes,
        ("Contact", core.end.contact(request.source.transport)),
        ("Allow", ALLOW),
        ("Server", core.end.product),
    )


class Answering:
    def __init__(self, core: Core, ending: Ending) -> None:
        self._core = core
        self._ending = ending

    def send(self, call: Call, key: ServerKey, request: ReceivedRequest, sdp: bytes, now_us: int) -> None:
        """Answer 200 with `sdp`, and keep doing so until the ACK comes."""
        headers = invite_headers(self._core, request)
        response = response_to(request, 200, to_tag=call.side.local_tag, headers=headers, sdp=sdp)
        self._core.transactions.respond(key, response, now_us)
        retransmission = AnswerRetransmission(request.cseq, self._core.settings.timers, now_us)
        call.answer = SentAnswer(key, response, retransmission, offered=not request.body)

    def acknowledged(self, call: Call, ack: ReceivedRequest, now_us: int) -> None:
        """An ACK in the call's dialog; repeated ones and those of older INVITEs change nothing."""
        answer = call.answer
        if answer is None or ack.cseq != answer.retransmission.cseq:
            return
        call.answer = None
        sdp = ack.body if answer.offered and ack.body else None
        if not call.move(CallTrigger.ACK_RECEIVED):
            if sdp is not None:  # a re-INVITE without an offer is through
                self._core.report(SessionChanged(call.id, sdp))
        elif call.state is CallState.ENDING:
            self._ending.send_bye(call, now_us)
        else:
            self._core.report(CallConfirmed(call.id, sdp))

    def wake(self, call: Call, now_us: int) -> None:
        """Send the 2xx again, or give the call up after 64*T1."""
        answer = call.answer
        due = None if answer is None else answer.retransmission.wake(now_us)
        if answer is None or due is None:
            return
        match due:
            case Due.RESEND:
                self._core.transactions.respond(answer.key, answer.response, now_us)
            case Due.GIVE_UP:
                reported = call.state is CallState.CLOSING
                call.move(CallTrigger.ACK_MISSING)
                self._ending.send_bye(call, now_us)
                if not reported:
                    self._core.report(CallEnded(call.id, "timeout", "no ACK"))
            case _:
                assert_never(due)
