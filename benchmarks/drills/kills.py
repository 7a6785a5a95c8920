"""Kills a server at moments drawn from a seed, three calls up each time, and looks at what is left on disk.

The next server starts on the same data directory. What was readable a moment before must be there a moment after, each
effect at most once and never without its log, recordings whole to their last flush, and all logs must replay.
"""

from __future__ import annotations

import asyncio
import random
import signal
import tempfile
from collections.abc import Callable
from contextlib import AsyncExitStack
from functools import partial
from pathlib import Path
from typing import Final

from benchmarks.report import Asked, Measured, goal, say
from tests.faults.served import booking, check_databases, check_replays, parcels, seconds_of
from tests.testkit.processes import PARCEL_DESK, SCRIPTED, ServerProcess
from tests.testkit.scripted_call import calling
from tests.testkit.stored import entries, stored
from tests.testkit.waiting import until
from voice_agent.conversation.actions import CallTool
from voice_agent.conversation.events import ToolFailed, ToolReturned
from voice_agent.conversation.records import Header, Record
from voice_agent.stores.recordings import audio_path

POINTS: Final = 100
QUICK_POINTS: Final = 8
CALLS: Final = 3
LATEST_S: Final = 14.0
"""By then a call has booked its parcel and says good-bye."""

_Conversation = tuple[Header, list[Record]]


def measure(asked: Asked) -> Measured:
    points = QUICK_POINTS if asked.quick else POINTS
    with tempfile.TemporaryDirectory() as folder:
        found = Killing(Path(folder), asked.seed).run(points)
    figures = {
        "points": points,
        "conversations": found.conversations,
        "records_before": found.records,
        "booked": found.booked,
        "recordings": found.recordings,
        "problems": found.problems,
    }
    return Measured(
        figures,
        (
            goal("kills", found.kills, "==", points),
            goal("promises broken", len(found.problems), "==", 0),
            goal("conversations found after kills", found.conversations, ">=", points),
            goal("parcels booked", found.booked, ">=", 1),
        ),
    )


class Killing:
    """One data directory and all that happens to it. `problems` are broken promises."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.problems: list[str] = []
        self.kills = 0
        self.conversations = 0
        self.records = 0
        self.booked = 0
        self.recordings = 0
        self._data_dir = folder / "data"
        self._draw = random.Random(seed)

    def run(self, points: int) -> Killing:
        for point, delay_s in enumerate(self._moments(points)):
            say(f"kills: {point + 1} of {points}, after {delay_s:.2f} s, {len(self.problems)} promises broken so far")
            self._kill_at(point, delay_s)
        with ServerProcess.start(PARCEL_DESK, self._data_dir, SCRIPTED) as server:
            self._expect(server.health()[0] == 200, "the last server is not ready")
            self._expect(server.terminated(30) == 0, "the last server did not end well")
        self._check("replay", lambda: check_replays(self._data_dir))
        return self

    def _moments(self, points: int) -> list[float]:
        """Seconds into the calls, in any order: one drawn from each of `points` equal parts."""
        parts = list(range(points))
        self._draw.shuffle(parts)
        return [(part + self._draw.random()) * LATEST_S / points for part in parts]

    def _kill_at(self, point: int, delay_s: float) -> None:
        with ServerProcess.start(PARCEL_DESK, self._data_dir, SCRIPTED) as server:
            before = asyncio.run(self._call_and_kill(server, point, delay_s))
            self._expect(server.ended(10) == -signal.SIGKILL, f"point {point}: the server was not killed")
        self.kills += 1
        after = stored(self._data_dir)
        self.records = sum(len(records) for _, records in before)
        self.conversations = len(after)
        known = {header.conversation: (header, records) for header, records in after}
        for header, records in before:
            kept = known.get(header.conversation)
            whole = kept is not None and kept[0] == header and kept[1][: len(records)] == records
            self._expect(whole, f"point {point}: records of {header.conversation} are gone")
        self._check(f"point {point}", lambda: check_databases(self._data_dir))
        self._check_effects(point, after)
        self._check_recordings(point, after)

    async def _call_and_kill(self, server: ServerProcess, point: int, delay_s: float) -> list[_Conversation]:
        """What could be read just before the end."""
        async with AsyncExitStack() as stack:
            for number in range(CALLS):
                lines = booking(f"{2_000 + point * CALLS + number}")
                await stack.enter_async_context(calling(server.ready.sip, *lines))
            await asyncio.sleep(delay_s)
            children = server.speech_processes()
            before = await asyncio.to_thread(stored, self._data_dir)
            server.signal(signal.SIGKILL)
        gone = [Path(f"/proc/{pid}") for pid in children]
        self._check(f"point {point}", lambda: until(lambda: not any(map(Path.exists, gone)), 10, "the engines' end"))
        return before

    def _check_effects(self, point: int, after: list[_Conversation]) -> None:
        """A parcel is booked once at most, only after its log said so, and surely where the log says that it was."""
        asked = [call.arguments["number"] for _, records in after for call in entries(records, CallTool)]
        told = [event.result["number"] for _, records in after for event in entries(records, ToolReturned)]
        booked = parcels(self._data_dir)
        self.booked = len(booked)
        self._expect(set(booked) <= set(asked), f"point {point}: booked without a log: {set(booked) - set(asked)}")
        self._expect(
            set(told) <= set(booked), f"point {point}: said to be booked, but isn't: {set(told) - set(booked)}"
        )
        self._expect(len(told) == len(set(told)), f"point {point}: booked twice")
        failed = [event.message for _, records in after for event in entries(records, ToolFailed)]
        self._expect(not failed, f"point {point}: tools failed: {failed}")

    def _check_recordings(self, point: int, after: list[_Conversation]) -> None:
        paths = [audio_path(self._data_dir, header.conversation) for header, _ in after]
        found = [path for path in paths if path.exists()]
        self.recordings = len(found)
        for path in found:
            self._check(f"point {point}: {path.name}", partial(seconds_of, path))

    def _expect(self, kept: bool, promise: str) -> None:
        if not kept:
            self.problems.append(promise)
            say(f"kills: BROKEN: {promise}")

    def _check(self, where: str, look: Callable[[], object]) -> None:
        """Calls `look`; an error of it is a broken promise."""
        try:
            look()
        except Exception as problem:  # noqa: BLE001 - whatever can't be read is what is looked for
            self._expect(False, f"{where}: {type(problem).__name__}: {problem}")
