"""What the SIP stack makes of the torture messages of RFC 4475.

Every message goes to a fresh user agent, whose clock is then turned until nothing is due any more, and all of them to
one socket. What the RFC allows an endpoint that takes calls and registers nobody is written down below, for each:
final status codes, `call` (offered to the application), or `dropped`.
"""

from __future__ import annotations

import asyncio
import itertools
import socket
import sys
from pathlib import Path
from typing import Final

import msgspec

from benchmarks.report import Asked, Goal, Measured
from telephony.sip.actions import Action, CallAction, IncomingCall, SendDatagram
from telephony.sip.endpoint import SipEndpoint
from telephony.sip.events import DatagramReceived, RejectCall
from telephony.sip.peer import Peer
from telephony.sip.settings import SipSettings
from telephony.sip.timers import Timers
from telephony.sip.user_agent import UserAgent
from voice_agent.errors import UsageError

HOST: Final = "127.0.0.1"
_LOCAL: Final = Peer(HOST, 5060)
_SOURCE: Final = Peer(HOST, 5070)
_MANY_WAKES: Final = 1_000
"""More than any sequence of timers takes; beyond it something repeats for ever."""
_ANSWER_S: Final = 5.0

ALLOWED: Final[dict[str, tuple[str, str]]] = {
    "wsinv": ("3.1.1.1", "481 call"),  # To has a tag: a dialog that isn't here
    "intmeth": ("3.1.1.2", "405 501"),
    "esc01": ("3.1.1.3", "404 call"),
    "escnull": ("3.1.1.4", "405"),
    "esc02": ("3.1.1.5", "405 501"),
    "lwsdisp": ("3.1.1.6", "200 404"),
    "longreq": ("3.1.1.7", "404 call"),
    "dblreq": ("3.1.1.8", "405"),  # one answer: what follows in the datagram is no message
    "semiuri": ("3.1.1.9", "200 404"),
    "transports": ("3.1.1.10", "200 404"),
    "mpart01": ("3.1.1.11", "405 415"),
    "unreason": ("3.1.1.12", "dropped"),  # answers to nothing we asked
    "noreason": ("3.1.1.13", "dropped"),
    "badinv01": ("3.1.2.1", "400"),
    "clerr": ("3.1.2.2", "400"),
    "ncl": ("3.1.2.3", "400"),
    "scalar02": ("3.1.2.4", "400"),
    "scalarlg": ("3.1.2.5", "dropped"),
    "quotbal": ("3.1.2.6", "400"),
    "ltgtruri": ("3.1.2.7", "400 call"),
    "lwsruri": ("3.1.2.8", "400 call"),
    "lwsstart": ("3.1.2.9", "400 call"),
    "trws": ("3.1.2.10", "400 200"),
    "escruri": ("3.1.2.11", "400 call"),
    "baddate": ("3.1.2.12", "400 call"),
    "regbadct": ("3.1.2.13", "400 405"),
    "badaspec": ("3.1.2.14", "400 200"),
    "baddn": ("3.1.2.15", "400 200"),
    "badvers": ("3.1.2.16", "505"),
    "mismatch01": ("3.1.2.17", "400"),
    "mismatch02": ("3.1.2.18", "400 501 405"),
    "bigcode": ("3.1.2.19", "dropped"),
}
"""File name to the section of RFC 4475 and what is allowed, in words divided by blanks."""


class Handled(msgspec.Struct, frozen=True):
    """What became of one message. `did` is all that was done, `left` what was still there when no timer was due."""

    file: str
    section: str
    allowed: str
    did: str
    crashed: str
    left: str

    @property
    def as_allowed(self) -> bool:
        return self.crashed == "" and self.did in self.allowed.split()


def measure(asked: Asked) -> Measured:
    """Raises UsageError without the messages."""
    messages = load(asked.data)
    handled = [handle(name, data) for name, data in messages.items()]
    for each in handled:
        verdict = "as allowed" if each.as_allowed else "NOT as allowed"
        print(f"{each.section:9} {each.file:11} allowed {each.allowed:12} did {each.did:8} {verdict}", file=sys.stderr)
    alive = asyncio.run(over_a_socket(list(messages.values())))
    return Measured(figures(handled, alive), goals(handled, alive))


def load(data: Path | None) -> dict[str, bytes]:
    """The messages by name, without suffix."""
    folder = None if data is None else data / "sip_torture" / "rfc4475"
    if folder is None or not folder.is_dir():
        raise UsageError("no torture messages", hint="--data DIR, with DIR/sip_torture/rfc4475/*.dat")
    messages = {path.stem: path.read_bytes() for path in sorted(folder.glob("*.dat"))}
    unknown = sorted(set(messages) - set(ALLOWED))
    if unknown or not messages:
        raise UsageError(f"{folder} has {len(messages)} messages, unknown among them: {', '.join(unknown)}")
    return messages


