"""A user agent on a bench: messages as text, a clock that tests turn, and what came out sorted by kind."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import TypeVar

from telephony.sip.actions import Action, CallAction, IncomingCall, SendDatagram
from telephony.sip.events import CallId, DatagramReceived, Event
from telephony.sip.message import ReceivedRequest, ReceivedResponse, read
from telephony.sip.peer import Peer
from telephony.sip.settings import SipSettings
from telephony.sip.user_agent import UserAgent

LOCAL = Peer("192.0.2.1", 5060)
REMOTE = Peer("192.0.2.9", 5070)
OFFER = b"v=0\r\no=- 1 1 IN IP4 192.0.2.9\r\ns=-\r\nc=IN IP4 192.0.2.9\r\nt=0 0\r\nm=audio 6000 RTP/AVP 0\r\n"
ANSWER = b"v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\nm=audio 7000 RTP/AVP 0\r\n"
SECOND = 1_000_000

ActionT = TypeVar("ActionT")


def counter() -> Callable[[], str]:
    """Tokens t1, t2, ..."""
    numbers = itertools.count(1)
    return lambda: f"t{next(numbers)}"


def request(
    method: str,
    *,
    uri: str = "sip:agent@192.0.2.1",
    branch: str = "z9hG4bK-a",
    cseq: int = 1,
    to_tag: str | None = None,
    from_tag: str = "remote",
    call_id: str = "call-1",
    extra: tuple[str, ...] = (),
    body: bytes = b"",
    cseq_method: str | None = None,
) -> bytes:
    """A request of the remote side."""
    to = "<sip:agent@192.0.2.1>" + ("" if to_tag is None else f";tag={to_tag}")
    lines = [
        f"{method} {uri} SIP/2.0",
        f"Via: SIP/2.0/UDP 192.0.2.9:5070;branch={branch}",
        f'From: "Ann" <sip:ann@192.0.2.9>;tag={from_tag}',
        f"To: {to}",
        f"Call-ID: {call_id}",
        f"CSeq: {cseq} {method if cseq_method is None else cseq_method}",
        "Contact: <sip:ann@192.0.2.9:5070>",
        "Max-Forwards: 70",
        *extra,
        f"Content-Length: {len(body)}",
    ]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def invite(*, body: bytes = OFFER, extra: tuple[str, ...] = (), branch: str = "z9hG4bK-a", **kwargs: object) -> bytes:
    """An INVITE with an offer."""
    content = ("Content-Type: application/sdp",) if body else ()
    return request("INVITE", body=body, extra=(*extra, *content), branch=branch, **kwargs)  # type: ignore[arg-type]


def reply(
    to: ReceivedRequest,
    code: int,
    *,
    to_tag: str | None = "callee",
    contact: str | None = "<sip:bob@192.0.2.9:5070>",
    extra: tuple[str, ...] = (),
    body: bytes = b"",
    phrase: str = "Whatever",
) -> bytes:
    """The remote side's response to a request of ours."""
    tag = "" if to_tag is None or to.to.tag is not None else f";tag={to_tag}"
    lines = [
        f"SIP/2.0 {code} {phrase}",
        *(f"Via: {via}" for via in to.framed.values("Via")),
        f"From: {to.from_.text}",
        f"To: {to.to.text}{tag}",
        f"Call-ID: {to.call_id}",
        f"CSeq: {to.cseq} {to.method}",
        *(() if contact is None else (f"Contact: {contact}",)),
        *extra,
        f"Content-Length: {len(body)}",
    ]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


class Bench:
    """One user agent at LOCAL. Every method returns nothing; look at `sent` and `told`, which hold the last step's."""

    def __init__(self, settings: SipSettings | None = None) -> None:
        self.agent = UserAgent(LOCAL, SipSettings() if settings is None else settings, counter())
        self.now_us = 0
        self.datagrams: list[SendDatagram] = []
        self.told: list[CallAction] = []

    def do(self, event: Event) -> None:
        self._sort(self.agent.handle(event, self.now_us))

    def receive(self, data: bytes, source: Peer = REMOTE) -> None:
        self.do(DatagramReceived(data, source))

    def advance(self, duration_us: int) -> None:
        """Turn the clock, waking the agent exactly when it asks for it; keeps everything that comes out."""
        end_us = self.now_us + duration_us
        actions: list[Action] = []
        while (wake_us := self.agent.next_wake()) is not None and wake_us <= end_us:
            assert wake_us >= self.now_us
            self.now_us = wake_us
            actions += self.agent.wake(wake_us)
        self.now_us = end_us
        self._sort(actions)

    @property
    def sent(self) -> list[ReceivedRequest | ReceivedResponse]:
        """The datagrams of the last step, parsed."""
        messages = [read(each.data, LOCAL) for each in self.datagrams]
        return [message for message in messages if message is not None]

    def responses(self) -> list[ReceivedResponse]:
        return [each for each in self.sent if isinstance(each, ReceivedResponse)]

    def requests(self) -> list[ReceivedRequest]:
        return [each for each in self.sent if isinstance(each, ReceivedRequest)]

    def codes(self) -> list[int]:
        """Status codes sent in the last step."""
        return [each.code for each in self.responses()]

    def methods(self) -> list[str]:
        """Methods sent in the last step."""
        return [each.method for each in self.requests()]

    def only(self, kind: type[ActionT]) -> ActionT:
        """The one thing that the application was told in the last step."""
        assert len(self.told) == 1, self.told
        assert isinstance(self.told[0], kind), self.told
        return self.told[0]

    def incoming(self, **kwargs: object) -> CallId:
        """Let a call come in."""
        self.receive(invite(**kwargs))  # type: ignore[arg-type]
        return self.only(IncomingCall).call

    def _sort(self, actions: list[Action]) -> None:
        self.datagrams = [each for each in actions if isinstance(each, SendDatagram)]
        self.told = [each for each in actions if not isinstance(each, SendDatagram)]
