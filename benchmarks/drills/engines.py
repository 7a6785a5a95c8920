"""Kills speech processes under a dozen calls, again and again: every call goes on to its outcome, nobody waits long."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path
from typing import Final

from benchmarks.report import Asked, Measured, goal, say
from benchmarks.statistics import spread
from tests.faults.served import parcels
from tests.faults.test_engines_under_load import call_and_kill, unanswered
from tests.testkit.processes import PARCEL_DESK, SCRIPTED, ServerProcess
from tests.testkit.stored import stored
from voice_agent.config import TurnsConfig
from voice_agent.insights.latency import latencies

ROUNDS: Final = 10
NUMBERS: Final = tuple(f"12{number:02}" for number in range(12))
MAX_WAIT_MS: Final = 5_000.0
"""For an answer while all processes are being started again."""


def measure(asked: Asked) -> Measured:
    rounds = 1 if asked.quick else ROUNDS
    survived, silent, waits = 0, 0, list[float]()
    for number in range(rounds):
        say(f"engines: round {number + 1} of {rounds}")
        with tempfile.TemporaryDirectory() as folder:
            data_dir = Path(folder) / "data"
            with ServerProcess.start(PARCEL_DESK, data_dir, SCRIPTED) as server:
                results = asyncio.run(call_and_kill(server, NUMBERS))
                server.terminated(20)
            booked = set(parcels(data_dir))
            survived += sum(result.ok and number in booked for result, number in zip(results, NUMBERS, strict=True))
            logs, pause_us = [records for _, records in stored(data_dir)], TurnsConfig().pause_ms * 1_000
            silent += sum(len(unanswered(records)) for records in logs)
            waits += [turn.total_us / 1_000 for records in logs for turn in latencies(records, pause_us=pause_us)]
    calls = rounds * len(NUMBERS)
    return Measured(
        {"rounds": rounds, "calls": calls, "survived": survived, "unanswered_turns": silent, "waits_ms": spread(waits)},
        (
            goal("calls that booked their parcel", survived, "==", calls),
            goal("unanswered turns", silent, "==", 0),
            goal("longest wait for an answer", max(waits, default=None), "<=", MAX_WAIT_MS, "ms"),
        ),
    )
