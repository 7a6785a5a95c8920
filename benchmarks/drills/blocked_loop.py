"""A tool that blocks the event loop on purpose: the log names it while it does, and the calls go on afterwards.

Tools have threads of their own; this one finds its way back to the loop, as a library with callbacks might.
"""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from contextlib import AsyncExitStack
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from benchmarks.report import Asked, Measured, goal, say
from tests.faults.served import booking, parcels, reading
from tests.testkit.processes import PARCEL_DESK, SCRIPTED, ServerProcess
from tests.testkit.scripted_call import calling

BLOCKS_S: Final = 3.0
NAMED_MS: Final = 1_000
NUMBERS: Final = ("2001", "2002", "2003")
TOOL: Final = f'''"""Books parcels, and blocks the event loop meanwhile: what a tool must not do."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
import time

from voice_agent.effects.tool_functions import tool

LOOP = asyncio.get_running_loop()


def _hold_up_the_loop() -> None:
    logging.getLogger("drill").warning("the drill blocks the loop")
    time.sleep({BLOCKS_S})


@tool(effect="write")
def book_parcel(number: str, *, database: sqlite3.Connection) -> dict[str, str]:
    """Puts the parcel on the list: `{{"number"}}`."""
    database.execute("INSERT INTO parcel (number) VALUES (?)", (number,))
    if number == "{NUMBERS[0]}":
        LOOP.call_soon_threadsafe(_hold_up_the_loop)
    return {{"number": number}}
'''


def measure(asked: Asked) -> Measured:
    say(f"blocked_loop: a tool blocks the loop for {BLOCKS_S:g} s under {len(NUMBERS)} calls")
    with tempfile.TemporaryDirectory() as folder:
        agent, data_dir = Path(folder) / "parcel_desk", Path(folder) / "data"
        shutil.copytree(PARCEL_DESK, agent)
        (agent / "tools" / "parcels.py").write_text(TOOL, encoding="utf-8")
        with ServerProcess.start(agent, data_dir, SCRIPTED) as server:
            succeeded = asyncio.run(_call(server))
            loop = server.health()[1]["loop"]
            counted = reading(server, "loop_blocked")
            server.terminated(20)
        booked = parcels(data_dir)
    told = [line for line in server.log if line["logger"] == "voice_agent.loop" and "stack" in line]
    named = [line for line in told if any("in _hold_up_the_loop" in each for each in line["stack"])]
    began = next((line for line in server.log if line["logger"] == "drill"), None)
    after_ms = _ms_between(began, named[0]) if began is not None and named else None
    return Measured(
        {"blocked_s": BLOCKS_S, "told": told, "health": loop, "booked": booked},
        (
            goal("culprit named in the log after", after_ms, "<=", NAMED_MS, "ms"),
            goal("health names the culprit", "_hold_up_the_loop" in str(loop["culprit"]), "==", True),
            goal("stalls counted in metrics", counted, ">=", 1),
            goal("longest stall in health", loop["longest_ms"], ">=", 1_000 * BLOCKS_S, "ms"),
            goal("calls that booked their parcel", succeeded, "==", len(NUMBERS)),
        ),
    )


async def _call(server: ServerProcess) -> int:
    """How many calls came to their end well."""
    async with AsyncExitStack() as stack:
        calls = [await stack.enter_async_context(calling(server.ready.sip, *booking(number))) for number in NUMBERS]
        return sum([(await call.result(60)).ok for call in calls])


def _ms_between(one: dict[str, Any], other: dict[str, Any]) -> float:
    earlier, later = (datetime.fromisoformat(line["time"]) for line in (one, other))
    return round((later - earlier).total_seconds() * 1_000)
