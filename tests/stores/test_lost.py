"""A process that dies leaves conversations without an end; whoever comes next ends them, and no others."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from tests.stores.test_store import header
from voice_agent.app.office import close_lost_conversations
from voice_agent.conversation.actions import Transfer
from voice_agent.conversation.events import CallEnded, CallStarted, Transferred
from voice_agent.conversation.records import Entry, Record, record_of
from voice_agent.effects.callbacks import CallbackTask, CallbackTasks, tasks_in
from voice_agent.effects.database import AgentDatabase
from voice_agent.stores.call_index import SERVER_LOST
from voice_agent.stores.lost import close_lost
from voice_agent.stores.owners import Owner, is_alive
from voice_agent.stores.sqlite import Store, StoreReader, erase_records

STARTED: Final = CallStarted("phone", "sip:ada", "sip:care", "2026-03-02T09:00:00+00:00")
PROMISE: Final = Transfer("callbacks", "the caller asked for a person", "Ada wants her router", 2)
KEPT: Final = Transfer("billing", "the caller asked for a person", "Ada has a question", 1)

DIES: Final = """
import asyncio, os, sys
from pathlib import Path
from tests.stores.test_lost import begin
from voice_agent.stores.sqlite import Store

store = Store(Path(sys.argv[1]))
for name in sys.argv[2:]:
    begin(store, name)
asyncio.run(store.committed())
os._exit(9)
"""


def begin(store: Store, name: str) -> None:
    """A call in which two call-backs are promised, one of which is on the list."""
    store.begin(header(name))
    told: tuple[tuple[int, Entry], ...] = (
        (0, STARTED),
        (1_000_000, KEPT),
        (1_500_000, Transferred("billing")),
        (2_000_000, PROMISE),
    )
    for seq, (t_us, entry) in enumerate(told, start=1):
        store.write(name, record_of(seq, t_us, entry))


def dies_with(data_dir: Path, *names: str) -> None:
    root = Path(__file__).parents[2]
    ended = subprocess.run([sys.executable, "-c", DIES, data_dir, *names], cwd=root, check=False, timeout=60)
    assert ended.returncode == 9


def records(data_dir: Path, name: str) -> list[Record]:
    with StoreReader(data_dir) as reader:
        return reader.read(name)[1]


def test_a_lock_shows_whether_its_owner_lives(tmp_path: Path) -> None:
    owner = Owner.claim(tmp_path)
    other = Owner.claim(tmp_path)
    assert owner.name != other.name
    assert is_alive(tmp_path, owner.name)
    owner.close()
    assert not is_alive(tmp_path, owner.name)
    assert is_alive(tmp_path, other.name)
    other.close()


def test_what_a_dead_process_left_is_ended_once_at_the_last_time_known(tmp_path: Path) -> None:
    dies_with(tmp_path, "c-1", "c-2")
    assert [lost.conversation for lost in close_lost(tmp_path)] == ["c-1", "c-2"]
    last = records(tmp_path, "c-1")[-1]
    assert (last.seq, last.t_us, last.entry) == (5, 2_000_000, CallEnded("fault", SERVER_LOST))
    assert isinstance(last.entry, CallEnded)
    assert close_lost(tmp_path) == []
    assert len(records(tmp_path, "c-1")) == 5
    assert list((tmp_path / "owners").iterdir()) == []


def test_conversations_of_a_process_that_lives_are_left_alone(tmp_path: Path) -> None:
    dies_with(tmp_path, "c-1")
    store = Store(tmp_path)
    begin(store, "c-2")
    asyncio.run(store.committed())
    assert [lost.conversation for lost in close_lost(tmp_path)] == ["c-1"]
    store.close()
    assert [lost.conversation for lost in close_lost(tmp_path)] == ["c-2"]


def test_a_conversation_that_has_ended_is_not_lost(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.begin(header())
    store.write("c-1", record_of(1, 0, STARTED))
    store.write("c-1", record_of(2, 5, CallEnded("caller", "hung up")))
    store.close()
    assert close_lost(tmp_path) == []


def test_a_conversation_without_a_single_record_gets_its_end_too(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.begin(header())
    store.close()
    assert close_lost(tmp_path)[0].records == 1
    assert records(tmp_path, "c-1")[0].entry == CallEnded("fault", SERVER_LOST)


def test_calls_that_were_promised_are_on_the_list_once(tmp_path: Path) -> None:
    dies_with(tmp_path, "c-1")
    database = AgentDatabase(tmp_path, "riverside")

    async def closes() -> int:
        return await close_lost_conversations(tmp_path, CallbackTasks(database))

    assert asyncio.run(closes()) == 1
    assert asyncio.run(closes()) == 0
    database.close()
    (task,) = tasks_in(tmp_path)
    assert (task.id, task.target, task.summary) == ("c-1:2", "callbacks", "Ada wants her router")


def test_who_is_killed_before_the_end_of_a_lost_conversation_leaves_its_promise_to_the_next(tmp_path: Path) -> None:
    dies_with(tmp_path, "c-1", "c-2")
    database = AgentDatabase(tmp_path, "riverside")

    class Killed(CallbackTasks):
        """The server dies as soon as the first promise is on the list, before any end is written."""

        async def record(self, asked: Transfer, *, conversation: str, number: int | str, created: str) -> CallbackTask:
            await super().record(asked, conversation=conversation, number=number, created=created)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        asyncio.run(close_lost_conversations(tmp_path, Killed(database)))
    assert asyncio.run(close_lost_conversations(tmp_path, CallbackTasks(database))) == 2
    database.close()
    assert sorted(task.id for task in tasks_in(tmp_path)) == ["c-1:2", "c-2:2"]


def test_an_erased_conversation_is_ended_and_promises_nothing(tmp_path: Path) -> None:
    dies_with(tmp_path, "c-1")
    erase_records(tmp_path, "c-1")
    assert close_lost(tmp_path)[0].promised == ()
