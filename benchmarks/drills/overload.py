"""Three times as many callers as there is room for: those who are let in don't notice, the others are told at once.

First as many callers as there are places talk, each calling again when its call is over. Then twice as many more try
all the time. Both on servers of their own; waits are those that the server's logs tell, of callers who talk.
"""

from __future__ import annotations

import asyncio
import itertools
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import msgspec

from benchmarks.invite_storm import StormCall, storm
from benchmarks.report import Asked, Goal, Measured, goal, say
from benchmarks.statistics import percentile, spread
from tests.faults.served import booking, reading
from tests.testkit.processes import PARCEL_DESK, SCRIPTED, ServerProcess
from tests.testkit.scripted_call import calling
from tests.testkit.stored import stored
from voice_agent.config import TurnsConfig
from voice_agent.insights.latency import latencies

CAPACITY: Final = 12
TIMES: Final = 3
PHASE_S: Final = 120.0
QUICK_PHASE_S: Final = 40.0
RAMP_S: Final = 6.0
"""Until all first calls are up; what is before that is not counted."""
LOOK_S: Final = 0.5
HOLD_S: Final = 8.0
"""How long those stay who are let in by luck and say nothing."""
AGAIN_S: Final = 0.5
"""A caller who talks and is refused tries again after so long."""
LEAST_SERVED: Final = 95.0
MOST_SLOWER: Final = 10.0
MAX_REFUSAL_MS: Final = 50.0
UNAVAILABLE: Final = 503

SETTINGS: Final = SCRIPTED | {
    "VOICE_AGENT_CALLS_LIMIT": str(CAPACITY),
    "VOICE_AGENT_CALLS_RECORD": "false",
    "VOICE_AGENT_SPEECH_PROCESSES": "4",
}


class Phase(msgspec.Struct, frozen=True):
    """What was seen while so many were offered. `served` is in percent of the places, `waits_ms` of turns."""

    served: float
    waits_ms: list[float]
    talked: int
    failed: tuple[str, ...]
    crowd: tuple[StormCall, ...]
    left: float
    """Places that were not given back."""


def measure(asked: Asked) -> Measured:
    seconds = QUICK_PHASE_S if asked.quick else PHASE_S
    alone, crowded = (_phase(seconds, times) for times in (1, TIMES))
    return Measured(
        {"capacity": CAPACITY, "seconds": seconds, "offered_once": figures(alone), "offered_thrice": figures(crowded)},
        goals(alone, crowded),
    )


def figures(phase: Phase) -> dict[str, Any]:
    codes = [call.code for call in phase.crowd]
    return {
        "served_percent": phase.served,
        "talked": phase.talked,
        "failed": list(phase.failed),
        "waits_ms": spread(phase.waits_ms),
        "tried_to_get_in": {str(code): codes.count(code) for code in sorted(set(codes))},
        "refused_after_ms": spread([call.wait_ms for call in phase.crowd if call.code == UNAVAILABLE], digits=2),
    }


def goals(alone: Phase, crowded: Phase) -> tuple[Goal, ...]:
    before, after = percentile(alone.waits_ms, 95), percentile(crowded.waits_ms, 95)
    slower = None if before is None or after is None else 100 * (after / before - 1)
    refused = [call for call in crowded.crowd if call.code == UNAVAILABLE]
    return (
        goal("served at three times the capacity", crowded.served, ">=", LEAST_SERVED, "%"),
        goal("p95 of admitted callers' waits, rise", slower, "<=", MOST_SLOWER, "%"),
        goal("calls that were let in and failed", len(alone.failed) + len(crowded.failed), "==", 0),
        goal(
            "INVITE to 503, longest", max((call.wait_ms for call in refused), default=None), "<=", MAX_REFUSAL_MS, "ms"
        ),
        goal("refusals without Retry-After", sum(not call.retry_after for call in refused), "==", 0),
        goal("calls without an answer", sum(call.code == 0 for call in crowded.crowd), "==", 0),
        goal("places not given back", alone.left + crowded.left, "==", 0),
    )


def _phase(seconds: float, times: int) -> Phase:
    say(f"overload: {times} x {CAPACITY} callers for {seconds:g} s")
    with tempfile.TemporaryDirectory() as folder:
        data_dir = Path(folder) / "data"
        with ServerProcess.start(PARCEL_DESK, data_dir, SETTINGS) as server:
            crowd = Crowding(server, seconds)
            asyncio.run(crowd.run(times - 1))
            left = reading(server, "calls_admitted")
            server.terminated(30)
        pause_us = TurnsConfig().pause_ms * 1_000
        waits = [
            turn.total_us / 1_000 for _, records in stored(data_dir) for turn in latencies(records, pause_us=pause_us)
        ]
    return Phase(crowd.served(), waits, crowd.talked, tuple(crowd.failed), crowd.storm, left)


class Crowding:
    """Callers of one server until the time is over."""

    def __init__(self, server: ServerProcess, seconds: float) -> None:
        self.talked = 0
        self.failed: list[str] = []
        self.storm: tuple[StormCall, ...] = ()
        self._server = server
        self._uri = server.ready.sip
        self._seconds = seconds
        self._until = time.monotonic() + seconds
        self._numbers: Iterator[int] = itertools.count(2_000)
        self._up: list[int] = []

    def served(self) -> float:
        """Places taken on average, in percent."""
        return round(100 * sum(self._up) / (CAPACITY * max(1, len(self._up))), 1)

    async def run(self, times: int) -> None:
        """`times`: so many times the capacity comes on top of those who talk."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._watch())
            for number in range(CAPACITY):
                group.create_task(self._call_on(number * RAMP_S / CAPACITY / 2))
            if times:
                group.create_task(self._crowd(times))

    async def _call_on(self, after_s: float) -> None:
        await asyncio.sleep(after_s)
        while time.monotonic() < self._until:
            async with calling(self._uri, *booking(f"{next(self._numbers)}")) as call:
                result = await call.result(90)
            if result.sip_status == UNAVAILABLE:
                await asyncio.sleep(AGAIN_S)
                continue
            self.talked += 1
            if not result.ok:
                self.failed.append(f"{result.sip_status}, ended by {result.ended_by}: {result.reason}")

    async def _crowd(self, times: int) -> None:
        a_second = times * CAPACITY / HOLD_S
        await asyncio.sleep(RAMP_S / 2)
        host, _, port = self._uri.removeprefix("sip:").rpartition(":")
        calls = round(a_second * (self._seconds - RAMP_S - HOLD_S))
        self.storm = await storm((host, int(port)), calls=calls, a_second=a_second, hold_s=HOLD_S, first=0)

    async def _watch(self) -> None:
        await asyncio.sleep(RAMP_S)
        while time.monotonic() < self._until - HOLD_S:
            _, state = await asyncio.to_thread(self._server.health)
            self._up.append(state["calls"])
            await asyncio.sleep(LOOK_S)
