"""Several processes write to one store and one agent's database at once, as workers do: nothing is lost or doubled."""

from __future__ import annotations

import contextlib
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Final

from voice_agent.conversation.events import Woken
from voice_agent.conversation.records import Header, record_of
from voice_agent.effects.database import AgentDatabase
from voice_agent.stores.schema import database_path
from voice_agent.stores.sqlite import Store, StoreReader

WRITERS: Final = 4
CALLS: Final = 5
RECORDS: Final = 40
ROOT: Final = Path(__file__).parents[2]


def write(data_dir: Path, writer: int) -> None:
    """What one process does: `CALLS` conversations record by record, and as many increments of one number."""
    store, database = Store(data_dir), AgentDatabase(data_dir, "agent")
    for call in range(CALLS):
        name = f"w{writer}-{call}"
        store.begin(Header(1, name, "phone", "a", "f" * 64, "c" * 64, 7, f"2026-03-02T09:00:0{call}+00:00"))
        for seq in range(1, RECORDS + 1):
            store.write(name, record_of(seq, seq * 1_000, Woken()))
        with database.writing() as connection:
            connection.execute("CREATE TABLE IF NOT EXISTS count (n INTEGER)")
            (before,) = connection.execute("SELECT coalesce(sum(n), 0) FROM count").fetchone()
            connection.execute("DELETE FROM count")
            connection.execute("INSERT INTO count VALUES (?)", (before + 1,))
    store.close()
    database.close()


def test_processes_that_write_at_once_lose_nothing_and_do_nothing_twice(tmp_path: Path) -> None:
    program = "import sys; from pathlib import Path; from tests.stores.test_several_writers import write; "
    program += "write(Path(sys.argv[1]), int(sys.argv[2]))"
    writers = [
        subprocess.Popen([sys.executable, "-c", program, str(tmp_path), str(number)], cwd=ROOT)
        for number in range(WRITERS)
    ]
    assert [writer.wait(60) for writer in writers] == [0] * WRITERS
    with StoreReader(tmp_path) as reader:
        names = [header.conversation for header in reader.headers()]
        assert sorted(names) == sorted(f"w{writer}-{call}" for writer in range(WRITERS) for call in range(CALLS))
        for name in names:
            assert len(reader.read(name)[1]) == RECORDS
    for path, sql, expected in (
        (database_path(tmp_path), "PRAGMA integrity_check", "ok"),
        (tmp_path / "agent.db", "SELECT sum(n) FROM count", WRITERS * CALLS),
    ):
        with contextlib.closing(sqlite3.connect(path)) as database:
            assert database.execute(sql).fetchone() == (expected,)
