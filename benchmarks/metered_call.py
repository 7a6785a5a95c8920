"""A synthetic call whose every packet is stamped as it leaves and as it arrives. A shell; it measures nothing itself.

The caller is `simulations`' own, with lines that were synthesised before; only the line under it is another.
"""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from collections.abc import Sequence
from typing import Final, Literal, Protocol

from benchmarks.answer_times import SentFrame, Wait, wait_for_answer
from simulations.loudness import voiced_windows
from telephony.codecs.g711 import PCMU
from telephony.media_terms import stream_terms
from telephony.rtp.packet import RtpError, is_rtcp, parse
from telephony.rtp.port import MediaPorts, MediaSocket
from telephony.rtp.sender import Origin
from telephony.rtp.source_latch import Address
from telephony.rtp.stream import RtpStream, StreamTerms
from telephony.rtp.wheel import MediaWheel, WheelHandle
from telephony.sdp.offer_answer import Codec, accept, make_offer
from telephony.sdp.session import SdpError, serialise
from telephony.sdp.session import parse as parse_sdp
from telephony.sip import actions as sip
from telephony.sip.endpoint import SipEndpoint, monotonic_us
from telephony.sip.settings import SipSettings
from voice_agent.audio import FRAME_MS, Pcm
from voice_agent.errors import CallFailed

HOST: Final = "127.0.0.1"
PORTS: Final = (28_000, 29_999)
ANSWER_S: Final = 30
CALL_S: Final = 240
ENDING_S: Final = 5


class _StampedStream(RtpStream):
    """Keeps when packets arrived, and those with voice apart; `now_us` is read right after the datagram was."""

    def __init__(self, terms: StreamTerms) -> None:
        super().__init__(terms)
        self.voiced_us: list[int] = []
        self.arrivals_us: list[int] = []

    def receive(self, datagram: bytes, source: Address, now_us: int) -> None:
        super().receive(datagram, source, now_us)
        if not is_rtcp(datagram):
            with contextlib.suppress(RtpError):
                packet = parse(datagram)
                self.arrivals_us.append(now_us)
                if packet.payload_type == PCMU.payload_type and any(voiced_windows(PCMU.decode(packet.payload))):
                    self.voiced_us.append(now_us)


class MeteredCaller(Protocol):
    """Who speaks and listens: `simulations.caller_session.CallerSession` is one."""

    @property
    def hung_up(self) -> bool: ...

    async def listen(self) -> None:
        """Runs beside the call; returns after `end`."""
        ...

    def tick(self, heard: Pcm, /) -> tuple[Pcm, Sequence[str]]:
        """20 ms of what was heard, for 20 ms of what is said and the keys pressed in it."""
        ...

    def end(self, by: Literal["agent", "network"], reason: str, /) -> None: ...


class MeteredCall:
    """One call, placed by `run`. It observes its own endpoint and is a member of its own wheel."""

    def __init__(self, name: str, caller: MeteredCaller) -> None:
        self.name = name
        self.sent: list[SentFrame] = []
        self._caller = caller
        self._media: MediaSocket = MediaPorts(HOST, *PORTS).open()
        self._offer = make_offer(HOST, self._media.port, codecs=(Codec.PCMU,))
        self._stream: _StampedStream | None = None
        self._wheel = MediaWheel()
        self._handle: WheelHandle | None = None
        self._answered = asyncio.Event()
        self._over = asyncio.Event()
        self._gone = asyncio.Event()
        self._refusal: str | None = None

    @property
    def voiced_us(self) -> list[int]:
        """When voiced packets of the agent's arrived."""
        return [] if self._stream is None else self._stream.voiced_us

    @property
    def arrivals_us(self) -> list[int]:
        """When any packet of the agent's arrived."""
        return [] if self._stream is None else self._stream.arrivals_us

    def waits(self, begins_ms: Sequence[int]) -> list[Wait]:
        """Of each turn of the caller's that had voice; they began then."""
        begins = [began_ms // FRAME_MS for began_ms in begins_ms]
        untils = [*begins[1:], len(self.sent)]
        waits = [wait_for_answer(self.sent, self.voiced_us, *turn) for turn in zip(begins, untils, strict=False)]
        return [wait for wait in waits if wait is not None]

    async def run(self, uri: str, number: str) -> None:
        """Calls `uri` from `number` until the caller or the agent ends it. Raises CallFailed where nobody answers."""
        endpoint = await SipEndpoint.open(HOST, 0, self, SipSettings(contact_user="caller"))
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._caller.listen())
                call = endpoint.place(uri, serialise(self._offer), from_uri=f"sip:{number}@{HOST}")
                try:
                    await _within(ANSWER_S, self._answered)
                    await _within(CALL_S, self._over)
                finally:
                    endpoint.hang_up(call)
                    self._caller.end("network", "given up")
            await _within(ENDING_S, self._gone)
        finally:
            if self._handle is not None:
                self._handle.leave()
            self._media.close()
            await endpoint.close()
        if self._refusal is not None:
            raise CallFailed(f"call {self.name} failed: {self._refusal}")

    def on_call(self, action: sip.CallAction) -> None:
        match action:
            case sip.CallAnswered(sdp=sdp):
                try:
                    self._start(sdp)
                except SdpError as problem:
                    self._refuse(str(problem))
                self._answered.set()
            case sip.CallRejected(code=code, reason=reason):
                self._refuse(f"{code} {reason}")
                self._answered.set()
                self._gone.set()
            case sip.CallEnded(by=by, reason=reason):
                self._caller.end("network" if by == "timeout" else "agent", reason)
                self._over.set()
                self._gone.set()
            case _:
                pass

    def tick(self, now_us: int) -> None:
        """20 ms both ways; a frame is stamped once the system has taken its packet."""
        stream = self._stream
        if stream is None:
            return
        spoken, keys = self._caller.tick(stream.pull(now_us).pcm)
        if keys:
            stream.send_digits("".join(keys))
        self._media.send(stream.push(spoken))
        self._media.send_report(stream.report(now_us))
        self.sent.append(SentFrame(monotonic_us(), voiced_windows(spoken)))
        if self._caller.hung_up:
            self._over.set()

    def failed(self, error: Exception) -> None:
        self._refuse(f"{type(error).__name__}: {error}")

    def _start(self, answer: bytes | None) -> None:
        if answer is None:
            raise SdpError("answered without a description of the media")
        agreed = accept(self._offer, parse_sdp(answer))
        origin = Origin(secrets.randbits(32), secrets.randbits(16), secrets.randbits(32))
        self._stream = _StampedStream(stream_terms(agreed, origin))
        self._media.attach(self._stream, monotonic_us)
        self._handle = self._wheel.join(self)

    def _refuse(self, reason: str) -> None:
        self._refusal = reason
        self._over.set()


async def _within(seconds: float, event: asyncio.Event) -> None:
    """Waits for `event`, at most so long: what didn't come shows in the result."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()
