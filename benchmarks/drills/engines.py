"""Kills speech processes under four calls, again and again: every call goes on to its outcome."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path
from typing import Final

from benchmarks.report import Asked, Measured, goal, say
from tests.faults.served import parcels
from tests.faults.test_engines_under_load import NUMBERS, call_and_kill, unanswered
from tests.testkit.processes import PARCEL_DESK, SCRIPTED, ServerProcess
from tests.testkit.stored import stored

ROUNDS: Final = 10


def measure(asked: Asked) -> Measured:
    rounds = 1 if asked.quick else ROUNDS
    survived, silent = 0, 0
    for number in range(rounds):
        say(f"engines: round {number + 1} of {rounds}")
        with tempfile.TemporaryDirectory() as folder:
            data_dir = Path(folder) / "data"
            with ServerProcess.start(PARCEL_DESK, data_dir, SCRIPTED) as server:
                results = asyncio.run(call_and_kill(server))
                server.terminated(20)
            booked = set(parcels(data_dir))
            survived += sum(result.ok and number in booked for result, number in zip(results, NUMBERS, strict=True))
            silent += sum(len(unanswered(records)) for _, records in stored(data_dir))
    calls = rounds * len(NUMBERS)
    return Measured(
        {"rounds": rounds, "calls": calls, "survived": survived, "unanswered_turns": silent},
        (goal("calls that booked their parcel", survived, "==", calls), goal("unanswered turns", silent, "==", 0)),
    )
