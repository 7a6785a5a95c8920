"""What is written is there afterwards, also when the process is not."""

from __future__ import annotations

import asyncio
import os
import signal
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from voice_agent.conversation.actions import Say
from voice_agent.conversation.events import CallStarted, Woken
from voice_agent.conversation.records import Header, record_of
from voice_agent.errors import ConversationUnknown, LogCorrupt, StoreError
from voice_agent.stores.put_aside import PutAside, put_aside_path
from voice_agent.stores.schema import connect, database_path
from voice_agent.stores.sqlite import Store, StoreReader, erase_records
from voice_agent.stores.writer import Writer


def header(conversation: str = "c-1", civil_start: str = "2026-03-02T09:00:00+00:00") -> Header:
    return Header(1, conversation, "phone", "riverside", "f" * 64, "c" * 64, 7, civil_start)


def written(data_dir: Path) -> None:
    store = Store(data_dir)
    store.begin(header())
    store.write("c-1", record_of(1, 0, CallStarted("phone", "sip:ada", "sip:care", "2026-03-02T09:00:00+00:00")))
    store.write("c-1", record_of(2, 0, Say(1, 0, ("Hello Ada.",))))
    store.close()


def test_a_conversation_is_read_as_it_was_written(tmp_path: Path) -> None:
    written(tmp_path)
    with StoreReader(tmp_path) as reader:
        found, records = reader.read("c-1")
    assert found == header()
    assert [record.tag for record in records] == ["call_started", "say"]
    assert records[1].entry == Say(1, 0, ("Hello Ada.",))


def test_newest_conversations_come_first(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.begin(header("c-1", "2026-03-02T09:00:00+00:00"))
    store.begin(header("c-2", "2026-03-02T10:00:00+00:00"))
    store.close()
    with StoreReader(tmp_path) as reader:
        assert [one.conversation for one in reader.headers()] == ["c-2", "c-1"]
        assert [one.conversation for one in reader.headers(limit=1)] == ["c-2"]


def test_committed_means_another_connection_sees_it(tmp_path: Path) -> None:
    async def scenario() -> int:
        store = Store(tmp_path)
        store.begin(header())
        for number in range(1, 200):
            store.write("c-1", record_of(number, number, Woken()))
        await store.committed()
        with StoreReader(tmp_path) as reader:
            count = len(reader.read("c-1")[1])
        store.close()
        return count

    assert asyncio.run(scenario()) == 199


def test_what_was_committed_survives_a_kill(tmp_path: Path) -> None:
    program = (
        "import asyncio, sys\n"
        "from pathlib import Path\n"
        "from tests.stores.test_store import header\n"
        "from voice_agent.conversation.events import Woken\n"
        "from voice_agent.conversation.records import record_of\n"
        "from voice_agent.stores.sqlite import Store\n"
        "async def main():\n"
        "    store = Store(Path(sys.argv[1]))\n"
        "    store.begin(header())\n"
        "    for number in range(1, 50):\n"
        "        store.write('c-1', record_of(number, number, Woken()))\n"
        "    await store.committed()\n"
        "    print('committed', flush=True)\n"
        "    sys.stdin.read()\n"
        "asyncio.run(main())\n"
    )
    root = Path(__file__).parents[2]
    with subprocess.Popen(
        [sys.executable, "-c", program, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=root
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"committed\n"
        os.kill(process.pid, signal.SIGKILL)
    with StoreReader(tmp_path) as reader:
        assert len(reader.read("c-1")[1]) == 49


def test_erasing_leaves_tombstones_and_no_trace_of_the_words(tmp_path: Path) -> None:
    written(tmp_path)
    assert erase_records(tmp_path, "c-1") == 2
    with StoreReader(tmp_path) as reader:
        _, records = reader.read("c-1")
        assert reader.is_erased("c-1")
        assert not reader.is_erased("c-9")
    assert [(record.seq, record.tag, record.entry) for record in records] == [
        (1, "call_started", None),
        (2, "say", None),
    ]
    assert all(b"Ada" not in path.read_bytes() for path in tmp_path.glob("conversations.db*"))


def test_an_unknown_conversation_is_an_error_that_says_where_to_look(tmp_path: Path) -> None:
    written(tmp_path)
    with StoreReader(tmp_path) as reader, pytest.raises(ConversationUnknown, match="'c-9'") as caught:
        reader.read("c-9")
    assert caught.value.hint is not None
    with pytest.raises(ConversationUnknown, match="'c-9'"):
        erase_records(tmp_path, "c-9")


def test_artifacts_are_found_by_digest(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.keep("abc", {"agent.yaml": "name: x"})
    store.keep("abc", {"agent.yaml": "kept once"})
    store.close()
    with StoreReader(tmp_path) as reader:
        assert reader.artifact("abc") == {"agent.yaml": "name: x"}
        with pytest.raises(StoreError, match="nothing is kept under digest dddd"):
            reader.artifact("dddd")


def test_a_directory_without_a_store_is_an_error_for_a_reader(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="does not exist"):
        StoreReader(tmp_path)


def test_a_data_directory_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("")
    with pytest.raises(StoreError, match="can't be opened"):
        Store(tmp_path / "data")


def test_a_store_of_another_version_is_refused(tmp_path: Path) -> None:
    written(tmp_path)
    with sqlite3.connect(database_path(tmp_path)) as connection:
        connection.execute("PRAGMA user_version=99")
    connection.close()
    with pytest.raises(StoreError, match="schema version 99"):
        StoreReader(tmp_path)


def test_a_record_of_no_known_kind_is_refused(tmp_path: Path) -> None:
    written(tmp_path)
    connection = connect(tmp_path, create=False)
    connection.execute("UPDATE records SET kind = 'rumour' WHERE seq = 2")
    connection.close()
    with StoreReader(tmp_path) as reader, pytest.raises(LogCorrupt, match="rumour"):
        reader.read("c-1")


def test_a_locked_database_delays_the_commit_and_loses_nothing(tmp_path: Path) -> None:
    other = connect(tmp_path, create=True)
    quick = sqlite3.connect(database_path(tmp_path), timeout=0.05, isolation_level=None, check_same_thread=False)
    quick.execute("PRAGMA journal_mode=WAL")

    refused = threading.Event()
    done = threading.Event()
    answers: list[StoreError | None] = []

    def answer(problem: StoreError | None) -> None:
        answers.append(problem)
        done.set()

    other.execute("BEGIN IMMEDIATE")
    writer = Writer(quick, PutAside(put_aside_path(tmp_path)), alarm=lambda problem: refused.set())
    writer.put("INSERT INTO artifacts (digest, body) VALUES (?, ?)", ("d", "{}"))
    writer.on_committed(answer)
    assert refused.wait(10)
    assert writer.failing
    other.execute("ROLLBACK")
    assert done.wait(10)
    assert answers == [None]
    assert not writer.failing
    assert writer.depth == 0
    writer.close()
    assert other.execute("SELECT count(*) FROM artifacts").fetchone() == (1,)
    other.close()


def test_a_store_that_closes_while_it_fails_says_so_to_whoever_waits(tmp_path: Path) -> None:
    other = connect(tmp_path, create=True)
    quick = sqlite3.connect(database_path(tmp_path), timeout=0.05, isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    writer = Writer(quick, PutAside(put_aside_path(tmp_path)))
    answers: list[StoreError | None] = []
    writer.put("INSERT INTO artifacts (digest, body) VALUES (?, ?)", ("d", "{}"))
    writer.on_committed(answers.append)
    writer.close()
    other.execute("ROLLBACK")
    other.close()
    assert isinstance(answers[0], StoreError)
