"""The SIP user agent: one machine that owns all transactions and calls of a socket (RFC 3261, callee and caller).

    actions = agent.handle(DatagramReceived(invite, source), now_us)   # [SendDatagram(100 ...), IncomingCall(...)]
    actions = agent.handle(AcceptCall(call, sdp), now_us)              # [SendDatagram(200 ...)]
    agent.next_wake()                                                  # when the 200 is to be sent again

Decides which part of the stack a datagram or command is for. May not do I/O: the shell is `telephony.sip.endpoint`.
"""

from __future__ import annotations

from collections.abc import Callable

from sipmessage import Request

from telephony.sip.actions import Action
from telephony.sip.answering import Answering
from telephony.sip.authenticating import Authenticating
from telephony.sip.call import Call, CallState, CallTrigger, Outgoing
from telephony.sip.core import Core
from telephony.sip.dialog import LocalEnd
from telephony.sip.ending import Ending
from telephony.sip.events import (
    AcceptCall,
    AnswerReinvite,
    CallCommand,
    CancelCall,
    ChangeSession,
    DatagramReceived,
    Drain,
    Event,
    HangUpCall,
    PeerUnreachable,
    PlaceCall,
    ProvisionCall,
    ReferCall,
    RejectCall,
    RejectReinvite,
    StreamBroke,
)
from telephony.sip.fields import parse_name_addr
from telephony.sip.framing import FramingError, RequestLine, frame
from telephony.sip.info import Info
from telephony.sip.message import ReceivedRequest, ReceivedResponse, read
from telephony.sip.peer import Peer
from telephony.sip.refer import Refer
from telephony.sip.reinvite import Reinvite
from telephony.sip.responses import response_to, response_to_unreadable
from telephony.sip.screening import extension_problem, method_problem
from telephony.sip.settings import SipSettings
from telephony.sip.transactions import ClientKey, ServerKey
from telephony.sip.uac import UserAgentClient
from telephony.sip.uas import UserAgentServer


