"""Changing an established session: re-INVITE both ways (RFC 3261 section 14), UPDATE of the peer (RFC 3311).

Decides who may change it now (491 and 500 otherwise). What to answer is the application's decision.
"""

from __future__ import annotations

import contextlib
from typing import Final

from telephony.sip.actions import CallEnded, Reinvited, SessionChanged, SessionKept
from telephony.sip.answering import Answering
from telephony.sip.call import Call, CallState, CallTrigger, PendingReinvite
from telephony.sip.core import Core
from telephony.sip.ending import Ending
from telephony.sip.message import ReceivedRequest, ReceivedResponse
from telephony.sip.responses import ALLOW, SDP_TYPE, response_to
from telephony.sip.screening import content_problem
from telephony.sip.transactions import ServerKey

_RETRY_AFTER_S: Final = "3"
_DIALOG_LOST: Final = frozenset({408, 481})


_UPDATABLE: Final = frozenset({CallState.OFFERED, CallState.ANSWERED, CallState.ESTABLISHED})


def _refreshing(core: Core, request: ReceivedRequest) -> tuple[tuple[str, str], ...]:
    """What a 2xx to UPDATE carries: it refreshes the target (RFC 3311 section 5.2)."""
    return (("Contact", core.end.contact(request.source.transport)), ("Allow", ALLOW), ("Server", core.end.product))


class Reinvite:
    def __init__(self, core: Core, answering: Answering, ending: Ending) -> None:
        self._core = core
        self._answering = answering
        self._ending = ending

    def received(self, key: ServerKey, request: ReceivedRequest, call: Call, now_us: int) -> None:
        """RFC 3261 section 14.2; before the ACK of our answer 491 as RFC 5407 section 3.1.4 has it."""
        reply = self._core.reply
        dialog = call.dialog
        if call.peer_reinvite is not None or call.state is CallState.OFFERED:
            reply(key, request, 500, now_us, ("Retry-After", _RETRY_AFTER_S))
        elif call.own_reinvite is not None or call.answer is not None:
            reply(key, request, 491, now_us)
        elif call.state is not CallState.ESTABLISHED or dialog is None:
            reply(key, request, 481, now_us)
        elif (problem := content_problem(request)) is not None:
            reply(key, request, problem.code, now_us, *problem.headers)
        else:
            try:
                dialog.refresh(request)
            except ValueError:
                reply(key, request, 400, now_us)
                return
            call.peer_reinvite = PendingReinvite(key, request)
            self._core.transactions.respond(key, response_to(request, 100), now_us)
            self._core.report(Reinvited(call.id, request.body if request.body else None))

    def update_received(self, key: ServerKey, request: ReceivedRequest, call: Call, now_us: int) -> None:
        """RFC 3311 section 5.2. Without an offer it only refreshes the target."""
        reply, dialog = self._core.reply, call.dialog
        unanswered = call.state is CallState.OFFERED and request.body
        if call.peer_reinvite is not None or unanswered:
            reply(key, request, 500, now_us, ("Retry-After", _RETRY_AFTER_S))
        elif request.body and (call.own_reinvite is not None or (call.answer is not None and call.answer.offered)):
            reply(key, request, 491, now_us)
        elif call.state not in _UPDATABLE or dialog is None:
            reply(key, request, 481, now_us)
        elif (problem := content_problem(request)) is not None:
            reply(key, request, problem.code, now_us, *problem.headers)
        else:
            try:
                dialog.refresh(request)
            except ValueError:
                reply(key, request, 400, now_us)
                return
            if request.body:
                call.peer_reinvite = PendingReinvite(key, request)
                self._core.report(Reinvited(call.id, request.body))
            else:
                reply(key, request, 200, now_us, *_refreshing(self._core, request))

    def answer(self, call: Call, sdp: bytes, now_us: int) -> None:
        """Accept what the peer asked for."""
        pending = call.peer_reinvite
        if pending is None:
            return
        call.peer_reinvite = None
        if pending.request.method == "UPDATE":
            headers = _refreshing(self._core, pending.request)
            self._core.transactions.respond(
                pending.key, response_to(pending.request, 200, headers=headers, sdp=sdp), now_us
            )
        else:
            self._answering.send(call, pending.key, pending.request, sdp, now_us)
        if pending.request.body:
            self._core.report(SessionChanged(call.id, pending.request.body))

    def reject(self, call: Call, code: int, now_us: int) -> None:
        """Refuse what the peer asked for."""
        pending = call.peer_reinvite
        if pending is None:
            return
        call.peer_reinvite = None
        self._core.reply(pending.key, pending.request, code, now_us)

    def cancelled(self, call: Call, now_us: int) -> None:
        """The peer thought better of its re-INVITE."""
        if call.peer_reinvite is not None:
            self.reject(call, 487, now_us)
            self._core.report(SessionKept(call.id, 487))

    def send(self, call: Call, sdp: bytes, now_us: int) -> None:
        """Offer another session; 491 is reported at once while another change is under way."""
        core, dialog = self._core, call.dialog
        busy = call.own_reinvite is not None or call.peer_reinvite is not None or call.answer is not None
        if dialog is None or call.state is not CallState.ESTABLISHED:
            return
        if busy:
            core.report(SessionKept(call.id, 491))
            return
        branch = core.branch()
        request = dialog.request("INVITE", branch, core.end)
        request.headers.set("Allow", ALLOW)
        request.headers.set("Content-Type", SDP_TYPE)
        request.headers.set("Content-Length", str(len(sdp)))
        request.body = sdp
        call.own_reinvite = core.transactions.request(request, branch, dialog.next_hop(), now_us)

    def responded(self, call: Call, response: ReceivedResponse, now_us: int) -> None:
        """A final response to our re-INVITE; a 2xx has been acknowledged already."""
        call.own_reinvite = None
        if response.code >= 300:
            self.failed(call, response.code, now_us)
        elif call.state is CallState.ESTABLISHED and call.dialog is not None:
            with contextlib.suppress(ValueError):  # an unusable Contact: the target that works is kept
                call.dialog.refresh(response)
            self._core.report(SessionChanged(call.id, response.body))

    def failed(self, call: Call, code: int, now_us: int) -> None:
        """408 and 481 mean that the peer has lost the dialog (RFC 3261 section 12.2.1.2)."""
        call.own_reinvite = None
        if code not in _DIALOG_LOST:
            if call.state is CallState.ESTABLISHED:
                self._core.report(SessionKept(call.id, code))
        elif call.move(CallTrigger.DIALOG_LOST):
            self._ending.send_bye(call, now_us)
            self._core.report(CallEnded(call.id, "timeout" if code == 408 else "remote", f"{code} to re-INVITE"))
