"""Synthetic calls over a real line: SIP by `telephony`, RTP on the media wheel, in real time. A thin shell.

    async with PhoneLine.open("127.0.0.1") as line:
        result = await line.call("sim-1", "sip:agent@127.0.0.1:5060", caller)

Any number of calls may be up at once. What the far end does wrong ends its call and is told in the result; nothing that
comes from the network raises. A call that was refused, or not answered in time, has no turns and its SIP status.
"""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from collections.abc import AsyncIterator
from typing import Final, assert_never

import msgspec

from simulations.caller_session import CallerSession
from simulations.line.relay import MediaRelay
from simulations.result import CallResult
from telephony.media_terms import stream_terms
from telephony.rtp.port import MediaPorts, MediaSocket
from telephony.rtp.sender import Origin
from telephony.rtp.stream import RtpStream
from telephony.rtp.wheel import MediaWheel, WheelHandle
from telephony.sdp import offer_answer
from telephony.sdp.offer_answer import NegotiatedMedia
from telephony.sdp.session import SdpError, parse, serialise
from telephony.sip import actions as sip
from telephony.sip.endpoint import SipEndpoint, monotonic_us
from telephony.sip.events import CallId
from telephony.sip.peer import Peer
from telephony.sip.settings import SipSettings

ANSWER_S: Final = 30.0
ENDING_S: Final = 5.0
PORTS: Final = (24_000, 27_999)
ANSWERED: Final = 200
BUSY: Final = 486
NOT_ANSWERED: Final = 408


class PlacedCall:
    """One call of a `PhoneLine`'s: a member of the wheel while its media flows."""

    def __init__(
        self, call_id: str, caller: CallerSession, media: MediaSocket, relay: MediaRelay | None = None
    ) -> None:
        self.name = call_id
        self.caller = caller
        self.status = 0
        """The SIP status that ended the ringing: 200, or why not."""
        self.answered = asyncio.Event()
        self.over = asyncio.Event()
        """Caller or agent are done."""
        self.gone = asyncio.Event()
        """So is SIP."""
        self.problem: str | None = None
        here = (media.host, media.port) if relay is None else relay.for_agent
        self._offer = offer_answer.make_offer(*here)
        self._media = media
        self._relay = relay
        self._stream: RtpStream | None = None
        self._handle: WheelHandle | None = None

    @property
    def offer(self) -> bytes:
        return serialise(self._offer)

    def start(self, answer: bytes | None, wheel: MediaWheel) -> None:
        """Media flows from now on. Raises SdpError for an answer that can't be used."""
        if answer is None:
            raise SdpError("the call was answered without a description of its media")
        agreed = self._relayed(offer_answer.accept(self._offer, parse(answer)))
        origin = Origin(secrets.randbits(32), secrets.randbits(16), secrets.randbits(32))
        self._stream = RtpStream(stream_terms(agreed, origin))
        self._media.attach(self._stream, monotonic_us)
        self._handle = wheel.join(self)

    def _relayed(self, agreed: NegotiatedMedia) -> NegotiatedMedia:
        """`agreed` with the relay, if there is one, in the place of the far end."""
        if self._relay is None:
            return agreed
        far = (agreed.remote_host, agreed.remote_port)
        self._relay.connect(agent=far, caller=(self._media.host, self._media.port))
        host, port = self._relay.for_caller
        return msgspec.structs.replace(
            agreed, remote_host=host, remote_port=port, rtcp_host=host, rtcp_port=port + 1, rtcp_mux=False
        )

    def tick(self, now_us: int) -> None:
        """20 ms both ways."""
        stream = self._stream
        if stream is None:
            return
        spoken, keys = self.caller.tick(stream.pull(now_us).pcm)
        if keys:
            stream.send_digits("".join(keys))
        self._media.send(stream.push(spoken))
        self._media.send_report(stream.report(now_us))
        if self.caller.hung_up:
            self.over.set()

    def failed(self, error: Exception) -> None:
        self.problem = f"the caller failed: {type(error).__name__}: {error}"
        self.finish("network", self.problem)

    def resolve(self, status: int) -> None:
        """Ringing is over."""
        self.status = status
        self.answered.set()

    def finish(self, by: str, reason: str) -> None:
        """Nothing more is said or heard."""
        self.caller.end(by, reason)
        self.over.set()

    def close(self) -> None:
        """No more media; the port is free again."""
        if self._handle is not None:
            self._handle.leave()
        if self._stream is not None:
            self._media.send_report(self._stream.bye(monotonic_us()))
        self._media.close()

    def told(self, result: CallResult, status: int) -> CallResult:
        """`result` with what only the line knows."""
        media = None if self._stream is None else self._stream.stats
        result = msgspec.structs.replace(result, sip_status=status, media=media)
        if self._relay is not None and (problem := self._relay.faults.problem) is not None:
            result = msgspec.structs.replace(result, problems=(*result.problems, problem))
        if self.problem is None:
            return result
        unfinished = self.problem if result.unfinished is None else result.unfinished
        problems = (*result.problems, self.problem)
        return msgspec.structs.replace(result, ok=False, unfinished=unfinished, problems=problems)


