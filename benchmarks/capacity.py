"""How many calls one core carries, with media and voice activity, before ticks are late or a frame is lost.

With `--part whole` they are whole calls: callers say what they want and hang up, others call, and each must get what it
called for (`whole_calls`).

The server has a core of its own, its callers another. Callers are added until 99 % of the media ticks no longer start
within 5 ms, a packet of the agent's does not come, a tick is skipped, or a call is not there: the level before counts.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path
from typing import Any, Final, TypeVar

import msgspec
import uvloop

from benchmarks.call_crowd import Counted
from benchmarks.capacity_server import Held
from benchmarks.report import Asked, Goal, Measured, goal, say
from benchmarks.speech_loop import caller_speech
from benchmarks.whole_calls import SECONDS, caller_sound
from models.catalog import Loading
from models.weights import WeightsStore
from telephony.codecs.g711 import PCMU
from voice_agent.audio import Pcm
from voice_agent.errors import CallFailed, UsageError

STEP: Final = 10
CALLS_A_SECOND: Final = 10
SETTLE_S: Final = 4
WINDOW_S: Final = 20
QUICK_WINDOW_S: Final = 5
WHOLE_WINDOW_S: Final = 40
"""Longer than a call: each has begun or ended in it."""
MOST_CALLS: Final = 500
MAX_P99_MS: Final = 5.0
LEAST_CALLS: Final = 200
LEAST_WHOLE_CALLS: Final = 100
WHOLE: Final = "whole"
MAX_CALL_MB: Final = 8.0
ANSWER_S: Final = 60

_Answer = TypeVar("_Answer")


class Level(msgspec.Struct, frozen=True):
    """So many calls, over one window. `cpu_cores`: of the server; `callers_p99_us`: how late the callers were.

    `served` and `unserved` are whole calls that ended since the server began.
    """

    calls: int
    up: int
    p50_us: int
    p99_us: int
    max_us: int
    skipped: int
    lost: int
    cpu_cores: float
    rss_mib: float
    callers_p99_us: int
    served: int = 0
    unserved: int = 0

    @property
    def problem(self) -> str | None:
        """Why the server doesn't carry it, None where it does."""
        if self.up < self.calls:
            return f"{self.calls - self.up} of {self.calls} calls are not there"
        if self.unserved:
            return f"{self.unserved} of {self.served + self.unserved} whole calls came to nothing"
        if self.skipped or self.lost:
            return f"{self.skipped} ticks were skipped, {self.lost} packets did not come"
        if self.p99_us > MAX_P99_MS * 1_000:
            return f"p99 of tick lateness is {self.p99_us / 1_000:.1f} ms"
        return None


class Kind(msgspec.Struct, frozen=True):
    """What calls there are. `spread_s`: over how long new ones are placed, None for `CALLS_A_SECOND`."""

    server: str
    sound: Callable[[Loading], Pcm]
    window_s: int
    spread_s: float | None
    least: int

    @property
    def whole(self) -> bool:
        return self.spread_s is not None


ENDLESS_CALLS: Final = Kind("benchmarks.capacity_server", caller_speech, WINDOW_S, None, LEAST_CALLS)
WHOLE_CALLS: Final = Kind("benchmarks.whole_server", caller_sound, WHOLE_WINDOW_S, SECONDS, LEAST_WHOLE_CALLS)


class Child:
    """A process that answers each line with one."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    async def ask(self, line: str, kind: type[_Answer]) -> _Answer:
        """Raises CallFailed where it doesn't answer."""
        if self._process.stdin is not None and line:
            self._process.stdin.write(f"{line}\n".encode())
        try:
            async with asyncio.timeout(ANSWER_S):
                answer = b"" if self._process.stdout is None else await self._process.stdout.readline()
        except TimeoutError:
            answer = b""
        if not answer:
            raise CallFailed(f"a process of the benchmark did not answer {line!r}")
        return msgspec.json.decode(answer, type=kind)


@contextlib.asynccontextmanager
async def child(module: str, *arguments: str) -> AsyncIterator[Child]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", module, *arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    try:
        yield Child(process)
    finally:
        if process.stdin is not None:
            process.stdin.close()
        try:
            async with asyncio.timeout(ANSWER_S):
                await process.wait()
        except TimeoutError:
            process.kill()
            await process.wait()


