"""The server is killed in the middle of a call: what it had written is all there, and the next server starts on it."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import sqlite3
import time
import wave
from datetime import datetime
from pathlib import Path

import msgspec

from simulations.scenario import Line
from tests.testkit.processes import PARCEL_DESK, SCRIPTED, ServerProcess, run
from tests.testkit.scripted_call import BOOKS_A_PARCEL, calling
from tests.testkit.stored import entries, newest, stored
from tests.testkit.waiting import soon
from voice_agent.audio import RATE_HZ
from voice_agent.cli.output import ReplayReport
from voice_agent.conversation import events as ev
from voice_agent.conversation.state import fold
from voice_agent.stores.call_index import SERVER_LOST
from voice_agent.stores.recordings import audio_path

KEYS = "5678"
KEY_US = 240_000
COMMITTED_US = 100_000
NOISE_US = 150_000
FLUSH_S = 1.0
KEYS_ON = (*BOOKS_A_PARCEL[:3], Line(when="anything else", keys=KEYS * 8, wait_ms=0))


def test_what_was_committed_survives_the_death_of_the_server(tmp_path: Path) -> None:
    data_dir = tmp_path / "data"
    with ServerProcess.start(PARCEL_DESK, data_dir, SCRIPTED) as server:
        killed_at = asyncio.run(_call_and_kill(server))
        assert server.ended(10) == -signal.SIGKILL
    ((header, records),) = stored(data_dir)
    killed_us = int((killed_at - datetime.fromisoformat(header.civil_start).timestamp()) * 1_000_000)
    # While keys come, a record is at most one key old, and a commit later it is on disk.
    assert killed_us - records[-1].t_us <= KEY_US + COMMITTED_US + NOISE_US
    state = fold(records)
    assert [turn.text or turn.keys for turn in state.caller_turns][:3] == ["I want to send a parcel.", "1234", "Yes."]
    assert [(done.journey, done.outcome) for done in state.outcomes] == [("send_parcel", "booked")]
    assert state.ended is None
    with wave.open(str(audio_path(data_dir, header.conversation)), "rb") as recording:
        seconds = recording.getnframes() / RATE_HZ
        assert len(recording.readframes(recording.getnframes())) == recording.getnframes() * 4
    assert seconds >= killed_us / 1_000_000 - FLUSH_S - 0.5
    _check_databases(data_dir)
    replayed = run("replay", header.conversation, "--data-dir", data_dir, "--json", settings={}, seconds=60)
    report = msgspec.json.decode(replayed.stdout, type=ReplayReport)
    assert (report.ok, report.replayed[0].verdict, replayed.returncode) == (True, "same", 0)
    with ServerProcess.start(PARCEL_DESK, data_dir, SCRIPTED) as server:
        assert server.ready.data_dir == str(data_dir)
        status, health = server.health()
        assert (status, health["lost_calls"]) == (200, 1)
        server.logged("conversation lost with its server", 5)
    ((again, closed),) = stored(data_dir)
    assert (again, closed[:-1]) == (header, records)
    assert closed[-1].entry == ev.CallEnded("fault", SERVER_LOST)
    assert closed[-1].t_us == records[-1].t_us
    listed = run("calls", "list", "--data-dir", data_dir, settings={}, seconds=60)
    assert "lost with server" in listed.stdout
    replayed = run("replay", "--all", "--data-dir", data_dir, settings={}, seconds=60)
    assert (replayed.returncode, "1 replayed, 0 diverged" in replayed.stdout) == (0, True)
    _check_databases(data_dir)


async def _call_and_kill(server: ServerProcess) -> float:
    """Books a parcel, then dies while the caller keys. Returns the time of death, seconds since 1970."""
    async with calling(server.ready.sip, *KEYS_ON) as call:
        await call.hears("Booked.", 40)
        keys = len("1234" + KEYS)
        await soon(lambda: len(entries(newest(server.data_dir), ev.DigitPressed)) >= keys, 20, "keys")
        speech = server.speech_processes()
        server.signal(signal.SIGKILL)
        killed_at = time.time()
        await soon(lambda: not any(Path(f"/proc/{pid}").exists() for pid in speech), 10, "the speech processes' end")
    return killed_at


def _check_databases(data_dir: Path) -> None:
    for path in sorted(data_dir.glob("*.db")):
        with contextlib.closing(sqlite3.connect(path)) as database:
            assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    with contextlib.closing(sqlite3.connect(data_dir / "parcel_desk.db")) as database:
        numbers = [row[0] for row in database.execute("SELECT number FROM parcel ORDER BY number")]
    assert numbers == ["1000", "1001", "1002", "1234"]
