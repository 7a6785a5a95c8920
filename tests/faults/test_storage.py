"""A store that is refused room, or a statement: what it does then, and afterwards. No server, no call."""

from __future__ import annotations

import asyncio
import contextlib
import json
import resource
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest

from tests.testkit.waiting import until
from voice_agent.conversation.actions import Say
from voice_agent.conversation.events import CallStarted, Woken
from voice_agent.conversation.records import Header, record_of
from voice_agent.effects.database import AgentDatabase
from voice_agent.errors import StoreError
from voice_agent.stores.put_aside import PutAside, erase_put_aside, put_aside_path
from voice_agent.stores.recordings import Recordings, audio_path
from voice_agent.stores.schema import connect, database_path
from voice_agent.stores.sqlite import Store, StoreReader, erase_records
from voice_agent.stores.writer import Writer

ROOT = Path(__file__).parents[2]
HEADER = Header(1, "c-1", "phone", "riverside", "f" * 64, "c" * 64, 7, "2026-03-02T09:00:00+00:00")
KEEP = "INSERT INTO artifacts (digest, body) VALUES (?, ?)"


def kept(data_dir: Path) -> list[str]:
    with contextlib.closing(connect(data_dir, create=False)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        return [row[0] for row in connection.execute("SELECT digest FROM artifacts ORDER BY digest")]


def aside(data_dir: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in put_aside_path(data_dir).read_text(encoding="ascii").splitlines()]


def test_a_full_database_delays_the_commit_until_there_is_room(tmp_path: Path) -> None:
    connection = connect(tmp_path, create=True)
    pages = connection.execute("PRAGMA page_count").fetchone()[0]
    connection.execute(f"PRAGMA max_page_count={pages + 2}")
    alarms: list[Exception] = []
    alarmed, done = threading.Event(), threading.Event()

    def alarm(refused: Exception) -> None:
        alarms.append(refused)
        alarmed.set()

    writer = Writer(connection, PutAside(put_aside_path(tmp_path)), alarm)
    for number in range(5):
        writer.put(KEEP, (f"d-{number}", "x" * 10_000))
    writer.on_committed(lambda problem: done.set())
    assert alarmed.wait(10)
    assert "full" in str(alarms[0])
    assert writer.failing
    assert not done.is_set()
    connection.execute("PRAGMA max_page_count=100000")
    assert done.wait(10)
    assert not writer.failing
    writer.close()
    assert len(alarms) == 1
    assert kept(tmp_path) == [f"d-{number}" for number in range(5)]
    assert not put_aside_path(tmp_path).exists()


@pytest.mark.parametrize(
    "statement",
    [
        (KEEP, ("d-1", "twice")),
        (KEEP, ("d-x", None)),
        ("INSERT INTO nowhere VALUES (?)", ("d-x",)),
        (KEEP, ("d-x",)),
        (KEEP, ("d-x", 2**70)),
        (KEEP, ("d-x", "\udc80")),
    ],
    ids=["same key", "no value", "no table", "wrong count", "too big a number", "no text"],
)
def test_a_statement_refused_for_good_is_put_aside_and_the_others_go_on(
    tmp_path: Path, statement: tuple[str, tuple[object, ...]]
) -> None:
    answers: list[StoreError | None] = []
    keeper = PutAside(put_aside_path(tmp_path))
    writer = Writer(connect(tmp_path, create=True), keeper)
    writer.put(KEEP, ("d-1", "{}"))
    writer.put(*statement)
    writer.put(KEEP, ("d-2", "{}"))
    writer.on_committed(answers.append)
    writer.close()
    assert answers == [None]
    assert kept(tmp_path) == ["d-1", "d-2"]
    assert keeper.count == 1
    (refused,) = aside(tmp_path)
    assert refused["sql"] == statement[0]
    assert refused["values"] == list(statement[1])
    assert refused["refused"]


def test_what_a_locked_database_did_not_take_before_the_end_is_put_aside(tmp_path: Path) -> None:
    other = connect(tmp_path, create=True)
    quick = sqlite3.connect(database_path(tmp_path), timeout=0.05, isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    writer = Writer(quick, PutAside(put_aside_path(tmp_path)))
    writer.put(KEEP, ("d", "{}"))
    writer.close()
    other.execute("ROLLBACK")
    other.close()
    assert [line["values"] for line in aside(tmp_path)] == [["d", "{}"]]


def test_a_statement_that_cannot_even_be_put_aside_is_tried_again(tmp_path: Path) -> None:
    alarmed, done = threading.Event(), threading.Event()
    blocked = put_aside_path(tmp_path)
    blocked.mkdir()
    writer = Writer(connect(tmp_path, create=True), PutAside(blocked), lambda refused: alarmed.set())
    writer.put(KEEP, ("d-1", None))
    writer.put(KEEP, ("d-2", "{}"))
    writer.on_committed(lambda problem: done.set())
    assert alarmed.wait(10)
    assert not done.is_set()
    blocked.rmdir()
    assert done.wait(10)
    writer.close()
    assert [line["values"] for line in aside(tmp_path)] == [["d-1", None]]
    assert kept(tmp_path) == ["d-2"]


def test_erasing_takes_what_was_put_aside_too_and_of_that_conversation_only(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.begin(HEADER)
    store.write("c-1", record_of(1, 0, Say(1, 0, ("Hello Ada.",))))
    store.write("c-1", record_of(1, 0, Say(1, 0, ("Hello again Ada.",))))
    store.write("c-2", record_of(1, 0, Say(1, 0, ("Hello Bob.",))))
    store.write("c-2", record_of(1, 0, Say(1, 0, ("Hello again Bob.",))))
    store.close()
    assert store.put_aside == 2
    erase_records(tmp_path, "c-1")
    text = put_aside_path(tmp_path).read_text(encoding="ascii")
    assert "Ada" not in text
    assert "Hello again Bob." in text
    assert erase_put_aside(tmp_path, "c-9") == 0


def test_what_is_said_after_an_erasure_is_not_kept(tmp_path: Path) -> None:
    async def scenario() -> None:
        store = Store(tmp_path)
        store.begin(HEADER)
        store.write("c-1", record_of(1, 0, CallStarted("phone", "sip:ada", "sip:care", "2026-03-02T09:00:00+00:00")))
        await store.committed()
        erase_records(tmp_path, "c-1")
        store.write("c-1", record_of(2, 5, Say(1, 0, ("Hello Ada.",))))
        store.write("c-2", record_of(1, 5, Say(1, 0, ("Hello Bob.",))))
        await store.committed()
        store.close()

    asyncio.run(scenario())
    with StoreReader(tmp_path) as reader:
        records = reader.read("c-1")[1]
    assert [(record.seq, record.t_us, record.tag, record.entry) for record in records] == [
        (1, 0, "call_started", None),
        (2, 5, "say", None),
    ]
    assert all(b"Ada" not in path.read_bytes() for path in tmp_path.glob("conversations.db*"))
    with contextlib.closing(connect(tmp_path, create=False)) as connection:
        (body,) = connection.execute("SELECT body FROM records WHERE conversation = 'c-2'").fetchone()
    assert "Hello Bob." in body


def test_an_agents_database_that_is_prepared_can_be_opened_without_room_for_its_index(tmp_path: Path) -> None:
    """WAL needs a shared index (-shm) that the last connection removes; it is there as long as the server is."""
    database = AgentDatabase(tmp_path, "demo")
    database.prepare()
    assert (tmp_path / "demo.db-shm").stat().st_size > 0
    database.close()
    assert not (tmp_path / "demo.db-shm").exists()


def test_no_recording_is_begun_of_an_erased_conversation(tmp_path: Path) -> None:
    recordings = Recordings(tmp_path, lambda conversation: conversation == "c-1")
    for conversation in ("c-1", "c-2"):
        recording = recordings.start(conversation)
        recording.announce()
        recording.frame(np.ones(160, np.int16), np.ones(160, np.int16))
        recording.end()
    recordings.close()
    assert [path.name for path in (tmp_path / "audio").iterdir()] == ["c-2.wav"]
    assert (recordings.lost_seconds, recordings.failing) == (0, False)


def test_recordings_resume_when_there_is_room_and_say_both(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    recordings = Recordings(tmp_path)
    path = audio_path(tmp_path, "c-1")
    path.mkdir()
    recordings.write(path, 0, bytes(640))
    recordings.write(path, 160, bytes(640))
    until(lambda: recordings.lost_seconds == 2, 10, "two stretches lost")
    assert recordings.failing
    path.rmdir()
    recordings.write(path, 320, bytes(640))
    recordings.write(path, 320, None)
    recordings.close()
    assert (recordings.failing, recordings.lost_seconds) == (False, 2)
    assert path.stat().st_size == 44 + 480 * 4
    assert [record.levelname for record in caplog.records] == ["ERROR", "WARNING"]


WRITES_TWICE = (
    "import asyncio, sys\n"
    "from pathlib import Path\n"
    "from tests.faults.test_storage import HEADER\n"
    "from voice_agent.conversation.events import Woken\n"
    "from voice_agent.conversation.records import record_of\n"
    "from voice_agent.stores.sqlite import Store\n"
    "async def main():\n"
    "    store = Store(Path(sys.argv[1]))\n"
    "    store.begin(HEADER)\n"
    "    for number in range(1, 201):\n"
    "        store.write('c-1', record_of(number, number, Woken()))\n"
    "        if number in (100, 200):\n"
    "            print('written', flush=True)\n"
    "            await store.committed()\n"
    "            print('committed', flush=True)\n"
    "            sys.stdin.readline()\n"
    "    store.close()\n"
    "asyncio.run(main())\n"
)
"""Commits a hundred records, then another hundred once it is told to, and says how far it is."""


class TwoBatches:
    """A process that runs `WRITES_TWICE`."""

    def __init__(self, data_dir: Path) -> None:
        arguments = [sys.executable, "-c", WRITES_TWICE, str(data_dir)]
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(arguments, stdin=pipe, stdout=pipe, stderr=pipe, cwd=ROOT, text=True)

    def said(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()

    def complained(self) -> str:
        assert self.process.stderr is not None
        return self.process.stderr.readline()

    def go_on(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write("\n")
        self.process.stdin.flush()

    def limit_files(self, size: int) -> None:
        """-1: not at all. As root or not, the hard limit stays."""
        hard = resource.prlimit(self.process.pid, resource.RLIMIT_FSIZE)[1]
        resource.prlimit(self.process.pid, resource.RLIMIT_FSIZE, (size, hard))


def test_a_process_whose_files_may_not_grow_keeps_what_it_had_and_goes_on_when_they_may(tmp_path: Path) -> None:
    """As on a full disk, made by the kernel: RLIMIT_FSIZE refuses writes beyond a size (setrlimit(2), EFBIG)."""
    batches = TwoBatches(tmp_path)
    with batches.process:
        assert [batches.said(), batches.said()] == ["written", "committed"]
        batches.limit_files((tmp_path / "conversations.db-wal").stat().st_size)
        batches.go_on()
        assert batches.said() == "written"
        assert "refuses to commit" in batches.complained()
        with StoreReader(tmp_path) as reader:
            assert [record.seq for record in reader.read("c-1")[1]] == list(range(1, 101))
        batches.limit_files(-1)
        assert batches.said() == "committed"
        batches.go_on()
        batches.process.wait(10)
    assert batches.process.returncode == 0
    with StoreReader(tmp_path) as reader:
        assert reader.read("c-1")[1] == [record_of(number, number, Woken()) for number in range(1, 201)]
    assert kept(tmp_path) == []