def measure(asked: Asked) -> Measured:
    cores = sorted(os.sched_getaffinity(0))
    if len(cores) < 2:
        raise UsageError("capacity needs two cores: one for the server, one for its callers")
    if asked.part not in (None, WHOLE):
        raise UsageError(
            f"capacity has no part {asked.part!r}: there is {WHOLE!r}, and the whole benchmark without --part"
        )
    kind = WHOLE_CALLS if asked.part == WHOLE else ENDLESS_CALLS
    if asked.quick and kind is ENDLESS_CALLS:
        kind = msgspec.structs.replace(kind, window_s=QUICK_WINDOW_S)
    levels, idle_mib = uvloop.run(_levels(cores[0], cores[-1], kind, first=asked.calls))
    return Measured(figures(levels, idle_mib), goals(levels, idle_mib, kind.least))


def figures(levels: Sequence[Level], idle_mib: float) -> dict[str, Any]:
    """The tree that is printed."""
    carried = carried_of(levels)
    last = levels[-1]
    return {
        "calls_a_core": 0 if carried is None else carried.calls,
        "ended_because": last.problem if last.problem is not None else f"{MOST_CALLS} calls are enough",
        "idle_mib": round(idle_mib, 1),
        "mib_a_call": _mib_a_call(levels, idle_mib),
        "levels": [msgspec.structs.asdict(level) for level in levels],
    }


def goals(levels: Sequence[Level], idle_mib: float, least: int = LEAST_CALLS) -> tuple[Goal, ...]:
    carried = carried_of(levels)
    return (
        goal("calls a core", 0 if carried is None else carried.calls, ">=", least),
        goal("memory a call", _mib_a_call(levels, idle_mib), "<=", MAX_CALL_MB, "MB"),
    )


def carried_of(levels: Sequence[Level]) -> Level | None:
    """The highest level without a problem, before the first with one."""
    out: Level | None = None
    for level in levels:
        if level.problem is not None:
            break
        out = level
    return out


def _mib_a_call(levels: Sequence[Level], idle_mib: float) -> float | None:
    carried = carried_of(levels)
    return None if carried is None else round((carried.rss_mib - idle_mib) / carried.calls, 3)


class _Address(msgspec.Struct):
    host: str
    port: int


async def _levels(server_core: int, crowd_core: int, kind: Kind, *, first: int) -> tuple[list[Level], float]:
    with tempfile.TemporaryDirectory() as folder:
        say("capacity: preparing what the callers say")
        speech = Path(folder) / "speech.ulaw"
        speech.write_bytes(PCMU.encode(kind.sound(Loading(WeightsStore(Path(folder) / "cache")))))
        sent, once = (str(speech),) if kind.whole else (), (WHOLE,) if kind.whole else ()
        async with child(kind.server, folder, str(server_core), *sent) as server:
            address = await server.ask("", _Address)
            arguments = (address.host, str(address.port), str(speech), str(crowd_core), *once)
            async with child("benchmarks.call_crowd", *arguments) as crowd:
                return await _climb(server, crowd, kind, first)


async def _climb(server: Child, crowd: Child, kind: Kind, first: int) -> tuple[list[Level], float]:
    idle = await server.ask("look", Held)
    levels: list[Level] = []
    for calls in range(first, MOST_CALLS + 1, STEP):
        more = STEP if levels else first
        rate = CALLS_A_SECOND if kind.spread_s is None else more / kind.spread_s
        await crowd.ask(f"add {more} {rate}", Counted)
        await asyncio.sleep(SETTLE_S)
        await crowd.ask("look", Counted)
        before, began = await server.ask("begin", Held), time.monotonic()
        await asyncio.sleep(kind.window_s)
        counted = await crowd.ask("look", Counted)
        held, seconds = await server.ask("look", Held), time.monotonic() - began
        levels.append(_level(calls, held, counted, (held.cpu_s - before.cpu_s) / seconds, whole=kind.whole))
        problem = levels[-1].problem
        say(f"capacity: {calls} calls, p99 {held.p99_us / 1_000:.1f} ms, {levels[-1].cpu_cores:.2f} cores")
        if problem is not None:
            say(f"capacity: {problem}")
            break
    return levels, idle.rss_kib / 1_024


def _level(calls: int, held: Held, counted: Counted, cpu_cores: float, *, whole: bool) -> Level:
    # Of whole calls one may have hung up just now, and the next not be answered yet: those that were lost count.
    up = calls - counted.refused - counted.ended if whole else min(held.calls, counted.answered - counted.ended)
    return Level(
        calls=calls,
        up=up,
        p50_us=held.p50_us,
        p99_us=held.p99_us,
        max_us=held.max_us,
        skipped=held.skipped,
        lost=max(0, counted.lost),
        cpu_cores=round(cpu_cores, 3),
        rss_mib=round(held.rss_kib / 1_024, 1),
        callers_p99_us=counted.p99_us,
        served=held.served,
        unserved=held.unserved,
    )
