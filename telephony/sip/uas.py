"""The callee: requests outside dialogs, and calls from INVITE to the final response (RFC 3261 sections 8.2, 9.2, 13.3).

Decides what is refused without asking the application. May not decide whether a call is taken.
"""

from __future__ import annotations

from typing import Final

from telephony.sip.actions import CallCancelled, CallEnded, IncomingCall
from telephony.sip.answering import Answering, invite_headers
from telephony.sip.call import Call, CallTrigger, Incoming
from telephony.sip.core import Core
from telephony.sip.dialog import Dialog
from telephony.sip.events import AcceptCall, CallId, ProvisionCall, RejectCall
from telephony.sip.guard import Guard
from telephony.sip.message import ReceivedRequest
from telephony.sip.reinvite import Reinvite
from telephony.sip.responses import ALLOW, SDP_TYPE, phrase_of, response_to
from telephony.sip.screening import (
    DIALOG_METHODS,
    Refusal,
    content_problem,
    extension_problem,
    method_problem,
    user_problem,
)
from telephony.sip.transactions import ServerKey

_INTERESTING: Final = frozenset(
    {
        "user-agent",
        "subject",
        "p-asserted-identity",
        "p-preferred-identity",
        "p-called-party-id",
        "remote-party-id",
        "privacy",
        "diversion",
        "history-info",
        "identity",
    }
)


class UserAgentServer:
    def __init__(self, core: Core, answering: Answering, reinvite: Reinvite) -> None:
        self._core = core
        self._answering = answering
        self._reinvite = reinvite
        guarded = core.settings.guarded
        self._guard = None if guarded is None else Guard(guarded, core.token)

    def received(self, key: ServerKey, request: ReceivedRequest, now_us: int) -> None:
        """A new request without To tag, neither ACK nor CANCEL."""
        refusal = self._refusal(request, now_us)
        if refusal is not None:
            self._core.reply(key, request, refusal.code, now_us, *refusal.headers)
        elif request.method == "OPTIONS":
            self.options(key, request, now_us)
        else:
            self._invite(key, request, now_us)

    def options(self, key: ServerKey, request: ReceivedRequest, now_us: int) -> None:
        """RFC 3261 section 11.2."""
        headers = (("Allow", ALLOW), ("Accept", SDP_TYPE), ("Accept-Encoding", "identity"), ("Supported", ""))
        end = self._core.end
        self._core.reply(
            key,
            request,
            200,
            now_us,
            ("Contact", end.contact(request.source.transport)),
            *headers,
            ("Server", end.product),
        )

    def cancel(self, key: ServerKey, request: ReceivedRequest, now_us: int) -> None:
        """RFC 3261 section 9.2: 200 to the CANCEL, 487 to the INVITE unless that has a final response."""
        core = self._core
        invite = core.transactions.cancelled_invite(request)
        if invite is None:
            core.reply(key, request, 481, now_us)
            return
        call = core.call_of_invite(invite)
        if call is None:
            call = core.call_of_request(request)
        core.reply(key, request, 200, now_us, to_tag=None if call is None else call.side.local_tag)
        if call is None:
            return
        side = call.side
        if call.peer_reinvite is not None and call.peer_reinvite.key == invite:
            self._reinvite.cancelled(call, now_us)
        elif isinstance(side, Incoming) and side.key == invite and call.move(CallTrigger.CANCEL_RECEIVED):
            core.reply(side.key, side.invite, 487, now_us, to_tag=side.local_tag)
            core.report(CallCancelled(call.id))
        core.settle(call)

    def provision(self, call: Call, command: ProvisionCall, now_us: int) -> None:
        """Send a provisional response, which makes the dialog known to the caller."""
        side = call.side
        if not isinstance(side, Incoming) or not call.move(CallTrigger.PROVISIONED):
            return
        headers = invite_headers(self._core, side.invite)
        response = response_to(side.invite, command.code, to_tag=side.local_tag, headers=headers, sdp=command.sdp)
        self._core.transactions.respond(side.key, response, now_us)

    def accept(self, call: Call, command: AcceptCall, now_us: int) -> None:
        side = call.side
        if isinstance(side, Incoming) and call.move(CallTrigger.ACCEPTED):
            self._answering.send(call, side.key, side.invite, command.sdp, now_us)

    def reject(self, call: Call, command: RejectCall, now_us: int) -> None:
        side = call.side
        if not isinstance(side, Incoming) or not call.move(CallTrigger.REJECTED):
            return
        retry = () if command.retry_after_s is None else (("Retry-After", str(command.retry_after_s)),)
        headers = (*retry, ("Server", self._core.end.product))
        response = response_to(side.invite, command.code, to_tag=side.local_tag, reason=command.reason, headers=headers)
        self._core.transactions.respond(side.key, response, now_us)
        self._core.report(CallEnded(call.id, "local", f"{command.code} {phrase_of(command.code, command.reason)}"))

    def _refusal(self, request: ReceivedRequest, now_us: int) -> Refusal | None:
        """The first problem in the order of RFC 3261 section 8.2, which puts authentication first."""
        problem = None
        if request.method == "INVITE" and self._guard is not None:
            problem = self._guard.problem(request, now_us)
        if problem is None:
            problem = method_problem(request)
        if problem is None:
            problem = user_problem(request, self._core.settings.users)
        if problem is None and self._core.transactions.is_merged(request):
            problem = Refusal(482)
        if problem is None:
            problem = extension_problem(request)
        if problem is None and request.method in DIALOG_METHODS:
            problem = Refusal(481)
        if problem is None and request.method == "INVITE":
            problem = content_problem(request)
        return self._busy() if problem is None else problem

    def _busy(self) -> Refusal | None:
        core = self._core
        if core.draining or core.call_count >= core.settings.max_calls:
            return Refusal(503, (("Retry-After", str(core.settings.retry_after_s)),))
        return None

    def _invite(self, key: ServerKey, request: ReceivedRequest, now_us: int) -> None:
        core = self._core
        tag = core.token()
        try:
            dialog = Dialog.from_invite(request, tag)
        except ValueError:
            core.reply(key, request, 400, now_us)
            return
        call = Call(CallId(core.token()), request.call_id, Incoming(key, request, tag), dialog)
        core.add(call)
        core.transactions.respond(key, response_to(request, 100), now_us)
        core.report(
            IncomingCall(
                call=call.id,
                call_id=request.call_id,
                from_uri=request.from_.uri,
                from_display=request.from_.display,
                to_uri=request.to.uri,
                request_uri=request.uri_text,
                sdp=request.body if request.body else None,
                source=request.source,
                headers=tuple(each for each in request.framed.headers if _is_interesting(each[0].lower())),
            )
        )
        core.settle(call)


def _is_interesting(name: str) -> bool:
    return name in _INTERESTING or name.startswith("x-")
