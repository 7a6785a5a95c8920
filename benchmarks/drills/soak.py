"""Conversations without a pause, in both directions, for as long as asked: all succeed, and nothing grows.

Four callers at a time book parcels, and the agent itself calls somebody every few seconds. What the server holds is
read all the time, and once more when all calls are over and SIP has forgotten them.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np

from benchmarks.churn import SETTLE_S, Peer, Sample, Watched
from benchmarks.report import Asked, Goal, Measured, goal, say
from tests.faults.served import booking, check_databases, parcels
from tests.testkit.processes import PARCEL_DESK
from tests.testkit.scripted_call import calling

AT_ONCE: Final = 4
QUICK_S: Final = 40.0
OUTBOUND_EVERY_S: Final = 3.0
OUTBOUND_HOLD_S: Final = 4.0
MAX_MIB_AN_HOUR: Final = 20.0
"""Over the second half; less can't be told from noise in a short soak."""
MAX_LEFT: Final = 2
"""Of descriptors, threads and tasks more than before the first call."""
FLAT: Final = ("descriptors", "threads", "tasks")


def measure(asked: Asked, minutes: float = 10.0) -> Measured:
    seconds = QUICK_S if asked.quick else minutes * 60
    with tempfile.TemporaryDirectory() as folder:
        data_dir, log = Path(folder) / "data", Path(folder) / "log"
        soak = asyncio.run(_soaked(data_dir, log, seconds, quick=asked.quick))
        lines = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines() if line.startswith("{")]
        errors = [line["message"] for line in lines if line["level"] in ("error", "critical")]
        check_databases(data_dir)
        booked = len(parcels(data_dir))
    figures = {
        "seconds": seconds,
        "inbound": {"calls": soak.calls, "booked": booked},
        "outbound": {"calls": soak.dialled, "talked": soak.talked},
        "errors": errors[:20],
        "before": soak.before,
        "after": soak.after,
        "memory_mib": [round(sample["rss_kib"] / 1_024, 1) for sample in soak.samples],
        "mib_an_hour": soak.growth(),
    }
    return Measured(figures, goals(soak, booked, len(errors), quick=asked.quick))


def goals(soak: Soak, booked: int, errors: int, *, quick: bool) -> tuple[Goal, ...]:
    out = [
        goal("inbound calls that failed", soak.failed, "==", 0),
        goal("inbound calls without a parcel", soak.calls - booked, "==", 0),
        goal("outbound calls that nobody talked in", soak.dialled - soak.talked, "==", 0),
        goal("errors in the log", errors, "==", 0),
        goal("records lost", soak.after["lost"], "==", 0),
        goal("exit code", soak.exit_code, "==", 0),
        *(goal(f"{what} left over", soak.after[what] - soak.before[what], "<=", MAX_LEFT) for what in FLAT),
    ]
    if not quick:
        out.append(goal("memory, second half", soak.growth(), "<=", MAX_MIB_AN_HOUR, "MiB an hour"))
    return tuple(out)


async def _soaked(data_dir: Path, log: Path, seconds: float, *, quick: bool) -> Soak:
    async with Watched.start(data_dir, log, agent=PARCEL_DESK) as (server, uri), Peer.open(OUTBOUND_HOLD_S) as peer:
        soak = Soak(server, uri, f"sip:peer@{peer.endpoint.address}", seconds)
        await soak.run(settle_s=2.0 if quick else SETTLE_S)
    soak.exit_code = server.exit_code
    return soak


class Soak:
    """Calls one server, and has it call, until the time is over."""

    def __init__(self, server: Watched, uri: str, peer: str, seconds: float) -> None:
        self.calls = self.failed = self.dialled = self.talked = 0
        self.exit_code: int | None = None
        self.before: Sample = {}
        self.after: Sample = {}
        self.samples: list[Sample] = []
        self._server = server
        self._uri = uri
        self._peer = peer
        self._seconds = seconds
        self._until = 0.0
        self._numbers = itertools.count(2_000)
        self._every_s = max(2.0, seconds / 100)

    async def run(self, settle_s: float) -> None:
        async with asyncio.TaskGroup() as first:  # what first calls load, and their threads open, is no leak
            first.create_task(self._dial())
            for _ in range(AT_ONCE):
                first.create_task(self._book())
        self.before = await self._server.look()
        self._until = time.monotonic() + self._seconds
        async with asyncio.TaskGroup() as group:
            watching = group.create_task(self._watch())
            async with asyncio.TaskGroup() as callers:
                callers.create_task(self._dial_on())
                for _ in range(AT_ONCE):
                    callers.create_task(self._book_on())
            watching.cancel()
        await asyncio.sleep(settle_s)
        self.after = await self._server.look()

    def growth(self) -> float | None:
        """MiB an hour over the second half, None before there are enough readings."""
        return slope(self.samples[len(self.samples) // 2 :], self._every_s)

    async def _book_on(self) -> None:
        while time.monotonic() < self._until:
            await self._book()

    async def _book(self) -> None:
        self.calls += 1
        async with calling(self._uri, *booking(f"{next(self._numbers)}")) as call:
            self.failed += not (await call.result(90)).ok

    async def _dial_on(self) -> None:
        while time.monotonic() < self._until:
            await self._dial()
            await asyncio.sleep(OUTBOUND_EVERY_S)

    async def _dial(self) -> None:
        self.dialled += 1
        self._server.order(f"dial {self._peer} 1 1")
        async with asyncio.timeout(60):
            answer: dict[str, Any] = await self._server.dialled.get()
        self.talked += answer["talked"]

    async def _watch(self) -> None:
        while True:
            self.samples.append(await self._server.look())
            say(f"soak: {self.calls} calls in, {self.dialled} out, {self.failed} failed; it holds {self.samples[-1]}")
            await asyncio.sleep(self._every_s)


def slope(samples: Sequence[Sample], every_s: float) -> float | None:
    """MiB an hour of samples that were taken so often, None for fewer than three."""
    if len(samples) < 3:
        return None
    hours = np.arange(len(samples)) * every_s / 3_600
    return round(float(np.polyfit(hours, [sample["rss_kib"] / 1_024 for sample in samples], 1)[0]), 2)
