"""Many SIP callers in one socket: INVITEs at a steady rate, each stamped, acknowledged, held for a while and ended.

As small as SIP allows, so that what is measured is the server: text in, text out, no transactions but a retransmitted
INVITE. Media goes to a socket that nobody reads.
"""

from __future__ import annotations

import asyncio
import re
import socket
from contextlib import suppress
from typing import Any, Final, cast

import msgspec

from voice_agent.clock import MonotonicClock

HOST: Final = "127.0.0.1"
T1_S: Final = 0.5
FINAL_S: Final = 10.0
"""An INVITE without a final answer by then was dropped."""
BYE_S: Final = 2.0
_BUFFER_BYTES: Final = 1 << 22
_STATUS: Final = re.compile(rb"SIP/2\.0 ([1-6][0-9][0-9]) ([^\r\n]*)")
_CALL_ID: Final = re.compile(rb"\r\nCall-ID: *storm-([0-9]+)@", re.IGNORECASE)
_TO: Final = re.compile(rb"\r\nTo: *([^\r\n]*)", re.IGNORECASE)
_CSEQ: Final = re.compile(rb"\r\nCSeq: *[0-9]+ ([A-Z]+)", re.IGNORECASE)

_RETRY_AFTER: Final = re.compile(rb"\r\nRetry-After: *[1-9]", re.IGNORECASE)


class StormCall(msgspec.Struct):
    """One call. Times in microseconds of one clock; `code` is of the final answer, 0 where none came; `retry_after`:
    it says when to try again."""

    invited_us: int
    retransmitted: int = 0
    code: int = 0
    phrase: str = ""
    retry_after: bool = False
    answer_us: int = 0
    bye_code: int = 0

    @property
    def wait_ms(self) -> float:
        """From the first INVITE to the final answer."""
        return (self.answer_us - self.invited_us) / 1_000


class Storm(asyncio.DatagramProtocol):
    """Made by `storm`. `hold_s` is how long an answered call lasts."""

    def __init__(self, target: tuple[str, int], here: int, media: int, hold_s: float, first: int) -> None:
        self.calls: dict[int, StormCall] = {}
        self._target = target
        self._here = here
        self._media = media
        self._hold_s = hold_s
        self._number = first
        self._clock = MonotonicClock()
        self._loop = asyncio.get_running_loop()
        self._settled = asyncio.Event()
        self._over = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.DatagramTransport, transport)

    def invite(self) -> None:
        """One more call."""
        number = self._number
        self._number += 1
        self.calls[number] = StormCall(self._clock.now_us())
        self._send(self._request("INVITE", number, body=self._offer()))
        self._loop.call_later(T1_S, self._again, number, T1_S)

    async def settled(self, within_s: float) -> None:
        """Returns when every call has its answer, and those that were answered one to their BYE; or after a while."""
        self._settle()
        with suppress(TimeoutError):
            async with asyncio.timeout(within_s):
                await self._settled.wait()

    def _settle(self) -> None:
        if self._over == len(self.calls):
            self._settled.set()
        else:
            self._settled.clear()

    def datagram_received(self, data: bytes, addr: tuple[Any, ...]) -> None:
        self._take(data)
        self._settle()

    def _take(self, data: bytes) -> None:
        now_us = self._clock.now_us()
        status, call_id, to, cseq = _STATUS.match(data), _CALL_ID.search(data), _TO.search(data), _CSEQ.search(data)
        if status is None or call_id is None or to is None or cseq is None or status[1].startswith(b"1"):
            return
        number, code = int(call_id[1]), int(status[1])
        call = self.calls.get(number)
        if call is None:
            return
        if cseq[1] == b"BYE":
            self._over += call.bye_code == 0
            call.bye_code = code
            return
        self._send(self._request("ACK", number, to=to[1].decode()))
        if call.code == 0:
            call.code, call.phrase, call.answer_us = code, status[2].decode(), now_us
            call.retry_after = _RETRY_AFTER.search(data) is not None
            self._over += code != 200
            if code == 200:
                self._loop.call_later(self._hold_s, self._bye, number, to[1].decode())

    def _bye(self, number: int, to: str) -> None:
        if self.calls[number].bye_code == 0:
            self._send(self._request("BYE", number, to=to, cseq=2))
            self._loop.call_later(T1_S, self._bye, number, to)

    def _again(self, number: int, after_s: float) -> None:
        call = self.calls[number]
        if call.code == 0 and 2 * after_s < FINAL_S:
            call.retransmitted += 1
            self._send(self._request("INVITE", number, body=self._offer()))
            self._loop.call_later(2 * after_s, self._again, number, 2 * after_s)

    def _send(self, data: bytes) -> None:
        if not self._transport.is_closing():
            self._transport.sendto(data, self._target)

    def _request(self, method: str, number: int, *, to: str = "", cseq: int = 1, body: str = "") -> bytes:
        uri = f"sip:agent@{self._target[0]}:{self._target[1]}"
        content = "Content-Type: application/sdp\r\n" if body else ""
        return (
            f"{method} {uri} SIP/2.0\r\n"
            f"Via: SIP/2.0/UDP {HOST}:{self._here};rport;branch=z9hG4bK-storm-{number}-{method if cseq == 2 else 1}\r\n"
            f"From: <sip:storm@{HOST}:{self._here}>;tag=storm{number}\r\n"
            f"To: {to if to else f'<{uri}>'}\r\n"
            f"Call-ID: storm-{number}@{HOST}\r\n"
            f"CSeq: {cseq} {method}\r\n"
            f"Contact: <sip:storm@{HOST}:{self._here}>\r\n"
            f"Max-Forwards: 70\r\n{content}Content-Length: {len(body)}\r\n\r\n{body}"
        ).encode()

    def _offer(self) -> str:
        return (
            f"v=0\r\no=- 1 1 IN IP4 {HOST}\r\ns=-\r\nc=IN IP4 {HOST}\r\nt=0 0\r\n"
            f"m=audio {self._media} RTP/AVP 0\r\na=rtpmap:0 PCMU/8000\r\n"
        )


async def storm(
    target: tuple[str, int], *, calls: int, a_second: float, hold_s: float, first: int
) -> tuple[StormCall, ...]:
    """`calls` calls numbered from `first`, `a_second`; returns when each has its final answer and has ended."""
    loop = asyncio.get_running_loop()
    with (
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as media,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock,
    ):
        for each in (media, sock):
            each.setblocking(False)
            each.bind((HOST, 0))
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _BUFFER_BYTES)
        here, there = sock.getsockname()[1], media.getsockname()[1]
        transport, callers = await loop.create_datagram_endpoint(
            lambda: Storm(target, here, there, hold_s, first), sock=sock.dup()
        )
        began_s = loop.time()
        for number in range(calls):
            await asyncio.sleep(max(0.0, began_s + number / a_second - loop.time()))
            callers.invite()
        await callers.settled(FINAL_S + hold_s + BYE_S)
        transport.close()
        return tuple(callers.calls.values())
