"""The telephone: answers SIP calls, carries their media on the wheel, and gives each a session to talk to.

A call is refused before it rings where there is no room (503), no port for its media (503) or no codec in common (488).
Its session starts when the caller has acknowledged the answer, so that no word of the greeting is lost.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable, Sequence
from typing import Final, Protocol, assert_never

import msgspec

from telephony.rtp.port import MediaPorts, MediaSocket, PortsExhausted
from telephony.rtp.sender import Origin
from telephony.rtp.stream import RtpStream, StreamStats, StreamTerms
from telephony.rtp.wheel import MediaWheel, WheelHandle
from telephony.sdp import offer_answer
from telephony.sdp.offer_answer import NegotiatedMedia
from telephony.sdp.session import Direction, SdpError, Session, parse, serialise
from telephony.sip import actions as sip
from telephony.sip.endpoint import SipEndpoint, monotonic_us
from telephony.sip.events import CallId
from voice_agent.audio import Pcm

RETRY_AFTER_S: Final = 5

_log = logging.getLogger("voice_agent.phone")


class PhoneSession(Protocol):
    """The conversation behind a call."""

    def tick(self, caller: Pcm, digits: Sequence[str]) -> Pcm:
        """20 ms in, 20 ms out (`int16[160]`)."""
        ...

    def hung_up(self, reason: str) -> None:
        """The caller is gone."""
        ...

    def broke(self, reason: str) -> None:
        """The call can't go on, for a defect of ours."""
        ...


class Caller(msgspec.Struct, frozen=True):
    """Who calls, as the network says: SIP URIs, and the Call-ID header for logs."""

    from_uri: str
    to_uri: str
    sip_call_id: str


class Desk(Protocol):
    """Who takes calls: says whether there is room, and starts the session of one."""

    def refusal(self, ringing: int) -> str | None:
        """Why no call can be taken besides `ringing` that have no session yet; None where one can."""
        ...

    def open(self, caller: Caller, hang_up: Callable[[], None]) -> PhoneSession:
        """Starts a session. It calls `hang_up` once it is over."""
        ...


class PhoneCall:
    """One call: a member of the wheel while its media flows."""

    def __init__(self, call: CallId, caller: Caller, media: MediaSocket) -> None:
        self.call = call
        self.caller = caller
        self.media = media
        self.name = caller.sip_call_id
        self.offer: Session | None = None
        self.descriptions = 0
        self.agreed: NegotiatedMedia | None = None
        self.stream: RtpStream | None = None
        self.session: PhoneSession | None = None
        self._handle: WheelHandle | None = None
        self._sends = True

    def agree(self, agreed: NegotiatedMedia) -> None:
        """What both sides can do is settled, for the first time or again."""
        self.agreed = agreed
        self._sends = agreed.direction in (Direction.SENDRECV, Direction.SENDONLY)
        if self.stream is not None:
            self.stream.renegotiate(_terms(agreed, Origin(0, 0, 0)))

    def start(self, session: PhoneSession, wheel: MediaWheel) -> None:
        """Media flows from now on."""
        if self.agreed is None:
            raise RuntimeError("media can't flow before offer and answer")
        origin = Origin(secrets.randbits(32), secrets.randbits(16), secrets.randbits(32))
        self.stream = RtpStream(_terms(self.agreed, origin))
        self.media.attach(self.stream, monotonic_us)
        self.session = session
        self._handle = wheel.join(self)

    def tick(self, now_us: int) -> None:
        stream, session = self.stream, self.session
        if stream is None or session is None:
            return
        heard = stream.pull(now_us)
        spoken = session.tick(heard.pcm, heard.digits)
        if self._sends:
            self.media.send(stream.push(spoken))
        else:
            stream.skip()

    def failed(self, error: Exception) -> None:
        if self.session is not None:
            self.session.broke(f"{type(error).__name__}: {error}")

    def close(self) -> StreamStats | None:
        """No more media; the port is free again. Returns what was counted, if any media flowed."""
        if self._handle is not None:
            self._handle.leave()
        self.media.close()
        return None if self.stream is None else self.stream.stats


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
            case sip.CallProgress() | sip.CallAnswered() | sip.CallRejected() | sip.SessionKept():
                pass
            case sip.DigitsReceived() | sip.ReferProgress() | sip.ReferSettled():
                pass
            case _:
                assert_never(action)

    def _ringing(self, incoming: sip.IncomingCall) -> None:
        refusal = self._desk.refusal(sum(call.session is None for call in self._calls.values()))
        if refusal is not None:
            self._refuse(incoming, 503, refusal)
            return
        caller = Caller(incoming.from_uri, incoming.request_uri, incoming.call_id)
        try:
            call = PhoneCall(incoming.call, caller, self._ports.open())
        except (PortsExhausted, OSError) as problem:  # OSError: too many open files, or the address is gone
            self._refuse(incoming, 503, str(problem))
            return
        try:
            sdp = self._describe(call, incoming.sdp)
        except SdpError as problem:
            call.close()
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
            session = self._desk.open(call.caller, lambda: self.endpoint.hang_up(call_id))
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
        if call.session is not None:
            call.session.hung_up(reason)
        if counted is not None:
            _log.info("media ended", extra={"call": call.name, "media": msgspec.to_builtins(counted)})


def _terms(agreed: NegotiatedMedia, origin: Origin) -> StreamTerms:
    return StreamTerms(
        remote=(agreed.remote_host, agreed.remote_port),
        origin=origin,
        send_payload_type=agreed.payload_type,
        event_payload_type=agreed.receive_telephone_event,
    )
