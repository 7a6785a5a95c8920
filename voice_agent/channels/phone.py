"""The telephone: answers SIP calls, carries their media on the wheel, and gives each a session to talk to.

A call is refused before it rings where there is no room (503), no port for its media (503) or no codec in common (488).
Its session starts when the caller has acknowledged the answer, so that no word of the greeting is lost.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable
from typing import Final, assert_never

import msgspec

from telephony.rtp.port import MediaPorts, PortsExhausted
from telephony.rtp.wheel import MediaWheel
from telephony.sdp import offer_answer
from telephony.sdp.session import SdpError, parse, serialise
from telephony.sip import actions as sip
from telephony.sip.endpoint import SipEndpoint
from telephony.sip.events import CallId
from voice_agent.channels.outgoing import RING_S, Dialled, Placed, check_may_dial, next_hop_of
from voice_agent.channels.phone_call import Caller, CallLine, Desk, PhoneCall
from voice_agent.errors import CallFailed

RETRY_AFTER_S: Final = 5

_log = logging.getLogger("voice_agent.phone")


class PhoneDoor:
    """The observer of one SIP endpoint."""

    def __init__(self, desk: Desk, ports: MediaPorts, wheel: MediaWheel) -> None:
        self._desk = desk
        self._ports = ports
        self._wheel = wheel
        self._calls: dict[CallId, PhoneCall] = {}
        self._endpoint: SipEndpoint | None = None

    def attach(self, endpoint: SipEndpoint) -> None:
        """Where calls come from; the endpoint needs the door first, so the door gets the endpoint later."""
        self._endpoint = endpoint

    @property
    def endpoint(self) -> SipEndpoint:
        if self._endpoint is None:
            raise RuntimeError("the door has no endpoint yet")
        return self._endpoint

    def __len__(self) -> int:
        return len(self._calls)

    def on_call(self, action: sip.CallAction) -> None:
        match action:
            case sip.IncomingCall():
                self._ringing(action)
            case sip.CallConfirmed(call=call, sdp=sdp):
                self._confirmed(call, sdp)
            case sip.Reinvited(call=call, sdp=sdp):
                self._reinvited(call, sdp)
            case sip.SessionChanged(call=call, sdp=sdp):
                if call in self._calls:
                    self._answered(self._calls[call], sdp)
            case sip.CallEnded(call=call, by=by, reason=reason):
                self._over(call, f"{by}: {reason}")
            case sip.CallCancelled(call=call):
                self._over(call, "cancelled before it was answered")
            case sip.CallProgress() | sip.CallAnswered() | sip.CallRejected():
                self._placed_call(action)
            case sip.SessionKept():
                pass
            case sip.DigitsReceived(call=call, digits=digits):
                if call in self._calls:
                    self._calls[call].press(digits)
            case sip.ReferSettled(call=call, code=code):
                if call in self._calls:
                    self._calls[call].transferred(code)
            case sip.ReferProgress():
                pass
            case _:
                assert_never(action)

    async def dial(
        self,
        uri: str,
        *,
        from_uri: str,
        ring_s: float = RING_S,
        progress: Callable[[int], None] = lambda code: None,
    ) -> Dialled:
        """Calls `uri` with the agent, and returns when the call is over; `progress` is told what it rings with.

        Raises CallFailed where it can't be placed: no room, no port, no address, or an emergency number.
        """
        check_may_dial(uri)
        next_hop = await next_hop_of(self.endpoint, uri)
        call_id = CallId(secrets.token_hex(16))
        caller = Caller(uri, from_uri, call_id, outbound=True)
        refusal = self._desk.admit(caller)
        if refusal is not None:
            raise CallFailed(f"no call can be placed: {refusal}")
        try:
            media = self._ports.open()
        except (PortsExhausted, OSError) as problem:
            self._desk.line_ended(caller)
            raise CallFailed(f"no call can be placed: {problem}") from problem
        placed = Placed(progress)
        call = self._calls[call_id] = PhoneCall(call_id, caller, media, placed)
        self.endpoint.place(uri, self._describe(call, None), from_uri=from_uri, next_hop=next_hop, call=call_id)
        return await placed.outcome(call_id, ring_s, lambda: self.endpoint.hang_up(call_id))

    def _placed_call(self, action: sip.CallProgress | sip.CallAnswered | sip.CallRejected) -> None:
        call = self._calls.get(action.call)
        if call is None or call.placed is None:
            return
        match action:
            case sip.CallProgress(code=code):
                call.placed.progress(code)
            case sip.CallAnswered(call=call_id, sdp=sdp):
                call.placed.answered()
                self._confirmed(call_id, sdp)
            case sip.CallRejected(call=call_id, code=code, reason=reason):
                self._calls.pop(call_id, None)
                call.close()
                self._desk.line_ended(call.caller)
                call.placed.rejected(code, reason)

    def _ringing(self, incoming: sip.IncomingCall) -> None:
        caller = Caller(incoming.from_uri, incoming.request_uri, incoming.call_id)
        refusal = self._desk.admit(caller)
        if refusal is not None:
            self._refuse(incoming, 503, refusal)
            return
        try:
            call = PhoneCall(incoming.call, caller, self._ports.open())
        except (PortsExhausted, OSError) as problem:  # OSError: too many open files, or the address is gone
            self._desk.line_ended(caller)
            self._refuse(incoming, 503, str(problem))
            return
        try:
            sdp = self._describe(call, incoming.sdp)
        except SdpError as problem:
            call.close()
            self._desk.line_ended(caller)
            self._refuse(incoming, problem.code, str(problem))
            return
        self._calls[incoming.call] = call
        self.endpoint.ring(incoming.call)
        self.endpoint.accept(incoming.call, sdp)

    def _describe(self, call: PhoneCall, sdp: bytes | None) -> bytes:
        """Our answer to an offer, or our offer where there was none (RFC 3261 section 13.3.1.4)."""
        host, port = call.media.host, call.media.port
        call.descriptions += 1
        if sdp is None:
            call.offer = offer_answer.make_offer(host, port, session_version=call.descriptions)
            return serialise(call.offer)
        answer = offer_answer.make_answer(parse(sdp), host, port, session_version=call.descriptions)
        call.offer = None
        call.agree(answer.media)
        return answer.sdp

    def _confirmed(self, call_id: CallId, sdp: bytes | None) -> None:
        call = self._calls.get(call_id)
        if call is None or call.session is not None:
            return
        if not self._answered(call, sdp):
            return
        try:
            session = self._desk.open(call.caller, CallLine(self.endpoint, call))
        except Exception:  # noqa: BLE001 - a caller must not be left on a line where nobody is
            _log.exception("no session could be opened", extra={"call": call.name})
            self.endpoint.hang_up(call_id)
            return
        try:
            call.start(session, self._wheel)
        except Exception as problem:  # noqa: BLE001 - nor may a session wait for media that never comes
            _log.exception("media could not start", extra={"call": call.name})
            session.broke(f"{type(problem).__name__}: {problem}")
            self.endpoint.hang_up(call_id)

    def _reinvited(self, call_id: CallId, sdp: bytes | None) -> None:
        call = self._calls.get(call_id)
        if call is None:
            return
        try:
            self.endpoint.answer_reinvite(call_id, self._describe(call, sdp))
        except SdpError as problem:
            self.endpoint.reject_reinvite(call_id, problem.code)

    def _answered(self, call: PhoneCall, sdp: bytes | None) -> bool:
        """Takes the answer to an offer of ours, if one is open. False where the call can't go on."""
        if call.offer is None:
            return True
        try:
            if sdp is None:
                raise SdpError("the caller acknowledged our offer without an answer")
            call.agree(offer_answer.accept(call.offer, parse(sdp)))
        except SdpError as problem:
            _log.warning("call dropped: %s", problem, extra={"call": call.name})
            self.endpoint.hang_up(call.call)
            return False
        call.offer = None
        return True

    def _refuse(self, incoming: sip.IncomingCall, code: int, reason: str) -> None:
        _log.warning("call refused with %d: %s", code, reason, extra={"call": incoming.call_id})
        self.endpoint.reject(incoming.call, code, retry_after=RETRY_AFTER_S if code == 503 else None)

    def _over(self, call_id: CallId, reason: str) -> None:
        call = self._calls.pop(call_id, None)
        if call is None:
            return
        counted = call.close()
        self._desk.line_ended(call.caller)
        if call.session is not None:
            call.session.hung_up(reason)
        if call.placed is not None:
            call.placed.ended(reason, None if call.session is None else call.session.conversation)
        if counted is not None:
            _log.info("media ended", extra={"call": call.name, "media": msgspec.to_builtins(counted)})
