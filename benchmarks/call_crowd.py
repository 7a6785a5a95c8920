"""Many callers in a process of their own, on a core of their own: a line in, a JSON object out.

    add COUNT RATE     so many more calls, RATE a second
    look               what was sent and came since the last `look`
    stop

Usage: python -m benchmarks.call_crowd HOST PORT SPEECH CORE [whole]; SPEECH is a file of mu-law octets, which each
caller repeats from a place of its own, or, with `whole`, says once and hangs up, and another calls. As little is done a
packet as can be, so that the server is what is measured.
"""

from __future__ import annotations

import asyncio
import gc
import json
import os
import socket
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, Final

import msgspec
import uvloop

from telephony.rtp.packet import HEADER_OCTETS, write_plain
from telephony.rtp.sequence import signed_16
from telephony.rtp.wheel import MediaWheel, WheelHandle
from telephony.sdp.offer_answer import Codec, accept, make_offer
from telephony.sdp.session import SdpError, parse, serialise
from telephony.sip import actions as sip
from telephony.sip.endpoint import SipEndpoint
from telephony.sip.events import CallId
from telephony.sip.settings import SipSettings
from voice_agent.audio import FRAME_SAMPLES

HOST: Final = "127.0.0.1"
_STRIDE: Final = 37
_MAX_DATAGRAM: Final = 2_048


class Counted(msgspec.Struct):
    """What the callers saw: packets since the last look, calls since the start. `p99_us` is of their own ticks.

    `ended` are calls that the other side ended, `finished` those whose callers had said all.
    """

    placed: int = 0
    answered: int = 0
    refused: int = 0
    ended: int = 0
    finished: int = 0
    sent: int = 0
    received: int = 0
    lost: int = 0
    p99_us: int = 0


class CrowdCall:
    """One caller: a member of the wheel once it was answered."""

    def __init__(
        self, number: int, payloads: list[bytes], counted: Counted, finished: Callable[[], None] | None = None
    ) -> None:
        """`finished`, if it is given, is told when all was said once."""
        self.name = f"crowd-{number}"
        self.sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.sock.setblocking(False)
        self.sock.bind((HOST, 0))
        self.offer = make_offer(HOST, self.sock.getsockname()[1], codecs=(Codec.PCMU,))
        self._counted = counted
        self._payloads = payloads
        self._number = number
        self._finished = finished
        self._first = 0 if finished is not None else number * _STRIDE
        self._handle: WheelHandle | None = None
        self._tick = 0
        self._target = (HOST, 0)
        self._last: int | None = None

    def start(self, answer: bytes, wheel: MediaWheel) -> None:
        agreed = accept(self.offer, parse(answer))
        self._target = (agreed.remote_host, agreed.remote_port)
        asyncio.get_running_loop().add_reader(self.sock.fileno(), self._readable)
        self._handle = wheel.join(self)

    def close(self) -> None:
        """No more media."""
        if self._handle is not None:
            self._handle.leave()
        if self.sock.fileno() >= 0:
            asyncio.get_running_loop().remove_reader(self.sock.fileno())
            self.sock.close()

    def tick(self, now_us: int) -> None:
        number = self._tick
        self._tick += 1
        if self._finished is not None and number == len(self._payloads):
            self._finished()
            return
        payload = self._payloads[(number + self._first) % len(self._payloads)]
        packet = write_plain(0, number & 0xFFFF, number * FRAME_SAMPLES & 0xFFFF_FFFF, self._number + 1, payload)
        try:
            self.sock.sendto(packet, self._target)
        except OSError:
            return
        self._counted.sent += 1

    def failed(self, error: Exception) -> None:
        raise error

    def _readable(self) -> None:
        try:
            datagram = self.sock.recv(_MAX_DATAGRAM)
        except OSError:
            return
        if len(datagram) < HEADER_OCTETS or datagram[1] & 0x7F:
            return  # not PCMU: a report, an event
        sequence = int.from_bytes(datagram[2:4], "big")
        step = 1 if self._last is None else signed_16(sequence - self._last)
        self._last = sequence
        self._counted.received += 1
        self._counted.lost += step - 1  # one out of order is taken off again


class Crowd:
    """The observer of one SIP endpoint that only calls."""

    def __init__(self, uri: str, payloads: list[bytes], *, whole: bool) -> None:
        self.counted = Counted()
        self._whole = whole
        self.wheel = MediaWheel()
        self._uri = uri
        self._payloads = payloads
        self._calls: dict[CallId, CrowdCall] = {}
        self._placed: dict[int, CallId] = {}

    def attach(self, endpoint: SipEndpoint) -> None:
        self._endpoint = endpoint

    async def add(self, count: int, rate: float) -> None:
        for _ in range(count):
            self._place()
            await asyncio.sleep(1 / rate)

    def _place(self) -> None:
        number = self.counted.placed
        call = CrowdCall(number, self._payloads, self.counted, partial(self._finish, number) if self._whole else None)
        self.counted.placed += 1
        placed = self._endpoint.place(self._uri, serialise(call.offer), from_uri=f"sip:{call.name}@{HOST}")
        self._calls[placed] = call
        self._placed[number] = placed

    def _finish(self, number: int) -> None:
        """One hangs up, another calls."""
        placed = self._placed[number]
        self._calls.pop(placed).close()
        self.counted.finished += 1
        self._endpoint.hang_up(placed)
        self._place()

    def look(self) -> Counted:
        self.counted.p99_us = self.wheel.stats.p99_us
        seen = msgspec.structs.replace(self.counted)
        self.wheel.begin_period()
        self.counted.sent = self.counted.received = self.counted.lost = 0
        return seen

    def hang_up(self) -> None:
        self.wheel.close()
        for call in self._calls:
            self._endpoint.hang_up(call)

    def on_call(self, action: sip.CallAction) -> None:
        match action:
            case sip.CallAnswered(call=call, sdp=sdp) if sdp is not None:
                try:
                    self._calls[call].start(sdp, self.wheel)
                except SdpError:
                    self.counted.refused += 1
                else:
                    self.counted.answered += 1
            case sip.CallRejected() | sip.CallAnswered():
                self.counted.refused += 1
            case sip.CallEnded(call=call) if call in self._calls:
                self.counted.ended += 1
            case _:
                pass


async def main(host: str, port: int, octets: bytes, *, whole: bool) -> None:
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    payloads = [octets[start : start + FRAME_SAMPLES] for start in range(0, len(octets), FRAME_SAMPLES)]
    crowd = Crowd(f"sip:agent@{host}:{port}", payloads, whole=whole)
    endpoint = await SipEndpoint.open(HOST, 0, crowd, SipSettings(contact_user="crowd"))
    crowd.attach(endpoint)
    gc.collect()
    gc.freeze()
    while (line := (await reader.readline()).decode().split()) and line != ["stop"]:
        if line[0] == "add":
            await crowd.add(int(line[1]), float(line[2]))
        _answer(msgspec.to_builtins(crowd.look()))
    crowd.hang_up()
    await endpoint.close()


def _answer(what: dict[str, Any]) -> None:
    print(json.dumps(what), flush=True)


if __name__ == "__main__":
    os.sched_setaffinity(0, {int(sys.argv[4])})
    uvloop.run(main(sys.argv[1], int(sys.argv[2]), Path(sys.argv[3]).read_bytes(), whole=sys.argv[5:] == ["whole"]))
