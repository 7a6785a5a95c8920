"""Calls that come and go, five hundred in each direction: memory, descriptors, threads and tasks must stay flat.

The server runs in a process of its own (`churned_server`) and is asked what it holds while calls go on. A call lasts
half a second. What is held per call is the slope over the second half of a direction: SIP keeps what it knows of a call
for 32 s after its end (RFC 3261, timers), so the first half is growth that ends.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
import sys
import tempfile
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np

from benchmarks.report import Asked, Goal, Measured, goal, say
from benchmarks.server_process import EXAMPLE
from telephony.sdp.offer_answer import Codec, make_answer, make_offer
from telephony.sdp.session import parse, serialise
from telephony.sip import actions as sip
from telephony.sip.endpoint import SipEndpoint
from telephony.sip.events import CallId
from telephony.sip.settings import SipSettings
from voice_agent.errors import CallFailed

HOST: Final = "127.0.0.1"
CALLS: Final = 500
QUICK_CALLS: Final = 60
RATE: Final = 5.0
"""Calls a second: five hundred take longer than SIP remembers."""
HOLD_S: Final = 0.5
LOOK_S: Final = 2.0
SETTLE_S: Final = 40.0
MAX_KIB: Final = 8.0
"""Of memory for each call that is over; less can't be told from the allocator's own doings."""
MAX_HELD: Final = 0.01
"""Of descriptors, threads and tasks for each call that is over: none, but for those of the calls that are up."""

Sample = dict[str, int]


class Peer:
    """The other side of every call: places them, answers them, and hangs up after `hold_s`."""

    def __init__(self, media_port: int, hold_s: float) -> None:
        self.answered = 0
        self.refused = 0
        self.first_over = asyncio.Event()
        self._offer = make_offer(HOST, media_port, codecs=(Codec.PCMU,))
        self._port = media_port
        self._hold_s = hold_s
        self._endpoint: SipEndpoint | None = None

    @classmethod
    @contextlib.asynccontextmanager
    async def open(cls, hold_s: float = HOLD_S) -> AsyncIterator[Peer]:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as media:  # never read: the agent speaks to nobody
            media.bind((HOST, 0))
            peer = cls(media.getsockname()[1], hold_s)
            peer._endpoint = await SipEndpoint.open(HOST, 0, peer, SipSettings(max_calls=1_000))
            try:
                yield peer
            finally:
                await peer.endpoint.close()

    @property
    def endpoint(self) -> SipEndpoint:
        if self._endpoint is None:
            raise RuntimeError("the peer is not open")
        return self._endpoint

    async def call(self, uri: str, count: int) -> None:
        """Places `count` calls, `RATE` a second."""
        for _ in range(count):
            self.endpoint.place(uri, serialise(self._offer), from_uri=f"sip:peer@{HOST}")
            await asyncio.sleep(1 / RATE)

    def on_call(self, action: sip.CallAction) -> None:
        match action:
            case sip.IncomingCall(call=call, sdp=sdp):
                if sdp is None:
                    self.endpoint.reject(call, 488)
                    return
                self.endpoint.accept(call, make_answer(parse(sdp), HOST, self._port).sdp)
                self._hang_up_later(call)
            case sip.CallAnswered(call=call):
                self.answered += 1
                self._hang_up_later(call)
            case sip.CallRejected():
                self.refused += 1
                self.first_over.set()
            case sip.CallEnded():
                self.first_over.set()
            case _:
                pass

    def _hang_up_later(self, call: CallId) -> None:
        asyncio.get_running_loop().call_later(self._hold_s, self.endpoint.hang_up, call)


class Watched:
    """The server's process."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._answers: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.dialled: asyncio.Queue[dict[str, Any]] = asyncio.Queue()

    @classmethod
    @contextlib.asynccontextmanager
    async def start(cls, data_dir: Path, log: Path, agent: Path = EXAMPLE) -> AsyncIterator[tuple[Watched, str]]:
        """The server with this agent folder, and the URI to call; it logs into `log`."""
        arguments = ("-m", "benchmarks.churned_server", str(data_dir), str(agent))
        pipe = asyncio.subprocess.PIPE
        with log.open("wb") as stderr:
            process = await asyncio.create_subprocess_exec(
                sys.executable, *arguments, stdin=pipe, stdout=pipe, stderr=stderr
            )
            watched = cls(process)
            reading = asyncio.create_task(watched._read())
            try:
                async with asyncio.timeout(120):
                    ready = await watched._answers.get()
                if "sip" not in ready:
                    raise CallFailed("the server did not start", hint="run python -m benchmarks.churned_server DIR")
                yield watched, ready["sip"]
            finally:
                with contextlib.suppress(ConnectionError):
                    watched.order("stop")
                try:
                    async with asyncio.timeout(60):
                        await process.wait()
                except TimeoutError:
                    process.kill()
                    await process.wait()
                reading.cancel()

    @property
    def exit_code(self) -> int | None:
        return self._process.returncode

    def order(self, line: str) -> None:
        if self._process.stdin is None:
            raise RuntimeError("the server's input was not asked for")
        self._process.stdin.write(f"{line}\n".encode())

    async def look(self) -> Sample:
        self.order("look")
        async with asyncio.timeout(30):
            return await self._answers.get()

    async def _read(self) -> None:
        if self._process.stdout is None:
            raise RuntimeError("the server's output was not asked for")
        while line := await self._process.stdout.readline():
            answer = json.loads(line)
            await (self.dialled if "talked" in answer else self._answers).put(answer)
        await self._answers.put({})


