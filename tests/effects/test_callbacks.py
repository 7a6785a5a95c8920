"""Call-back tasks for people."""

from __future__ import annotations

import asyncio
from pathlib import Path

from voice_agent.conversation.actions import Transfer
from voice_agent.effects.callbacks import CallbackTask, CallbackTasks
from voice_agent.effects.database import AgentDatabase


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
