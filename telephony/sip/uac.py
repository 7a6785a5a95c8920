"""The caller: placing a call, its responses, and giving it up (RFC 3261 sections 8.1, 9.1, 13.2).

Decides what the responses mean for the call. May not retransmit: the transactions do, except for the ACK of a 2xx.
"""

from __future__ import annotations

import re
from typing import Final

from sipmessage import URI, Request

from telephony.sip.actions import CallAnswered, CallEnded, CallProgress, CallRejected
from telephony.sip.call import Call, CallState, CallTrigger, GivenUp, Outgoing
from telephony.sip.core import Core
from telephony.sip.dialog import MAX_FORWARDS, Dialog, peer_of
from telephony.sip.ending import Ending
from telephony.sip.events import PlaceCall
from telephony.sip.fields import parse_uri
from telephony.sip.message import ReceivedResponse
from telephony.sip.peer import Transport
from telephony.sip.responses import ALLOW, SDP_TYPE, one_line
from telephony.sip.transactions import ClientKey

_TOKEN: Final = re.compile(r"[A-Za-z0-9\-.!%*_+`'~]+")
_SECONDS: Final = re.compile(r"[0-9]{1,9}")


class UserAgentClient:
    def __init__(self, core: Core, ending: Ending) -> None:
        self._core = core
        self._ending = ending

    def place(self, command: PlaceCall, now_us: int) -> None:
        """Send the INVITE. A command that can't be carried out is reported as rejected by 400."""
        core = self._core
        branch, tag = core.branch(), core.token()
        try:
            if _TOKEN.fullmatch(command.call) is None or core.call(command.call) is not None:
                raise ValueError(f"{command.call!r} is no new token")
            uri = parse_uri(command.uri)
            destination = peer_of(uri) if command.next_hop is None else command.next_hop
            if destination is None:
                raise ValueError(f"{uri.host} is not an IP address: give a next hop")
            request = self._invite(command, uri, (branch, tag), destination.transport)
        except ValueError as error:
            core.report(CallRejected(command.call, 400, f"can't call {command.uri!r}: {error}"))
            return
        ring_until_us = now_us + core.settings.ring_limit_us
        call = Call(command.call, command.call, Outgoing(ClientKey("INVITE", branch), tag, ring_until_us))
        call.credentials = command.credentials
        core.add(call)
        core.transactions.request(request, branch, destination, now_us)
        core.settle(call)

    def responded(self, call: Call, side: Outgoing, response: ReceivedResponse, now_us: int) -> None:
        """A response to the INVITE that began the call."""
        if response.code < 200:
            self._progress(call, side, response, now_us)
        elif response.code < 300:
            self._answered(call, side, response, now_us)
        elif call.move(CallTrigger.REFUSED):
            refusal = CallRejected(call.id, response.code, response.phrase, _retry_after(response))
            self._report_refusal(side, refusal)

    def timed_out(self, call: Call, side: Outgoing) -> None:
        """Nobody answered the INVITE at all."""
        if call.move(CallTrigger.REFUSED):
            self._report_refusal(side, CallRejected(call.id, 408, "no answer to INVITE"))

    def cancel(self, call: Call, now_us: int) -> None:
        """Give up an unanswered call. CANCEL has to wait for a provisional response (RFC 3261 section 9.1)."""
        side = call.side
        if isinstance(side, Outgoing) and call.state is CallState.PLACED and call.move(CallTrigger.HUNG_UP):
            self._begin_cancelling(side, GivenUp.BY_US, now_us)

    def wake(self, call: Call, now_us: int) -> None:
        """The ring limit is reached, or a cancelled INVITE got no final response within 64*T1."""
        side = call.side
        if not isinstance(side, Outgoing):
            return
        if side.ring_until_us is not None and side.ring_until_us <= now_us and call.move(CallTrigger.GAVE_UP):
            self._begin_cancelling(side, GivenUp.RING_LIMIT, now_us)
        elif side.cancel_until_us is not None and side.cancel_until_us <= now_us and call.move(CallTrigger.GAVE_UP):
            self._core.transactions.abandon(side.invite)
            self._report_refusal(side, CallRejected(call.id, 408, "no answer to CANCEL"))

    def acknowledge(self, dialog: Dialog, call: Call, response: ReceivedResponse) -> None:
        """Send the ACK of a 2xx (RFC 3261 section 13.2.2.4), and keep it for when the 2xx comes again.

        It repeats the credentials of its INVITE: an ACK can't be challenged (section 22.1).
        """
        ack = dialog.request("ACK", self._core.branch(), self._core.end, response.cseq)
        sent = self._core.transactions.sent(ClientKey("INVITE", response.branch))
        if sent is not None:
            for name in ("Authorization", "Proxy-Authorization"):
                if values := sent[0].headers.getlist(name):
                    ack.headers.setlist(name, list(values))
        call.acks[response.cseq, response.to.tag] = (bytes(ack), dialog.next_hop())
        self._core.transmit(*call.acks[response.cseq, response.to.tag])

    def _progress(self, call: Call, side: Outgoing, response: ReceivedResponse, now_us: int) -> None:
        if not call.move(CallTrigger.PROVISIONED):
            return
        first, side.provisioned = not side.provisioned, True
        if call.state is CallState.CANCELLING:
            if first:
                self._send_cancel(side, now_us)
        elif response.code > 100:
            self._core.report(CallProgress(call.id, response.code, response.body if response.body else None))

    def _answered(self, call: Call, side: Outgoing, response: ReceivedResponse, now_us: int) -> None:
        request = self._core.transactions.sent(side.invite)
        if request is None:
            return
        try:
            dialog = Dialog.from_answer(request[0], side.local_tag, response)
        except ValueError as error:
            if call.move(CallTrigger.REFUSED):
                self._report_refusal(side, CallRejected(call.id, 502, f"unusable answer: {error}"))
            return
        self.acknowledge(dialog, call, response)
        if call.dialog is not None:
            self._end_fork(dialog, now_us)
            return
        call.dialog = dialog
        call.move(CallTrigger.ANSWER_RECEIVED)
        side.ring_until_us = side.cancel_until_us = None
        if call.state is CallState.ENDING:
            self._ending.send_bye(call, now_us)
            self._report_refusal(side, CallRejected(call.id, 408, "answered too late"))
        else:
            self._core.report(CallAnswered(call.id, response.body if response.body else None))

    def _end_fork(self, dialog: Dialog, now_us: int) -> None:
        """A second phone answered the same INVITE: it has its ACK, and is hung up (RFC 3261 section 13.2.2.4)."""
        branch = self._core.branch()
        bye = dialog.request("BYE", branch, self._core.end)
        self._core.transactions.request(bye, branch, dialog.next_hop(), now_us)

    def _report_refusal(self, side: Outgoing, refusal: CallRejected) -> None:
        """How an unanswered call ended: what we did comes before what the peer said to it."""
        match side.given_up:
            case None:
                self._core.report(refusal)
            case GivenUp.BY_US:
                self._core.report(CallEnded(refusal.call, "local", side.given_up))
            case GivenUp.RING_LIMIT:
                self._core.report(CallRejected(refusal.call, 408, side.given_up))

    def _begin_cancelling(self, side: Outgoing, why: GivenUp, now_us: int) -> None:
        side.given_up = why
        side.ring_until_us = None
        if side.provisioned:
            self._send_cancel(side, now_us)

    def _send_cancel(self, side: Outgoing, now_us: int) -> None:
        """RFC 3261 section 9.1: the INVITE's own Via, Request-URI, CSeq number and Route."""
        core = self._core
        sent = core.transactions.sent(side.invite)
        if sent is None:
            return
        invite, destination = sent
        cancel = Request("CANCEL", invite.uri)
        for name in ("Via", "Max-Forwards", "From", "To", "Call-ID"):
            cancel.headers.set(name, invite.headers[name])
        if routes := invite.headers.getlist("Route"):
            cancel.headers.setlist("Route", list(routes))
        cancel.headers.set("CSeq", f"{invite.cseq.sequence} CANCEL")
        cancel.headers.set("Content-Length", "0")
        core.transactions.request(cancel, side.invite.branch, destination, now_us)
        side.cancel_until_us = now_us + core.settings.timers.transaction_us

    def _invite(self, command: PlaceCall, uri: URI, texts: tuple[str, str], transport: Transport) -> Request:
        end, (branch, tag) = self._core.end, texts
        request = Request("INVITE", uri, command.sdp)
        headers = request.headers
        headers.set("Via", end.via(branch, transport))
        headers.set("Max-Forwards", MAX_FORWARDS)
        display = one_line(command.from_display).replace("\\", "\\\\").replace('"', '\\"')
        address = f"<{parse_uri(command.from_uri)}>;tag={tag}"
        headers.set("From", f'"{display}" {address}' if display else address)
        headers.set("To", f"<{uri}>")
        headers.set("Call-ID", command.call)
        headers.set("CSeq", "1 INVITE")
        headers.set("Contact", end.contact(transport))
        headers.set("Allow", ALLOW)
        headers.set("User-Agent", end.product)
        headers.set("Content-Type", SDP_TYPE)
        headers.set("Content-Length", str(len(command.sdp)))
        for name, value in command.headers:
            if _TOKEN.fullmatch(name) is None or headers.get(name) is not None:
                raise ValueError(f"header {name!r} can't be given")
            headers.add(name, one_line(value))
        return request


def _retry_after(response: ReceivedResponse) -> int | None:
    value = response.header("Retry-After")
    match = None if value is None else _SECONDS.match(value)
    return None if match is None else int(match.group())