def handle(name: str, data: bytes) -> Handled:
    """Feed one message to a fresh user agent; a call that it offers is refused by 486 afterwards."""
    section, allowed = ALLOWED[name]
    numbers = itertools.count()
    agent = UserAgent(_LOCAL, SipSettings(), lambda: f"t{next(numbers)}")
    did, crashed = "", ""
    try:
        actions = agent.handle(DatagramReceived(data, _SOURCE), 0)
        did = outcome(actions)
        for action in actions:
            if isinstance(action, IncomingCall):
                agent.handle(RejectCall(action.call), 0)
        _run_out(agent)
    except Exception as problem:  # noqa: BLE001  # that one may be raised is what is measured
        crashed = f"{type(problem).__name__}: {problem}"
    left = f"{agent.call_count} calls" if agent.call_count else ""
    return Handled(
        name, section, allowed, did, crashed, left if agent.next_wake() is None else f"{left} timers".strip()
    )


def outcome(actions: list[Action]) -> str:
    """`call`, `dropped`, the one final status code, or several joined by `+`, which nothing allows."""
    if any(isinstance(each, IncomingCall) for each in actions):
        return "call"
    codes = [each.data.split(b" ", 2)[1].decode() for each in actions if isinstance(each, SendDatagram)]
    return "+".join(codes) if codes else "dropped"


def _run_out(agent: UserAgent) -> None:
    for _ in range(_MANY_WAKES):
        due_us = agent.next_wake()
        if due_us is None:
            return
        agent.wake(due_us)


class _Refusing:
    """Refuses every call; `endpoint` is given after it was opened."""

    def __init__(self) -> None:
        self.endpoint: SipEndpoint | None = None

    def on_call(self, action: CallAction) -> None:
        if isinstance(action, IncomingCall) and self.endpoint is not None:
            self.endpoint.reject(action.call, 486)


async def over_a_socket(messages: list[bytes]) -> bool:
    """Send all of them to one port; whether it answers OPTIONS afterwards and is left with no call."""
    refusing = _Refusing()
    endpoint = await SipEndpoint.open(
        HOST, 0, refusing, SipSettings(timers=Timers(t1_us=1_000, t2_us=4_000, t4_us=5_000))
    )
    refusing.endpoint = endpoint
    loop = asyncio.get_running_loop()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sender.bind((HOST, 0))
        sender.setblocking(False)
        here = sender.getsockname()[1]
        for message in messages:
            await loop.sock_sendto(sender, message, (HOST, endpoint.address.port))
        try:
            async with asyncio.timeout(_ANSWER_S):
                await loop.sock_sendto(sender, _options(here), (HOST, endpoint.address.port))
                while not (await loop.sock_recv(sender, 65_536)).startswith(b"SIP/2.0 200 "):
                    pass
                return endpoint.call_count == 0
        except TimeoutError:
            return False
        finally:
            await endpoint.close()


def _options(port: int) -> bytes:
    lines = (
        f"OPTIONS sip:{HOST} SIP/2.0",
        f"Via: SIP/2.0/UDP {HOST}:{port};branch=z9hG4bK-after;rport",
        "From: <sip:torture@localhost>;tag=after",
        f"To: <sip:{HOST}>",
        "Call-ID: after",
        "CSeq: 1 OPTIONS",
        "Content-Length: 0",
    )
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def figures(handled: list[Handled], alive: bool) -> dict[str, object]:
    return {
        "messages": len(handled),
        "as_allowed": sum(each.as_allowed for each in handled),
        "crashed": sum(each.crashed != "" for each in handled),
        "left_state_behind": sum(each.left != "" for each in handled),
        "alive_after_all_by_socket": alive,
        "by_message": [{**msgspec.structs.asdict(each), "as_allowed": each.as_allowed} for each in handled],
    }


def goals(handled: list[Handled], alive: bool) -> tuple[Goal, ...]:
    total = len(handled)
    good = sum(each.as_allowed for each in handled)
    crashed = sum(each.crashed != "" for each in handled)
    left = sum(each.left != "" for each in handled)
    return (
        Goal("as_allowed", "every message", good, good == total),
        Goal("crashed", "none", crashed, crashed == 0),
        Goal("left_state_behind", "none", left, left == 0),
        Goal("alive_after_all_by_socket", "yes", float(alive), alive),
    )