class PhoneLine:
    """A SIP endpoint that only calls, its media ports and the wheel. Made by `open`."""

    def __init__(self, ports: MediaPorts, wheel: MediaWheel) -> None:
        self._ports = ports
        self._wheel = wheel
        self._calls: dict[CallId, PlacedCall] = {}
        self._placing: PlacedCall | None = None
        self._endpoint: SipEndpoint | None = None

    @classmethod
    @contextlib.asynccontextmanager
    async def open(
        cls, host: str, *, ports: tuple[int, int] = PORTS, wheel: MediaWheel | None = None
    ) -> AsyncIterator[PhoneLine]:
        """`host` is an address of this machine that the far end can reach. Raises OSError where it can't be bound."""
        line = cls(MediaPorts(host, *ports), MediaWheel() if wheel is None else wheel)
        line._endpoint = await SipEndpoint.open(host, 0, line, SipSettings(contact_user="caller"))
        try:
            yield line
        finally:
            await line._endpoint.close()

    async def call(
        self,
        call_id: str,
        uri: str,
        caller: CallerSession,
        *,
        next_hop: Peer | None = None,
        answer_s: float = ANSWER_S,
        relay: MediaRelay | None = None,
    ) -> CallResult:
        """Calls `uri` as the scenario's caller and returns when it is over; not judged yet.

        Media goes through `relay`, opened for this call on the line's host, where there is one.
        Raises `telephony.rtp.port.PortsExhausted` where no media port is free.
        """
        placed = PlacedCall(call_id, caller, self._ports.open(), relay)
        try:
            call = self._place(uri, placed, next_hop)
            async with asyncio.TaskGroup() as group:
                group.create_task(caller.listen())
                try:
                    status = await self._play(placed, answer_s)
                finally:
                    self._bound().hang_up(call)
                    placed.finish("network", "given up")
            if status == ANSWERED:
                await _within(ENDING_S, placed.gone)
        finally:
            placed.close()
        return placed.told(caller.result(call_id), status)

    def on_call(self, action: sip.CallAction) -> None:
        """What the endpoint tells. Not for others to call."""
        if isinstance(action, sip.IncomingCall):
            self._bound().reject(action.call, BUSY)
            return
        # What can't be placed at all is told before `place` returns the call's id.
        placed = self._calls.get(action.call, self._placing)
        if placed is None:
            return
        match action:
            case sip.CallAnswered(sdp=sdp):
                try:
                    placed.start(sdp, self._wheel)
                except SdpError as problem:
                    placed.problem = str(problem)
                    placed.finish("network", placed.problem)
                placed.resolve(ANSWERED)
            case sip.CallRejected(code=code, reason=reason):
                placed.finish("network", f"{code} {reason}".strip())
                placed.resolve(code)
                self._forget(action.call, placed)
            case sip.CallEnded(by=by, reason=reason):
                placed.finish("network" if by == "timeout" else "agent", reason)
                self._forget(action.call, placed)
            case sip.CallCancelled():
                self._forget(action.call, placed)
            case sip.Reinvited(call=call):
                self._bound().reject_reinvite(call)
            case sip.CallProgress() | sip.CallConfirmed() | sip.SessionChanged() | sip.SessionKept():
                pass
            case sip.DigitsReceived() | sip.ReferProgress() | sip.ReferSettled():
                pass
            case _:
                assert_never(action)

    def _place(self, uri: str, placed: PlacedCall, next_hop: Peer | None) -> CallId:
        endpoint = self._bound()
        host = endpoint.address.host
        from_uri = f"sip:{placed.caller.number}@{f'[{host}]' if ':' in host else host}"
        self._placing = placed
        try:
            call = endpoint.place(uri, placed.offer, from_uri=from_uri, next_hop=next_hop)
        finally:
            self._placing = None
        if not placed.gone.is_set():
            self._calls[call] = placed
        return call

    async def _play(self, placed: PlacedCall, answer_s: float) -> int:
        """The status that ended the ringing, once the call is over."""
        if not await _within(answer_s, placed.answered):
            placed.finish("network", f"not answered within {answer_s:g} s")
            return NOT_ANSWERED
        await placed.over.wait()
        return placed.status

    def _forget(self, call: CallId, placed: PlacedCall) -> None:
        self._calls.pop(call, None)
        placed.gone.set()

    def _bound(self) -> SipEndpoint:
        if self._endpoint is None:
            raise RuntimeError("the line is not open")
        return self._endpoint


async def _within(seconds: float, event: asyncio.Event) -> bool:
    """Whether `event` came in so many seconds."""
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        return False
    return True