class UserAgent:
    """`address` is what peers are told to send to. `token` yields a new unpredictable token text at every call."""

    def __init__(self, address: Peer, settings: SipSettings, token: Callable[[], str]) -> None:
        self._core = Core(LocalEnd(address, settings.contact_user, settings.product), settings, token, self)
        self._ending = Ending(self._core)
        self._answering = Answering(self._core, self._ending)
        self._reinvite = Reinvite(self._core, self._answering, self._ending)
        self._authenticating = Authenticating(self._core)
        self._refer = Refer(self._core)
        self._info = Info(self._core)
        self._server = UserAgentServer(self._core, self._answering, self._reinvite)
        self._client = UserAgentClient(self._core, self._ending)

    def handle(self, event: Event, now_us: int) -> list[Action]:
        """Take a datagram or a command. Never raises for anything that a peer sent."""
        match event:
            case DatagramReceived(data, source):
                self._datagram(data, source, now_us)
            case StreamBroke():
                self._unreadable(event)
            case PeerUnreachable(peer):
                self._core.transactions.unreachable(peer, now_us)
            case PlaceCall():
                self._client.place(event, now_us)
            case Drain():
                self._core.draining = True
            case _:
                call = self._core.call(event.call)
                if call is not None:
                    self._command(call, event, now_us)
                    self._core.settle(call)
        return self._core.take_actions()

    def wake(self, now_us: int) -> list[Action]:
        """Fire the timers that are due."""
        self._core.transactions.wake(now_us)
        while (call := self._core.due_call(now_us)) is not None:
            self._answering.wake(call, now_us)
            self._client.wake(call, now_us)
            self._refer.wake(call, now_us)
            self._core.settle(call)
        return self._core.take_actions()

    def next_wake(self) -> int | None:
        """When the next timer is due, in the caller's microseconds."""
        return self._core.next_wake()

    @property
    def call_count(self) -> int:
        """Calls that haven't ended, those being hung up included."""
        return self._core.call_count

    def _command(self, call: Call, event: CallCommand, now_us: int) -> None:
        match event:
            case ProvisionCall():
                self._server.provision(call, event, now_us)
            case AcceptCall():
                self._server.accept(call, event, now_us)
            case RejectCall():
                self._server.reject(call, event, now_us)
            case HangUpCall():
                self._hang_up(call, now_us)
            case CancelCall():
                self._client.cancel(call, now_us)
            case AnswerReinvite(sdp=sdp):
                self._reinvite.answer(call, sdp, now_us)
            case RejectReinvite(code=code):
                self._reinvite.reject(call, code, now_us)
            case ChangeSession(sdp=sdp):
                self._reinvite.send(call, sdp, now_us)
            case ReferCall():
                self._refer.send(call, event, now_us)

    def _hang_up(self, call: Call, now_us: int) -> None:
        match call.state:
            case CallState.OFFERED:
                self._server.reject(call, RejectCall(call.id, 480), now_us)
            case CallState.PLACED:
                self._client.cancel(call, now_us)
            case _:
                self._ending.hang_up(call, now_us)

    def _datagram(self, data: bytes, source: Peer, now_us: int) -> None:
        core = self._core
        try:
            message = read(data, source)
        except FramingError as error:
            if error.status is not None and error.framed is not None:
                reply = response_to_unreadable(error.framed, error.status, error.reason, core.token())
                core.transmit(bytes(reply), source)
            return
        match message:
            case ReceivedRequest():
                core.transactions.receive_request(message, now_us)
            case ReceivedResponse():
                core.transactions.receive_response(message, now_us)
            case None:
                pass  # a keep-alive

    def _unreadable(self, broken: StreamBroke) -> None:
        """The last words on a connection, where they can be addressed (RFC 3261 section 18.3)."""
        try:
            framed = frame(broken.head)
        except FramingError as error:
            framed = error.framed
        if framed is None or not isinstance(framed.start, RequestLine) or framed.start.method == "ACK":
            return
        if framed.values("Via"):
            reply = response_to_unreadable(framed, broken.status, broken.reason, self._core.token())
            self._core.transmit(bytes(reply), broken.source)

    # What the transaction layer tells its user

    def request_received(self, key: ServerKey, request: ReceivedRequest, now_us: int) -> None:
        """A new request: CANCEL, in a dialog, or outside."""
        if request.method == "CANCEL":
            self._server.cancel(key, request, now_us)
        elif request.to.tag is None:
            self._server.received(key, request, now_us)
        else:
            self._in_dialog(key, request, now_us)

    def request_refused(self, request: ReceivedRequest, now_us: int) -> None:
        """Too many transactions: 503 without keeping any state."""
        retry = ("Retry-After", str(self._core.settings.retry_after_s))
        response = response_to(request, 503, to_tag=self._core.token(), headers=(retry,))
        self._core.transmit(bytes(response), request.reply_to)

    def ack_received(self, request: ReceivedRequest, now_us: int) -> None:
        """The ACK of a 2xx, or of nothing."""
        call = self._core.call_of_request(request)
        if call is not None:
            self._answering.acknowledged(call, request, now_us)
            self._core.settle(call)

    def response_received(self, key: ClientKey, response: ReceivedResponse, now_us: int) -> None:
        """A response to a request of ours."""
        call = self._core.call_of_local(response.call_id, response.from_.tag)
        if call is None:
            return
        sent_ack = call.acks.get((response.cseq, response.to.tag)) if key.method == "INVITE" else None
        if sent_ack is not None:
            self._core.transmit(*sent_ack)  # the 2xx came again: our ACK was lost
        elif self._authenticating.met(call, key, response, now_us):
            pass  # the request was sent again, with credentials
        elif isinstance(call.side, Outgoing) and key == call.side.invite:
            self._client.responded(call, call.side, response, now_us)
        elif response.code >= 200:
            self._final_in_dialog(call, key, response, now_us)
        self._core.settle(call)

    def request_timed_out(self, key: ClientKey, request: Request, now_us: int) -> None:
        """No final response to a request of ours; treated as 408 (RFC 3261 section 8.1.3.1)."""
        call = self._core.call_of_local(request.headers["Call-ID"], parse_name_addr(request.headers["From"]).tag)
        if call is None:
            return
        if isinstance(call.side, Outgoing) and key == call.side.invite:
            self._client.timed_out(call, call.side)
        elif key == call.bye:
            call.move(CallTrigger.BYE_SETTLED)
        elif key == call.own_reinvite:
            self._reinvite.failed(call, 408, now_us)
        elif call.refer is not None and key == call.refer.request:
            self._refer.refused(call, call.refer, 408)
        self._core.settle(call)

    def _in_dialog(self, key: ServerKey, request: ReceivedRequest, now_us: int) -> None:
        """RFC 3261 section 12.2.2."""
        core = self._core
        call = core.call_of_request(request)
        if call is None or call.dialog is None:
            core.reply(key, request, 481, now_us)
            return
        if not call.dialog.admit(request):
            core.reply(key, request, 500, now_us)
            return
        problem = method_problem(request)
        if problem is None:
            problem = extension_problem(request)
        if problem is not None:
            core.reply(key, request, problem.code, now_us, *problem.headers)
        else:
            self._serve(key, request, call, now_us)
        core.settle(call)

    def _serve(self, key: ServerKey, request: ReceivedRequest, call: Call, now_us: int) -> None:
        """A request in the call's dialog that nothing is wrong with."""
        match request.method:
            case "BYE":
                self._ending.bye_received(key, request, call, now_us)
            case "INVITE":
                self._reinvite.received(key, request, call, now_us)
            case "UPDATE":
                self._reinvite.update_received(key, request, call, now_us)
            case "INFO":
                self._info.received(key, request, call, now_us)
            case "NOTIFY":
                self._refer.notified(key, request, call, now_us)
            case _:
                self._server.options(key, request, now_us)  # asks about the call, not about new ones

    def _final_in_dialog(self, call: Call, key: ClientKey, response: ReceivedResponse, now_us: int) -> None:
        if key == call.bye:
            call.move(CallTrigger.BYE_SETTLED)
        elif key == call.own_reinvite and call.dialog is not None:
            if response.code < 300:
                self._client.acknowledge(call.dialog, call, response)
            self._reinvite.responded(call, response, now_us)
        elif call.refer is not None and key == call.refer.request:
            self._refer.responded(call, call.refer, response, now_us)
