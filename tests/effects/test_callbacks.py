"""Call-back tasks for people."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from voice_agent.conversation.actions import Transfer
from voice_agent.effects.callbacks import CallbackTask, CallbackTasks, erase_tasks
from voice_agent.effects.database import AgentDatabase
from voice_agent.errors import StoreError


def test_a_hand_over_is_recorded_once_and_finished(tmp_path: Path) -> None:
    database = AgentDatabase(tmp_path, "demo")
    tasks = CallbackTasks(database)
    created = "2025-06-01T10:00:00+02:00"

    async def scenario() -> None:
        first = await tasks.record(
            Transfer("queue.returns", "asked", "wants a person"), conversation="c1", number=1, created=created
        )
        again = await tasks.record(
            Transfer("queue.other", "late", "something else"), conversation="c1", number=1, created=created
        )
        assert first == again
        assert first == CallbackTask("c1:1", "c1", "queue.returns", "asked", "wants a person", created, "open")
        await tasks.record(Transfer("queue.returns", "asked", "again"), conversation="c1", number=2, created=created)
        assert [task.id for task in await tasks.in_state()] == ["c1:1", "c1:2"]
        await tasks.finish("c1:1")
        assert [task.id for task in await tasks.in_state()] == ["c1:2"]
        assert [task.id for task in await tasks.in_state("done")] == ["c1:1"]

    asyncio.run(scenario())
    database.close()


def test_erasing_a_conversation_empties_its_tasks_and_no_others(tmp_path: Path) -> None:
    async def scenario() -> list[str]:
        database = AgentDatabase(tmp_path, "riverside")
        tasks = CallbackTasks(database)
        for conversation in ("c-1", "c-2"):
            transfer = Transfer("care", "asked", f"{conversation} wants a person")
            await tasks.record(transfer, conversation=conversation, number=1, created="2026-03-04T10:00:00+00:00")
        assert erase_tasks(tmp_path, "c-1") == 1
        left = [task.summary for state in ("open", "erased") for task in await tasks.in_state(state)]
        database.close()
        return left

    assert asyncio.run(scenario()) == ["c-2 wants a person", ""]
    assert all(b"c-1 wants" not in path.read_bytes() for path in tmp_path.iterdir())


def test_erasing_a_conversation_deletes_what_its_writes_returned_and_under_which_key(tmp_path: Path) -> None:
    database = AgentDatabase(tmp_path, "riverside")
    keys = ("c-1:create_return:48213", "c-1:other:7", "c-10:create_return:48213", "c-2:create_return:1")
    with database.writing() as connection:
        for key in keys:
            connection.execute("INSERT INTO voice_agent_idempotency VALUES (?, ?)", (key, '{"name": "Maya Ferrin"}'))
    erase_tasks(tmp_path, "c-1")
    with database.reading() as connection:
        left = [row[0] for row in connection.execute("SELECT key FROM voice_agent_idempotency ORDER BY key")]
    database.close()
    assert left == ["c-10:create_return:48213", "c-2:create_return:1"]


def test_a_directory_without_tasks_has_none_to_erase(tmp_path: Path) -> None:
    (tmp_path / "conversations.db").touch()
    assert erase_tasks(tmp_path, "c-1") == 0
    (tmp_path / "broken.db").write_bytes(b"no database at all, but long enough to be taken for one" * 40)
    with pytest.raises(StoreError, match=r"broken\.db"):
        erase_tasks(tmp_path, "c-1")
