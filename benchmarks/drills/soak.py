"""Whole conversations without a pause, four at a time, for as long as asked: all succeed, and memory stays flat."""

from __future__ import annotations

import asyncio
import itertools
import tempfile
import time
from pathlib import Path
from typing import Final

import numpy as np

from benchmarks.report import Asked, Measured, goal, say
from tests.faults.served import booking, check_databases, parcels, reading
from tests.testkit.processes import PARCEL_DESK, SCRIPTED, ServerProcess
from tests.testkit.scripted_call import calling

AT_ONCE: Final = 4
QUICK_S: Final = 40.0
MAX_MIB_AN_HOUR: Final = 20.0
"""Over the second half; less can't be told from noise in a short soak."""


def measure(asked: Asked, minutes: float = 10.0) -> Measured:
    seconds = QUICK_S if asked.quick else minutes * 60
    with tempfile.TemporaryDirectory() as folder:
        data_dir = Path(folder) / "data"
        with ServerProcess.start(PARCEL_DESK, data_dir, SCRIPTED | {"VOICE_AGENT_CALLS_RECORD": "true"}) as server:
            soak = Soak(server, seconds)
            asyncio.run(soak.run())
            lost = reading(server, "store_lost")
            ended = server.terminated(30)
        errors = [line["message"] for line in server.log if line["level"] in ("error", "critical")]
        check_databases(data_dir)
        booked = len(parcels(data_dir))
    figures = {
        "seconds": seconds,
        "calls": soak.calls,
        "booked": booked,
        "errors": errors[:20],
        "memory_mib": soak.memory_mib,
        "mib_an_hour": soak.growth(),
    }
    goals = [
        goal("calls that failed", soak.failed, "==", 0),
        goal("calls without a parcel", soak.calls - booked, "==", 0),
        goal("errors in the log", len(errors), "==", 0),
        goal("records lost", lost, "==", 0),
        goal("exit code", ended, "==", 0),
    ]
    if not asked.quick:
        goals.append(goal("memory, second half", soak.growth(), "<=", MAX_MIB_AN_HOUR, "MiB an hour"))
    return Measured(figures, tuple(goals))


class Soak:
    """Calls one server until the time is over."""

    def __init__(self, server: ServerProcess, seconds: float) -> None:
        self.calls = 0
        self.failed = 0
        self.memory_mib: list[float] = []
        self._server = server
        self._uri = server.ready.sip
        self._until = time.monotonic() + seconds
        self._numbers = itertools.count(2_000)
        self._every_s = max(2.0, seconds / 100)

    async def run(self) -> None:
        async with asyncio.TaskGroup() as group:
            watching = group.create_task(self._watch())
            async with asyncio.TaskGroup() as callers:
                for _ in range(AT_ONCE):
                    callers.create_task(self._call_on())
            watching.cancel()

    def growth(self) -> float | None:
        """MiB an hour over the second half, None before there are enough readings."""
        half = self.memory_mib[len(self.memory_mib) // 2 :]
        if len(half) < 3:
            return None
        hours = np.arange(len(half)) * self._every_s / 3_600
        return round(float(np.polyfit(hours, half, 1)[0]), 2)

    async def _call_on(self) -> None:
        while time.monotonic() < self._until:
            self.calls += 1
            async with calling(self._uri, *booking(f"{next(self._numbers)}")) as call:
                self.failed += not (await call.result(90)).ok

    async def _watch(self) -> None:
        status = Path(f"/proc/{self._server.process.pid}/status")
        while True:
            text = await asyncio.to_thread(status.read_text, encoding="ascii")
            line = next(line for line in text.splitlines() if line.startswith("VmRSS:"))
            self.memory_mib.append(round(int(line.split()[1]) / 1_024, 1))
            say(f"soak: {self.calls} calls, {self.failed} failed, {self.memory_mib[-1]} MiB")
            await asyncio.sleep(self._every_s)
