"""A telephone with endless calls, in a process of its own, on a core of its own: a line in, a JSON object out.

    begin    ticks are watched from now on; answers as `look` does
    look     what it holds, and how late ticks were since `begin`
    stop

Signalling, media, voice activity, turns, journeys, store and recordings are the product's; what words mean, and the
voices, are scripted and cost next to nothing. Usage: python -m benchmarks.capacity_server FOLDER CORE; the first line
is {"host", "port"} of its SIP.
"""

from __future__ import annotations

import asyncio
import gc
import json
import os
import sys
import time
from pathlib import Path
from typing import Any, Final, Protocol, TypeAlias

import msgspec
import uvloop

from benchmarks.endless_calls import CallFactory
from models.catalog import VOICE_ACTIVITY, Loading
from models.weights import WeightsStore
from telephony.rtp.port import MediaPorts
from telephony.rtp.wheel import MediaWheel
from telephony.sip.endpoint import SipEndpoint
from telephony.sip.settings import SipSettings
from voice_agent.app.desk import LiveCall
from voice_agent.app.server import SWITCH_S
from voice_agent.channels.phone import PhoneDoor
from voice_agent.channels.phone_call import Caller, CallLine, Desk
from voice_agent.session.voice import VoiceSession

HOST: Final = "127.0.0.1"
PORTS: Final = (30_000, 31_999)


class Held(msgspec.Struct, frozen=True):
    """What the server said. Lateness in microseconds and `skipped` ticks are since `begin`, CPU since the start.

    `lost` and `concealed` count the callers' packets and frames of calls that are up. Of whole calls that are over
    `served` got what they called for.
    """

    calls: int
    rss_kib: int
    cpu_s: float
    ticks: int
    skipped: int
    p50_us: int
    p99_us: int
    max_us: int
    lost: int
    late: int
    concealed: int
    served: int = 0
    unserved: int = 0


PlacedLines: TypeAlias = dict[str, tuple[CallLine, VoiceSession]]
"""By the Call-ID."""


class WatchedDesk(Desk, Protocol):
    """Who takes the calls, and tells of them."""

    lines: PlacedLines
    served: int
    unserved: int


class EndlessDesk:
    """Takes every call."""

    def __init__(self, factory: CallFactory, group: asyncio.TaskGroup) -> None:
        self.lines: PlacedLines = {}
        self.served = 0
        self.unserved = 0
        self._factory = factory
        self._group = group
        self._number = 0

    def admit(self, caller: Caller) -> str | None:
        return None

    def line_ended(self, caller: Caller) -> None:
        self.lines.pop(caller.sip_call_id, None)

    def open(self, caller: Caller, line: CallLine) -> LiveCall:
        self._number += 1
        call = self._factory.open(self._number)
        self.lines[caller.sip_call_id] = (line, call.session)
        self._group.create_task(call.session.run(call.started))
        return LiveCall(call.session)


def look(desk: WatchedDesk, wheel: MediaWheel) -> Held:
    """What this process holds. It must be quick: ticks wait for it."""
    stats = wheel.stats
    lines = [line.quality() for line, session in desk.lines.values() if not session.ended]
    known = [quality for quality in lines if quality is not None]
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return Held(
        calls=len(known),
        rss_kib=pages * os.sysconf("SC_PAGE_SIZE") // 1_024,
        cpu_s=time.process_time(),
        ticks=stats.ticks,
        skipped=stats.skipped,
        p50_us=stats.p50_us,
        p99_us=stats.p99_us,
        max_us=stats.max_us,
        lost=sum(quality.lost for quality in known),
        late=sum(quality.late for quality in known),
        concealed=sum(quality.concealed_frames for quality in known),
        served=desk.served,
        unserved=desk.unserved,
    )


async def answering(desk: WatchedDesk) -> None:
    """Takes calls and orders until `stop`, or until nobody gives any."""
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    wheel = MediaWheel()
    door = PhoneDoor(desk, MediaPorts(HOST, *PORTS), wheel)
    endpoint = await SipEndpoint.open(HOST, 0, door, SipSettings())
    door.attach(endpoint)
    gc.collect()
    gc.freeze()  # as the product does
    _answer({"host": endpoint.address.host, "port": endpoint.address.port})
    while (line := (await reader.readline()).decode().strip()) and line != "stop":
        if line == "begin":
            wheel.begin_period()
        _answer(msgspec.to_builtins(look(desk, wheel)))
    wheel.close()
    for _, session in list(desk.lines.values()):
        session.end("operator", "the benchmark is over")
    await endpoint.close()


async def main(folder: Path) -> None:
    factory = CallFactory(folder, VOICE_ACTIVITY["silero"].load(Loading(WeightsStore(folder / "cache"))))
    async with asyncio.TaskGroup() as group:
        await answering(EndlessDesk(factory, group))
    factory.close()


def _answer(what: dict[str, Any]) -> None:
    print(json.dumps(what), flush=True)


if __name__ == "__main__":
    os.sched_setaffinity(0, {int(sys.argv[2])})
    sys.setswitchinterval(SWITCH_S)
    uvloop.run(main(Path(sys.argv[1])))
