"""The row of a call is what a fold over its log says, whoever wrote the log and whatever became of it."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.stores.test_store import header
from voice_agent.conversation.actions import RecordOutcome, Say, Understand
from voice_agent.conversation.events import CallEnded, CallStarted, Woken
from voice_agent.conversation.expectation import OPEN
from voice_agent.conversation.records import Entry, record_of
from voice_agent.conversation.state import fold
from voice_agent.errors import StoreError
from voice_agent.stores.call_index import BACKFILL, LATEST, Position, calls_before
from voice_agent.stores.lost import close_lost
from voice_agent.stores.schema import connect, connect_reading, database_path
from voice_agent.stores.sqlite import Store, StoreReader, erase_records

START = "2026-03-02T09:00:00+00:00"
ENTRIES: list[Entry] = [
    CallStarted("phone", "sip:ada", "sip:care", "2026-03-02T09:00:00+00:00"),
    Understand(1, 1, "my order", (), "", OPEN),
    Say(1, 1, ("Which one?",)),
    RecordOutcome("track_order", "resolved", ("get_order.ok call 1",)),
    RecordOutcome("conversation", "transferred", ()),
    CallEnded("caller", "BYE"),
    Woken(),
]


def keep(
    data_dir: Path, conversation: str, entries: list[Entry], civil_start: str = "2026-03-02T09:00:00+00:00"
) -> None:
    store = Store(data_dir)
    store.begin(header(conversation, civil_start))
    for seq, entry in enumerate(entries, start=1):
        store.write(conversation, record_of(seq, seq * 1_000, entry))
    store.close()


def agrees(reader: StoreReader, conversation: str) -> None:
    found = reader.call(conversation)
    log_header, records = reader.read(conversation)
    state = fold(records)
    assert (found.channel, found.agent, found.civil_start) == (
        log_header.channel,
        log_header.agent,
        log_header.civil_start,
    )
    assert found.caller == ("" if state.started is None else state.started.caller)
    assert found.turns == len(state.caller_turns)
    assert found.outcomes == tuple(f"{done.journey}.{done.outcome}" for done in state.outcomes)
    assert found.ended_by == (None if state.ended is None else state.ended.by)
    assert found.last_us == state.last_us
    assert found.erased == reader.is_erased(conversation)


@given(st.lists(st.sampled_from(ENTRIES), max_size=12), st.booleans())
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_row_agrees_with_the_log(
    tmp_path_factory: pytest.TempPathFactory, entries: list[Entry], erase: bool
) -> None:
    data_dir = tmp_path_factory.mktemp("any")
    keep(data_dir, "c-1", entries)
    if erase:
        erase_records(data_dir, "c-1")
    with StoreReader(data_dir) as reader:
        agrees(reader, "c-1")


def test_a_store_from_before_the_index_is_brought_up_to_date(tmp_path: Path) -> None:
    keep(tmp_path, "c-1", ENTRIES)
    keep(tmp_path, "c-2", ENTRIES[:2])
    keep(tmp_path, "c-3", ENTRIES)
    erase_records(tmp_path, "c-3")
    connection = sqlite3.connect(database_path(tmp_path))
    connection.executescript(
        "DROP TABLE calls; DROP TRIGGER calls_begin; DROP TRIGGER calls_record; DROP TRIGGER calls_erase;"
        "PRAGMA user_version=1;"
    )
    connection.close()
    with pytest.raises(StoreError, match="schema version 1") as raised:
        connect_reading(tmp_path)
    assert raised.value.hint is not None
    assert "calls list" in raised.value.hint
    with StoreReader(tmp_path) as reader:
        assert {one.conversation for one in reader.calls()} == {"c-1", "c-2", "c-3"}
        for conversation in ("c-1", "c-2", "c-3"):
            agrees(reader, conversation)
    keep(tmp_path, "c-4", ENTRIES)
    with StoreReader(tmp_path) as reader:
        agrees(reader, "c-4")
        assert reader.call("c-1").turns == 1


def test_bringing_up_to_date_twice_changes_nothing(tmp_path: Path) -> None:
    keep(tmp_path, "c-1", ENTRIES)
    with StoreReader(tmp_path) as reader:
        before = reader.calls()
    connection = connect(tmp_path, create=True)
    connection.executescript(BACKFILL)
    connection.close()
    with StoreReader(tmp_path) as reader:
        assert reader.calls() == before


def test_a_call_whose_server_died_says_so(tmp_path: Path) -> None:
    keep(tmp_path, "c-1", ENTRIES[:2])
    close_lost(tmp_path)
    with StoreReader(tmp_path) as reader:
        assert reader.call("c-1").lost
        agrees(reader, "c-1")


def test_order_is_by_time_in_utc_whatever_the_offset(tmp_path: Path) -> None:
    keep(tmp_path, "c-1", [], "2026-10-25T02:30:00.500+02:00")
    keep(tmp_path, "c-2", [], "2026-10-25T02:10:00.000+01:00")
    with StoreReader(tmp_path) as reader:
        assert [one.conversation for one in reader.calls()] == ["c-2", "c-1"]
        assert reader.call("c-1").started_ms == 1_792_888_200_500


def test_a_reading_connection_cannot_write_and_needs_no_writer(tmp_path: Path) -> None:
    keep(tmp_path, "c-1", ENTRIES)
    connection = connect_reading(tmp_path)
    assert [one.conversation for one in calls_before(connection, Position(LATEST, ""), limit=5)] == ["c-1"]
    for statement in ("DELETE FROM calls", "CREATE TABLE x (y)", "PRAGMA user_version=7"):
        with pytest.raises(sqlite3.OperationalError, match="readonly"):
            connection.execute(statement)
    connection.close()
    with pytest.raises(StoreError, match="does not exist"):
        connect_reading(tmp_path / "nowhere")
    assert not (tmp_path / "nowhere").exists()


def test_a_page_is_read_off_the_index(tmp_path: Path) -> None:
    keep(tmp_path, "c-1", ENTRIES)
    connection = connect_reading(tmp_path)
    statements: list[str] = []
    connection.set_trace_callback(statements.append)
    list(calls_before(connection, Position(LATEST, ""), since_ms=5, limit=5))
    connection.set_trace_callback(None)
    plan = [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {statements[0]}")]
    connection.close()
    assert plan[0].startswith("SEARCH calls USING INDEX calls_by_time (started_ms>? AND (started_ms,conversation)<")
    assert all(step.startswith(("SEARCH", "SCALAR", "CORRELATED", "CO-ROUTINE", "SCAN (subquery")) for step in plan), (
        plan
    )
    assert not any("TEMP B-TREE" in step for step in plan)
