"""Kills a server in the middle of tool calls, again and again, and counts what really happened to the world.

Three tools book parcels: in the agent's own database, at another system that knows keys, and at one that does not. The
other systems live on in this process and are slow at random moments. The next server recovers, and may be killed
doing it. In the end no parcel may be booked twice, and each that was agreed to is booked, or on the list of people.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from benchmarks.drills.writing_process import TOOLS
from benchmarks.report import Asked, Measured, goal, say
from tests.testkit.stored import entries, stored
from tests.testkit.web_server import serving
from voice_agent.conversation.actions import CallTool
from voice_agent.conversation.events import ToolReturned
from voice_agent.effects.callbacks import tasks_in

KILLS: Final = 200
QUICK_KILLS: Final = 10
CALLS: Final = 3
LATEST_S: Final = 0.9
"""After `recovered`; by then most bookings are through. Every fourth kill is timed from the start: before, while or
after it recovers."""

AGENT: Final = """
name: Drill
language: en
greeting: Hello.
disclosure: I'm an automated assistant.
transfer: {to: callbacks}
"""
JOURNEY: Final = """
journey: idle
goal: Nothing
when: {examples: [nothing]}
steps: [say: Nothing.]
"""
TOOLS_FILE: Final = """
sources:
  depot: {{openapi: depot.yaml, server: "http://127.0.0.1:{port}", hosts: ["127.0.0.1:{port}"]}}
tools:
  book_there: {{from: depot, effect: write, idempotent: true}}
  book_once: {{from: depot, effect: write}}
"""
DOCUMENT: Final = """
openapi: 3.1.0
paths:
  /there: {post: {operationId: book_there, requestBody: {$ref: "#/components/requestBodies/Parcel"}}}
  /once: {post: {operationId: book_once, requestBody: {$ref: "#/components/requestBodies/Parcel"}}}
components:
  requestBodies:
    Parcel:
      required: true
      content:
        application/json: {schema: {type: object, required: [number], properties: {number: {type: string}}}}
