"""Random bytes and altered messages, end to end over sockets: no error, no call and no port left behind."""

from __future__ import annotations

import asyncio
import random
import socket

import pytest

from tests.testkit.sip_text import HOST, OFFER, request
from tests.testkit.telephone import Caller, Desk, answered
from tests.testkit.waiting import soon

MESSAGES = 1_500
QUICK_T1_US = 5_000
"""RFC 3261 timers scaled down a hundred times: whoever never acknowledges is given up after 0.32 s."""
METHODS = ("INVITE", "ACK", "BYE", "CANCEL", "OPTIONS", "UPDATE", "INFO", "REGISTER", "REFER", "NONSENSE")
PIECES = (
    b"\r\n",
    b"\r\n\r\n",
    b"\x00",
    b";tag=",
    b"<",
    b">",
    b'"',
    b":",
    b"Content-Length: 99999\r\n",
    b"\xff\xfe",
    b"%%%",
)


def altered(draw: random.Random, message: bytes) -> bytes:
    """One to four changes: a piece put in, cut out, repeated, or a byte replaced."""
    for _ in range(draw.randrange(1, 5)):
        at, length = draw.randrange(len(message) + 1), draw.randrange(1, 40)
        match draw.randrange(4):
            case 0:
                message = message[:at] + draw.choice(PIECES) + message[at:]
            case 1:
                message = message[:at] + message[at + length :]
            case 2:
                message = message[: at + length] + message[at:]
            case _:
                message = message[:at] + draw.randbytes(1) + message[at + 1 :]
    return message


def malformed(draw: random.Random, uri: str, number: int, here: int) -> bytes:
    if draw.random() < 0.2:
        return draw.randbytes(draw.randrange(0, 600))
    method = draw.choice(METHODS[:1] * 5 + METHODS)
    body = OFFER if method in ("INVITE", "UPDATE") else ""
    return altered(draw, request(method, uri, here, call=f"bad-{number}", body=body))


def responses(stranger: socket.socket) -> set[bytes]:
    """Status codes of what has come back."""
    told: set[bytes] = set()
    while True:
        try:
            message = stranger.recv(8_192, socket.MSG_DONTWAIT)
        except BlockingIOError:
            return told
        if message.startswith(b"SIP/2.0 "):
            told.add(message[8:11])


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_altered_messages_leave_neither_calls_nor_ports_behind(seed: int, caplog: pytest.LogCaptureFixture) -> None:
    draw = random.Random(seed)
    desk = Desk()

    async def main() -> set[bytes]:
        told: set[bytes] = set()
        async with answered(desk, t1_us=QUICK_T1_US) as phone:
            free = phone.ports.free
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
                stranger.bind((HOST, 0))
                address, here = (HOST, phone.endpoint.address.port), stranger.getsockname()[1]
                for number in range(MESSAGES):
                    stranger.sendto(malformed(draw, phone.uri, number, here), address)
                    await asyncio.sleep(0)  # lets the endpoint read
                    await asyncio.sleep(0)
                    told |= responses(stranger)
                await soon(lambda: len(phone.door) == 0 and phone.ports.free == free, 20, "all calls given up")
            async with Caller.open() as caller:
                call, _ = await caller.talk(phone.uri)
                await soon(lambda: caller.packets > 10, 5, "the agent's voice")
                caller.endpoint.hang_up(call)
                await soon(lambda: len(phone.door) == 0 and phone.ports.free == free, 5, "the end of the call")
        return told

    told = asyncio.run(main())
    assert {b"200", b"400", b"481", b"488"} <= told  # some were calls still, some were refused for each reason
    assert [record for record in caplog.records if record.exc_info is not None] == []
