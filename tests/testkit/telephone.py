"""A telephone that somebody answers, and a caller of one's own, over loopback: everything but the conversation is real.

async with answered(Desk()) as phone, Caller.open() as caller:
    call, port = await caller.talk(phone.uri)
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Final, TypeVar

import numpy as np

from telephony.rtp.port import MediaPorts
from telephony.rtp.sender import Origin, RtpSender
from telephony.rtp.wheel import MediaWheel
from telephony.sdp.session import parse
from telephony.sip.actions import CallAction, CallAnswered, CallProgress
from telephony.sip.endpoint import SipEndpoint
from telephony.sip.events import CallId
from telephony.sip.settings import SipSettings
from telephony.sip.timers import Timers
from voice_agent.audio import Pcm
from voice_agent.channels.phone import PhoneDoor
from voice_agent.channels.phone_call import Caller as KnownCaller
from voice_agent.channels.phone_call import CallLine
from voice_agent.conversation.events import MediaCameBack, MediaLost

HOST: Final = "127.0.0.1"
WAIT_S: Final = 5.0
TONE: Final = np.full(160, 4_000, np.int16)

ActionT = TypeVar("ActionT", bound=CallAction)


class Session:
    """The conversation of a call: says `TONE` all the time, and remembers."""

    conversation = "c-1"

    def __init__(self, line: CallLine) -> None:
        self.line = line
        self.hang_up = line.hang_up
        self.ticks = 0
        self.loudest = 0
        self.digits = ""
        self.told: list[tuple[str, str]] = []
        self.news: list[MediaLost | MediaCameBack] = []
        self.breaks = False

    def prepare(self, caller: Pcm) -> None:
        pass

    def tick(self, caller: Pcm, digits: Sequence[str]) -> Pcm:
        if self.breaks:
            raise RuntimeError("a defect")
        self.ticks += 1
        self.loudest = max(self.loudest, int(np.abs(caller).max()))
        self.digits += "".join(digits)
        return TONE

    def media(self, event: MediaLost | MediaCameBack) -> None:
        self.news.append(event)

    def hung_up(self, reason: str) -> None:
        self.told.append(("hung_up", reason))

    def broke(self, reason: str) -> None:
        self.told.append(("broke", reason))
        self.hang_up()


class Desk:
    """Takes every call, unless it refuses or can't open a session."""

    def __init__(self, *, refuses: str | None = None, broken: bool = False) -> None:
        self.sessions: list[Session] = []
        self.callers: list[KnownCaller] = []
        self.free: list[KnownCaller] = []
        self._refuses = refuses
        self._broken = broken

    def admit(self, caller: KnownCaller) -> str | None:
        return self._refuses

    def line_ended(self, caller: KnownCaller) -> None:
        self.free.append(caller)

    def open(self, caller: KnownCaller, line: CallLine) -> Session:
        if self._broken:
            raise RuntimeError("no session to be had")
        self.callers.append(caller)
        self.sessions.append(Session(line))
        return self.sessions[-1]


class Telephone:
    def __init__(self, door: PhoneDoor, ports: MediaPorts, endpoint: SipEndpoint) -> None:
        self.door = door
        self.ports = ports
        self.endpoint = endpoint

    @property
    def uri(self) -> str:
        return f"sip:agent@{HOST}:{self.endpoint.address.port}"


@asynccontextmanager
async def answered(
    desk: Desk, ports: tuple[int, int] = (47_000, 47_199), t1_us: int = 100_000
) -> AsyncIterator[Telephone]:
    """A telephone whose calls `desk` takes."""
    media, wheel = MediaPorts(HOST, *ports), MediaWheel()
    door = PhoneDoor(desk, media, wheel)
    endpoint = await SipEndpoint.open(HOST, 0, door, SipSettings(timers=Timers(t1_us=t1_us)))
    door.attach(endpoint)
    try:
        yield Telephone(door, media, endpoint)
    finally:
        wheel.close()
        await endpoint.close()


class _Datagrams(asyncio.DatagramProtocol):
    def __init__(self) -> None:
        self.count = 0

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self.count += 1


class Caller:
    """A SIP endpoint that calls, with one port for media. Made by `open`."""

    def __init__(self, media: asyncio.DatagramTransport, received: _Datagrams) -> None:
        self.actions: asyncio.Queue[CallAction] = asyncio.Queue()
        self._media = media
        self._received = received
        self._sender = RtpSender(0, 101, Origin(7, 7, 7))
        self._endpoint: SipEndpoint | None = None

    @classmethod
    @asynccontextmanager
    async def open(cls) -> AsyncIterator[Caller]:
        loop = asyncio.get_running_loop()
        media, received = await loop.create_datagram_endpoint(_Datagrams, local_addr=(HOST, 0))
        caller = cls(media, received)
        caller._endpoint = await SipEndpoint.open(HOST, 0, caller, SipSettings(timers=Timers(t1_us=100_000)))
        try:
            yield caller
        finally:
            media.close()
            await caller.endpoint.close()

    @property
    def endpoint(self) -> SipEndpoint:
        assert self._endpoint is not None
        return self._endpoint

    @property
    def packets(self) -> int:
        """RTP packets that came so far."""
        return self._received.count

    def on_call(self, action: CallAction) -> None:
        self.actions.put_nowait(action)

    async def told(self, kind: type[ActionT]) -> ActionT:
        """The next thing that happens; it must be of this kind."""
        async with asyncio.timeout(WAIT_S):
            action = await self.actions.get()
        assert isinstance(action, kind), action
        return action

    def offer(self, *, direction: str = "sendrecv", formats: str = "0 101", version: int = 1) -> bytes:
        port = self._media.get_extra_info("sockname")[1]
        lines = ("v=0", f"o=- 1 {version} IN IP4 {HOST}", "s=-", f"c=IN IP4 {HOST}", "t=0 0")
        media = (f"m=audio {port} RTP/AVP {formats}", "a=rtpmap:101 telephone-event/8000", f"a={direction}")
        return "".join(f"{line}\r\n" for line in (*lines, *media)).encode()

    def call(self, uri: str, offer: bytes | None = None) -> CallId:
        sdp = self.offer() if offer is None else offer
        return self.endpoint.place(uri, sdp, from_uri=f"sip:1@{self.endpoint.address}")

    async def talk(self, uri: str) -> tuple[CallId, int]:
        """A call that was answered, and the telephone's port for its media."""
        call = self.call(uri)
        await self.told(CallProgress)
        answer = await self.told(CallAnswered)
        assert answer.sdp is not None
        return call, parse(answer.sdp).media[0].port

    def speak(self, port: int, *, keys: str = "", pcm: Pcm = TONE) -> None:
        """The next 20 ms to `port`."""
        if keys:
            self._sender.send_digits(keys)
        self._media.sendto(self._sender.push(pcm), (HOST, port))
