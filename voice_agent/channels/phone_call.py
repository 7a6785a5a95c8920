"""One telephone call: its media on the wheel, its line, and what it needs of the conversation behind it."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Sequence
from typing import Protocol

import msgspec

from telephony.media_terms import stream_terms
from telephony.rtp.port import MediaSocket
from telephony.rtp.receiver import Pulled
from telephony.rtp.sender import Origin
from telephony.rtp.stream import RtpStream, StreamStats
from telephony.rtp.wheel import MediaWheel, WheelHandle
from telephony.sdp.offer_answer import NegotiatedMedia
from telephony.sdp.session import Direction, Session
from telephony.sip.endpoint import SipEndpoint, monotonic_us
from telephony.sip.events import CallId
from voice_agent.audio import Pcm
from voice_agent.channels.media_quality import quality_of
from voice_agent.channels.media_watch import MediaWatch
from voice_agent.channels.outgoing import Placed
from voice_agent.conversation.events import MediaCameBack, MediaLost, MediaQuality
from voice_agent.emergency import emergency_number
from voice_agent.errors import CallFailed


class PhoneSession(Protocol):
    """The conversation behind a call."""

    @property
    def conversation(self) -> str:
        """Its id."""
        ...

    def prepare(self, caller: Pcm) -> None:
        """What the next tick brings of the caller."""
        ...

    def tick(self, caller: Pcm, digits: Sequence[str]) -> Pcm:
        """20 ms in, 20 ms out (`int16[160]`)."""
        ...

    def media(self, event: MediaLost | MediaCameBack) -> None:
        """No sound arrives from the caller, or it does again."""
        ...

    def hung_up(self, reason: str) -> None:
        """The caller is gone."""
        ...

    def broke(self, reason: str) -> None:
        """The call can't go on, for a defect of ours."""
        ...


class Caller(msgspec.Struct, frozen=True):
    """Who is on the line, as the network says: SIP URIs, and the Call-ID header for logs.

    `outbound`: we called them; then `from_uri` is the one who was called, and `to_uri` is ours.
    """

    from_uri: str
    to_uri: str
    sip_call_id: str
    outbound: bool = False


class CallLine:
    """What a conversation may ask of its call."""

    def __init__(self, endpoint: SipEndpoint, call: PhoneCall) -> None:
        self._endpoint = endpoint
        self._call = call

    def hang_up(self) -> None:
        self._endpoint.hang_up(self._call.call)

    async def connect(self, address: str, *, reference: str) -> None:
        """Transfers the call (RFC 5589 section 6.1) and returns when somebody has answered at `address`.

        `reference` goes along as `X-Conversation`, so that who answers can look the summary up; the words stay
        here.
        Raises CallFailed with what the other side said. An emergency number is never dialled.
        """
        number = emergency_number(address)
        if number is not None:
            raise CallFailed(f"{address} reaches the emergency number {number}, which is never dialled")
        settled = self._call.transfer()
        self._endpoint.refer(self._call.call, address, headers=(("X-Conversation", reference),))
        code = await settled
        if code >= 300:
            raise CallFailed(f"the transfer to {address} failed with {code}")

    def quality(self) -> MediaQuality | None:
        """How the line was so far; None before media flows."""
        stream = self._call.stream
        return None if stream is None else quality_of(stream.stats)


class Desk(Protocol):
    """Who takes calls: says whether there is room, and starts the session of one."""

    def admit(self, caller: Caller) -> str | None:
        """Takes a place for a call before it rings; says why where there is none."""
        ...

    def line_ended(self, caller: Caller) -> None:
        """An admitted call is over, for the telephone; where it never had a session, its place is free again."""
        ...

    def open(self, caller: Caller, line: CallLine) -> PhoneSession:
        """Starts a session. It hangs the line up once it is over."""
        ...


class PhoneCall:
    """One call: a member of the wheel while its media flows."""

    def __init__(self, call: CallId, caller: Caller, media: MediaSocket, placed: Placed | None = None) -> None:
        """`placed` is None for a call that came in."""
        self.placed = placed
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
        self._heard: Pulled | None = None
        self._sends = True
        self._receives = True
        self._watch = MediaWatch()
        self._keys: list[str] = []
        self._transfer: asyncio.Future[int] | None = None

    def transfer(self) -> asyncio.Future[int]:
        """What will come of a transfer that begins now: the code of `transferred`."""
        self._transfer = asyncio.get_running_loop().create_future()
        return self._transfer

    def transferred(self, code: int) -> None:
        """How the transfer ended: 2xx where somebody has answered."""
        if self._transfer is not None and not self._transfer.done():
            self._transfer.set_result(code)

    def press(self, keys: str) -> None:
        """Keys that came as signalling; the session hears of them with the next 20 ms."""
        self._keys += keys

    def agree(self, agreed: NegotiatedMedia) -> None:
        """What both sides can do is settled, for the first time or again."""
        self.agreed = agreed
        self._sends = agreed.direction in (Direction.SENDRECV, Direction.SENDONLY)
        self._receives = agreed.direction in (Direction.SENDRECV, Direction.RECVONLY)
        if self.stream is not None:
            self.stream.renegotiate(stream_terms(agreed, Origin(0, 0, 0)))

    def start(self, session: PhoneSession, wheel: MediaWheel) -> None:
        """Media flows from now on."""
        if self.agreed is None:
            raise RuntimeError("media can't flow before offer and answer")
        origin = Origin(secrets.randbits(32), secrets.randbits(16), secrets.randbits(32))
        self.stream = RtpStream(stream_terms(self.agreed, origin))
        self.media.attach(self.stream, monotonic_us)
        self.session = session
        self._handle = wheel.join(self, self.hear)

    def hear(self, now_us: int) -> None:
        """Before anybody's tick: the sound of many calls is looked at together."""
        if self.stream is not None and self.session is not None:
            self._heard = self.stream.pull(now_us)
            self.session.prepare(self._heard.pcm)

    def tick(self, now_us: int) -> None:
        stream, session, heard = self.stream, self.session, self._heard
        if stream is None or session is None or heard is None:
            return
        news = self._watch.observe(stream.heard, stream.unheard_us, expected=self._receives, now_us=now_us)
        if news is not None:
            session.media(news)
        keys, self._keys = self._keys, []
        spoken = session.tick(heard.pcm, (*heard.digits, *keys) if keys else heard.digits)
        if self._sends:
            self.media.send(stream.push(spoken))
        else:
            stream.skip()
        self.media.send_report(stream.report(now_us))

    def failed(self, error: Exception) -> None:
        if self.session is not None:
            self.session.broke(f"{type(error).__name__}: {error}")

    def close(self) -> StreamStats | None:
        """No more media; the port is free again. Returns what was counted, if any media flowed."""
        if self._handle is not None:
            self._handle.leave()
        if self.stream is not None:
            self.media.send_report(self.stream.bye(monotonic_us()))
        self.media.close()
        return None if self.stream is None else self.stream.stats