"""
PYTHON: Final = '''
import sqlite3
from voice_agent.effects.tool_functions import tool

@tool(effect="write")
def book_here(number: str, *, database: sqlite3.Connection) -> dict[str, str]:
    """Books a parcel."""
    database.execute("INSERT INTO parcel (number) VALUES (?)", (number,))
    return {"number": number}
'''


class Depot:
    """Two systems: `there` does what a key asks for once, `once` does whatever it is asked for."""

    def __init__(self, seed: int) -> None:
        self.there: dict[str, str] = {}
        self.once: list[str] = []
        self.asked: Counter[str] = Counter()
        self._draw = random.Random(seed)
        self._lock = threading.Lock()
        self.app = Starlette(routes=[Route(f"/{name}", self._book, methods=["POST"]) for name in ("there", "once")])

    async def _book(self, request: Request) -> Response:
        number = (await request.json())["number"]
        await asyncio.sleep(self._draw.random() * 0.25)
        with self._lock:
            self.asked[request.url.path] += 1
            if request.url.path == "/there":
                self.there.setdefault(request.headers["idempotency-key"], number)
            else:
                self.once.append(number)
        await asyncio.sleep(self._draw.random() * 0.25)
        return JSONResponse({"number": number})


def measure(asked: Asked) -> Measured:
    kills = QUICK_KILLS if asked.quick else KILLS
    with tempfile.TemporaryDirectory() as folder:
        found = Writing(Path(folder), asked.seed).run(kills)
    figures = {
        "kills": found.kills,
        "kills_timed_from_start": found.early,
        "writes_agreed_to": found.agreed,
        "booked": found.booked,
        "left_to_people": found.reported,
        "repeated_by_key": found.repeated,
        "problems": found.problems,
    }
    return Measured(
        figures,
        (
            goal("kills", found.kills, "==", kills),
            goal("writes twice", len([p for p in found.problems if "twice" in p]), "==", 0),
            goal("writes lost", len([p for p in found.problems if "lost" in p]), "==", 0),
            goal("other promises broken", len(found.problems), "==", 0),
            goal("writes agreed to", found.agreed, ">=", kills),
        ),
    )


class Writing:
    """One data directory and all that happens to it. `problems` are broken promises."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.problems: list[str] = []
        self.kills = self.early = self.agreed = self.booked = self.reported = self.repeated = 0
        self._folder = folder / "agent"
        self._data_dir = folder / "data"
        self._draw = random.Random(seed)
        self._depot = Depot(seed)

    def run(self, kills: int) -> Writing:
        with serving(self._depot.app) as port:
            self._write_folder(port)
            for number in range(kills):
                if number % 20 == 0:
                    say(f"writes: {number} of {kills} kills")
                self._kill(number)
            with self._process(kills, 0) as process:
                self._expect(process.wait(60) == 0, "the last server did not end well")
            time.sleep(0.6)  # what was sent by one that is dead still arrives
        self._count()
        return self

    def _write_folder(self, port: int) -> None:
        texts = {
            "agent.yaml": AGENT,
            "journeys/idle.yaml": JOURNEY,
            "tools/tools.yaml": TOOLS_FILE.format(port=port),
            "tools/depot.yaml": DOCUMENT,
            "tools/parcels.py": PYTHON,
            "tools/seed.sql": "CREATE TABLE parcel (number TEXT NOT NULL);",
        }
        for name, text in texts.items():
            path = self._folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)

    @contextlib.contextmanager
    def _process(self, number: int, calls: int) -> Iterator[subprocess.Popen[str]]:
        command = [sys.executable, "-m", "benchmarks.drills.writing_process"]
        given = [str(self._folder), str(self._data_dir), str(1_000 + number * CALLS), str(calls)]
        with subprocess.Popen([*command, *given], stdout=subprocess.PIPE, text=True) as process:
            try:
                yield process
            finally:
                process.kill()

    def _kill(self, number: int) -> None:
        delay_s = self._draw.random() * LATEST_S
        early = number % 4 == 3
        with self._process(number, CALLS) as process:
            if not early:
                line = process.stdout.readline() if process.stdout is not None else ""
                self._expect(line == "recovered\n", f"server {number} did not recover: {line!r}")
            else:
                delay_s += 0.2  # not before Python has come up
            time.sleep(delay_s)
            ended = process.poll()
            process.send_signal(signal.SIGKILL)
            self._expect(process.wait(10) in (0, -signal.SIGKILL), f"server {number} ended with {process.returncode}")
        self.kills += 1
        self.early += early and ended is None

    def _count(self) -> None:
        """Holds what was agreed to against what is booked, tool by tool."""
        logs = [records for _, records in stored(self._data_dir)]
        asked: dict[str, list[str]] = {tool: [] for tool in TOOLS}
        for records in logs:
            for call in entries(records, CallTool):
                asked[call.tool].append(call.arguments["number"])
        returned = [event.result["number"] for records in logs for event in entries(records, ToolReturned)]
        reported = self._reported()
        booked = {
            "book_here": self._parcels(),
            "book_there": list(self._depot.there.values()),
            "book_once": self._depot.once,
        }
        self.agreed = sum(map(len, asked.values()))
        self.booked = sum(map(len, booked.values()))
        self.reported = len(reported)
        self.repeated = self._depot.asked["/there"] - len(self._depot.there)
        for tool in TOOLS:
            counted = Counter(booked[tool])
            twice = [number for number, times in counted.items() if times > 1]
            self._expect(not twice, f"{tool}: booked twice: {twice}")
            lost = [n for n in asked[tool] if n not in counted and (n, tool) not in reported]
            self._expect(not lost, f"{tool}: lost: {lost}")
            unasked = set(counted) - set(asked[tool])
            self._expect(not unasked, f"{tool}: booked without a log: {unasked}")
        booked_at_all = {number for numbers in booked.values() for number in numbers}
        self._expect(set(returned) <= booked_at_all, "said to be booked, but isn't")

    def _parcels(self) -> list[str]:
        with contextlib.closing(sqlite3.connect(self._data_dir / "drill.db")) as database:
            return [row[0] for row in database.execute("SELECT number FROM parcel")]

    def _reported(self) -> set[tuple[str, str]]:
        """Number and tool of each write that people are told to look after."""
        looked_after = [task for task in tasks_in(self._data_dir) if "has been done since" not in task.summary]
        numbers = [(str(int(task.conversation[1:])), task.summary) for task in looked_after]
        return {(number, tool) for number, summary in numbers for tool in TOOLS if tool in summary}

    def _expect(self, kept: bool, promise: str) -> None:
        if not kept:
            self.problems.append(promise)
            say(f"writes: BROKEN: {promise}")