def measure(asked: Asked) -> Measured:
    return asyncio.run(_measure(QUICK_CALLS if asked.quick else CALLS, quick=asked.quick))


def held_per_call(samples: Sequence[tuple[int, Sample]], what: str) -> float:
    """The slope of `what` over the calls, by least squares over the second half of `samples`."""
    half = samples[len(samples) // 2 :]
    calls, values = [float(done) for done, _ in half], [float(sample[what]) for _, sample in half]
    return float(np.polyfit(calls, values, 1)[0])


async def _measure(calls: int, *, quick: bool) -> Measured:
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        async with Watched.start(work / "data", work / "log") as (server, uri), Peer.open() as peer:
            await _settled_calls(peer, uri)  # what is loaded at the first call is no leak
            before = await server.look()
            say(f"churn: {calls} calls to the server; it holds {before}")
            inbound = await _watch(server, asyncio.create_task(peer.call(uri, calls)))
            say(f"churn: {calls} calls from the server; it holds {inbound[-1][1]}")
            server.order(f"dial sip:peer@{peer.endpoint.address} {calls} {RATE}")
            dialled = asyncio.create_task(server.dialled.get())
            outbound = await _watch(server, dialled)
            await asyncio.sleep(2 if quick else SETTLE_S)
            after = await server.look()
    failed = peer.refused + calls - (peer.answered - 1)
    figures = {
        "calls": calls,
        "calls_a_second": RATE,
        "before": before,
        "after": after,
        "inbound": {"failed": failed, **_slopes(inbound)},
        "outbound": {"failed": dialled.result()["other"], **_slopes(outbound)},
    }
    return Measured(figures, (*_goals(figures, quick=quick),))


async def _settled_calls(peer: Peer, uri: str) -> None:
    await peer.call(uri, 1)
    async with asyncio.timeout(30):
        await peer.first_over.wait()


async def _watch(server: Watched, calls: asyncio.Task[Any]) -> list[tuple[int, Sample]]:
    """What the server holds, by calls so far, until they are over."""
    loop = asyncio.get_running_loop()
    began, samples = loop.time(), []
    while not calls.done():
        await asyncio.wait((calls,), timeout=LOOK_S)
        samples.append((round((loop.time() - began) * RATE), await server.look()))
    return samples


def _slopes(samples: Sequence[tuple[int, Sample]]) -> dict[str, float]:
    return {f"{what}_per_call": round(held_per_call(samples, what), 4) for what in samples[0][1]}


def _goals(figures: dict[str, Any], *, quick: bool) -> list[Goal]:
    """In a quick run SIP still remembers every call, so that growth says nothing."""
    goals = []
    for direction in ("inbound", "outbound"):
        found = figures[direction]
        goals.append(goal(f"{direction}: failed calls", found["failed"], "==", 0))
        if not quick:
            goals.append(goal(f"{direction}: memory kept of a call", found["rss_kib_per_call"], "<=", MAX_KIB, "KiB"))
            held = (f"{what}_per_call" for what in ("descriptors", "threads", "tasks"))
            goals.extend(goal(f"{direction}: {what}", found[what], "<=", MAX_HELD) for what in held)
    for what in ("descriptors", "threads", "tasks"):
        more = figures["after"][what] - figures["before"][what]
        goals.append(goal(f"{what} left over", more, "<=", 2))
    return goals
