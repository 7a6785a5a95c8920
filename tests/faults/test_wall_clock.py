"""The wall clock is stepped by an hour, both ways, while calls are up: nothing moves. Nothing decides by it either."""

from __future__ import annotations

import ast
import asyncio
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from simulations.result import CallResult
from tests.faults.held_call import HeldCall
from tests.faults.served import booking, check_replays, parcels
from tests.testkit.processes import PARCEL_DESK, ROOT, SCRIPTED, ServerProcess
from tests.testkit.scripted_call import calling
from tests.testkit.stored import stored
from voice_agent.conversation.state import fold

READERS = {
    "voice_agent/api/app.py": "which outcomes may still be reopened, for who asks",
    "voice_agent/api/reading.py": "how long ago a recording was last written",
    "voice_agent/app/rooms.py": "when a chat goes on in another process, and until when its token is good",
    "voice_agent/app/headers.py": "the header of a conversation and its id",
    "voice_agent/app/office.py": "when a call-back task was made",
    "voice_agent/app/recovery.py": "when a call-back task was made for a write of a server that died",
    "voice_agent/app/storage.py": "which recordings are past retention",
    "voice_agent/cli/knowledge.py": "which articles are valid today",
    "voice_agent/cli/outcomes.py": "which outcomes may still be reopened",
    "voice_agent/effects/text_messages.py": "when a message was to go out, and which are too old for it",
    "voice_agent/effects/write_notes.py": "when a write was asked for, for people who look into it",
}
"""All that may ask what time it is for people."""
WALL_CLOCK = {"time.time", "time.time_ns", "datetime.now", "datetime.utcnow", "datetime.today", "date.today"}
HOUR = timedelta(hours=1)


def reads_wall_clock(path: Path) -> bool:
    nodes = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    names = [ast.unparse(node) for node in nodes if isinstance(node, ast.Attribute)]
    return any(name.replace("datetime.date", "date") in WALL_CLOCK for name in names)


def wall_clock_readers() -> set[str]:
    paths = (path for package in ("voice_agent", "telephony", "models") for path in (ROOT / package).rglob("*.py"))
    return {str(path.relative_to(ROOT)) for path in paths if reads_wall_clock(path)}


def test_the_wall_clock_is_read_for_people_only() -> None:
    assert wall_clock_readers() == set(READERS)


class SteppedClock:
    """The wall clock of one process, by `wall_clock.c`; CLOCK_MONOTONIC stays what it is."""

    def __init__(self, folder: Path) -> None:
        self._library, self._file = folder / "wall_clock.so", folder / "offset"
        source = Path(__file__).with_name("wall_clock.c")
        subprocess.run(["gcc", "-O1", "-shared", "-fPIC", "-o", self._library, source], check=True, timeout=60)
        self._file.write_bytes(bytes(8))

    @property
    def settings(self) -> dict[str, str]:
        return {"LD_PRELOAD": str(self._library), "WALL_CLOCK_OFFSET": str(self._file)}

    def step(self, offset: timedelta) -> None:
        """It shows `offset` more than the truth from now on."""
        with self._file.open("r+b") as file:
            file.write(int(offset.total_seconds()).to_bytes(8, sys.byteorder, signed=True))


async def call_while_the_clock_steps(server: ServerProcess, clock: SteppedClock, held: HeldCall) -> CallResult:
    async with calling(server.ready.sip, *booking("1234")) as call:
        await call.hears("What number?", 30)
        clock.step(HOUR)
        async with calling(server.ready.sip, *booking("1235")) as other:
            await call.hears("Book 1 2 3 4?", 30)
            clock.step(-HOUR)
            await asyncio.to_thread(held.hold, 50)
            result = await call.result(60)
            assert (await other.result(60)).ok
            return result


@pytest.mark.peer("gcc")
def test_calls_go_on_when_the_wall_clock_is_stepped_by_an_hour(tmp_path: Path) -> None:
    clock = SteppedClock(tmp_path)
    data_dir = tmp_path / "data"
    with ServerProcess.start(PARCEL_DESK, data_dir, SCRIPTED | clock.settings) as server:
        with HeldCall(server.ready.sip) as held:
            result = asyncio.run(call_while_the_clock_steps(server, clock, held))
        assert server.terminated(20) == 0
    assert result.ok, result
    assert held.breaks == []
    calls = stored(data_dir)
    begun = sorted(datetime.fromisoformat(header.civil_start) for header, _ in calls)
    assert begun[-1] - begun[0] > HOUR * 0.9  # the clock was really stepped: one call began in the hour to come
    logged = [datetime.fromisoformat(line["time"]) for line in server.log]
    assert max(logged) - min(logged) > HOUR * 1.9
    for _, records in calls:
        assert [record.t_us for record in records] == sorted(record.t_us for record in records)
        assert records[-1].t_us < 120_000_000
        assert fold(records).ended is not None
    assert parcels(data_dir) == ["1234", "1235"]
    check_replays(data_dir)
