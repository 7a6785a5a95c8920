"""What tests of broken servers look at: files of a data directory, and readings of a server."""

from __future__ import annotations

import contextlib
import resource
import sqlite3
import wave
from pathlib import Path

import msgspec
from prometheus_client.parser import text_string_to_metric_families

from simulations.scenario import Line
from tests.testkit.processes import ServerProcess, run
from voice_agent.cli.output import ReplayReport

SEEDED = ("1000", "1001", "1002")
"""Parcels that the desk has to begin with."""


def booking(number: str) -> tuple[Line, ...]:
    """All of a call that books parcel `number`."""
    return (
        Line(after="greeting", say="I want to send a parcel.", wait_ms=0),
        Line(when="number", keys=number, wait_ms=0),
        Line(when="book", say="Yes.", wait_ms=0),
        Line(when="anything else", say="No, thank you.", wait_ms=0),
    )


def parcels(data_dir: Path) -> list[str]:
    """Those that were booked, in order of their numbers."""
    with contextlib.closing(sqlite3.connect(data_dir / "parcel_desk.db")) as database:
        numbers = [row[0] for row in database.execute("SELECT number FROM parcel ORDER BY number")]
    return [number for number in numbers if number not in SEEDED]


def check_databases(data_dir: Path) -> None:
    for path in sorted(data_dir.glob("*.db")):
        with contextlib.closing(sqlite3.connect(path)) as database:
            assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)], path


def seconds_of(recording: Path) -> float:
    """Its length. It must be whole: as long as its header says, at least."""
    with wave.open(str(recording), "rb") as file:
        frames = file.getnframes()
        assert len(file.readframes(frames)) == frames * 4
        return frames / file.getframerate()


def check_replays(data_dir: Path) -> None:
    """Every conversation decides again what it decided."""
    replayed = run("replay", "--all", "--data-dir", data_dir, "--json", settings={}, seconds=60)
    report = msgspec.json.decode(replayed.stdout, type=ReplayReport)
    assert (report.ok, replayed.returncode) == (True, 0), replayed.stdout


def reading(server: ServerProcess, name: str) -> float:
    """One of its metrics without labels."""
    families = text_string_to_metric_families(server.get("/metrics")[1])
    return next(
        sample.value for family in families for sample in family.samples if sample.name == f"voice_agent_{name}"
    )


def limit(server: ServerProcess, kind: int, soft: int) -> None:
    """Sets a resource limit of the running server, -1 for none; lowering and raising within the hard limit is
    anybody's right (prlimit(2))."""
    hard = resource.prlimit(server.process.pid, kind)[1]
    resource.prlimit(server.process.pid, kind, (hard if soft == -1 else soft, hard))
