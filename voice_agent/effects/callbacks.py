"""Leaves a task for a person where a call can't be handed over live: "call this customer back, and know this"."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from pathlib import Path
from typing import Final, TypeVar

import msgspec

from voice_agent.conversation.actions import Transfer
from voice_agent.effects.database import AgentDatabase
from voice_agent.errors import StoreError

ResultT = TypeVar("ResultT")

_FINISH: Final = "UPDATE callback_tasks SET state = 'done' WHERE id = ? AND state IN ('open', 'done')"
_ERASE_TASKS: Final = "UPDATE callback_tasks SET reason = '', summary = '', state = 'erased' WHERE conversation = ?"
_ERASE_TEXTS: Final = "UPDATE text_messages SET recipient = '', body = '' WHERE id >= ? AND id < ?"
_ERASE_RESULTS: Final = "DELETE FROM voice_agent_idempotency WHERE key >= ? AND key < ?"
_ERASE_WRITES: Final = "DELETE FROM voice_agent_writes WHERE key >= ? AND key < ?"
"""Keys begin with the conversation and a colon; the semicolon is the next character."""


class CallbackTask(msgspec.Struct, frozen=True):
    """One row of `callback_tasks`. `created` is civil time, ISO 8601 with offset; `state` is "open" or "done"."""

    id: str
    conversation: str
    target: str
    reason: str
    summary: str
    created: str
    state: str


class CallbackTasks:
    """The call-back tasks in an agent's database."""

    def __init__(self, database: AgentDatabase, *, executor: Executor | None = None) -> None:
        """`executor` defaults to the event loop's threads; in virtual time give one that runs at once."""
        self._database = database
        self._executor = executor

    async def record(self, transfer: Transfer, *, conversation: str, number: int | str, created: str) -> CallbackTask:
        """Store the hand-over as a task, durably. The same conversation and `number` again give the first task back."""
        task = CallbackTask(
            f"{conversation}:{number}",
            conversation,
            transfer.target,
            transfer.reason,
            transfer.summary,
            created,
            "open",
        )
        return await self._in_thread(self._insert, task)

    async def in_state(self, state: str = "open") -> list[CallbackTask]:
        """Tasks in `state`, oldest first."""
        return await self._in_thread(self._select, state)

    async def finish(self, task: str) -> None:
        """Somebody has called back."""
        await self._in_thread(self._set_state, task, "done")

    async def _in_thread(self, work: Callable[..., ResultT], *arguments: object) -> ResultT:
        return await asyncio.get_running_loop().run_in_executor(self._executor, work, *arguments)

    def _insert(self, task: CallbackTask) -> CallbackTask:
        with self._database.writing() as connection:
            connection.execute(
                "INSERT OR IGNORE INTO callback_tasks VALUES (?, ?, ?, ?, ?, ?, ?)", msgspec.structs.astuple(task)
            )
            row = connection.execute("SELECT * FROM callback_tasks WHERE id = ?", (task.id,)).fetchone()
        return CallbackTask(*row)

    def _select(self, state: str) -> list[CallbackTask]:
        with self._database.reading() as connection:
            rows = connection.execute(
                "SELECT * FROM callback_tasks WHERE state = ? ORDER BY rowid", (state,)
            ).fetchall()
        return [CallbackTask(*row) for row in rows]

    def _set_state(self, task: str, state: str) -> None:
        with self._database.writing() as connection:
            connection.execute("UPDATE callback_tasks SET state = ? WHERE id = ?", (state, task))


def tasks_in(data_dir: Path, *, done: bool = False) -> list[CallbackTask]:
    """The open (or the done) tasks of all agents that work in `data_dir`, oldest first. Raises StoreError."""
    state = "done" if done else "open"
    found: list[CallbackTask] = []
    for path in _databases(data_dir):
        with (
            _refusals(f"{path}: the call-back tasks can't be read"),
            contextlib.closing(_read_only(path)) as connection,
        ):
            rows = connection.execute("SELECT * FROM callback_tasks WHERE state = ?", (state,)).fetchall()
            found += [CallbackTask(*row) for row in rows]
    return sorted(found, key=lambda task: task.created)


def finish_task(data_dir: Path, task: str) -> bool:
    """Somebody has called back. False where no agent of `data_dir` has left such a task. Raises StoreError."""
    known = 0
    for path in _databases(data_dir):
        with (
            _refusals(f"{path}: task {task} can't be changed"),
            contextlib.closing(sqlite3.connect(path)) as connection,
        ):
            finished = connection.execute(_FINISH, (task,))
            connection.commit()
            known += finished.rowcount
    return known > 0


def erase_tasks(data_dir: Path, conversation: str) -> int:
    """Empties the call-back tasks and text messages that `conversation` left in any agent's database of `data_dir`;
    returns how many tasks.

    The task stays, as erased: that somebody was to be called back is no secret, why and by whose wish is. What
    its writes returned, and the keys (they hold values), are deleted: nobody can ask for them again. Raises StoreError
    where a database refuses.
    """
    count = 0
    for path in _databases(data_dir):
        with (
            _refusals(f"{path}: the call-back tasks of {conversation} could not be erased"),
            contextlib.closing(sqlite3.connect(path)) as connection,
        ):
            connection.execute("PRAGMA secure_delete=ON")
            with connection:
                count += connection.execute(_ERASE_TASKS, (conversation,)).rowcount
                for statement in (_ERASE_RESULTS, _ERASE_WRITES, *(_texts(connection))):
                    connection.execute(statement, (f"{conversation}:", f"{conversation};"))
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return count


def _texts(connection: sqlite3.Connection) -> tuple[str, ...]:
    """What empties text messages; a database that no version with an outbox has opened has none."""
    known = connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'text_messages'").fetchone()
    return () if known is None else (_ERASE_TEXTS,)


def _databases(data_dir: Path) -> list[Path]:
    """The files of agents, told by their table."""
    found: list[Path] = []
    for path in sorted(data_dir.glob("*.db")):
        with _refusals(f"{path} can't be read"), contextlib.closing(_read_only(path)) as connection:
            if connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'callback_tasks'").fetchone() is not None:
                found.append(path)
    return found


def _read_only(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA query_only = ON")
    return connection


@contextlib.contextmanager
def _refusals(what: str) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as problem:
        raise StoreError(f"{what}: {problem}") from problem
