"""Writes by tools, each at most once a key, with a note in the agent's database before the effect and its result after.

A tool that works in the agent's own database writes in one transaction with its result: either both are there, or
neither. One that changes another system leaves the note `begun`; what ends without an answer keeps it, and is neither
tried again (unless the tool is idempotent) nor forgotten (`lost_writes`).
"""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime
from typing import Any, Final

from voice_agent.effects.database import AgentDatabase
from voice_agent.effects.tool_call import ToolCall
from voice_agent.effects.tool_functions import Runnable
from voice_agent.effects.tool_results import decoded, encoded
from voice_agent.errors import DeadlineExceeded, ToolError, ToolUncertain

RESULT: Final = "SELECT result FROM voice_agent_idempotency WHERE key = ?"
_KEEP: Final = "INSERT OR IGNORE INTO voice_agent_idempotency VALUES (?, ?)"
_BEGIN: Final = "INSERT OR IGNORE INTO voice_agent_writes VALUES (?, ?, ?, ?)"
_SETTLE: Final = "DELETE FROM voice_agent_writes WHERE key = ?"
_OPEN: Final = "SELECT 1 FROM voice_agent_writes WHERE key = ?"


class ToolWrites:
    """Use from threads. `owner` marks what this process has begun."""

    def __init__(self, database: AgentDatabase, owner: str = "") -> None:
        self._database = database
        self._owner = owner

    def run(self, tool: Runnable, arguments: dict[str, Any], call: ToolCall, *, idempotent: bool) -> dict[str, Any]:
        """The result of the write with this key: its first one, however often it is asked for.

        Raises ToolUncertain where an earlier attempt may have happened and must not be repeated.
        """
        if not call.key:
            raise ToolError(f"{tool.spec.name}: a write needs an idempotency key")
        if tool.wants_database:
            text = self._in_one_transaction(tool, arguments, call)
        else:
            text = self._elsewhere(tool, arguments, call, idempotent)
        return decoded(tool.spec.name, text, tool.spec.secret_result)

    def _in_one_transaction(self, tool: Runnable, arguments: dict[str, Any], call: ToolCall) -> str:
        with self._database.writing() as connection:
            row = connection.execute(RESULT, (call.key,)).fetchone()
            if row is not None:
                return str(row["result"])
            result = encoded(tool.spec.name, tool.invoke(arguments, call, connection))
            connection.execute(_KEEP, (call.key, result))
            return result

    def _elsewhere(self, tool: Runnable, arguments: dict[str, Any], call: ToolCall, idempotent: bool) -> str:
        """No lock is held meanwhile; the first result stored wins."""
        known = self._begin(tool, call, idempotent)
        if known is not None:
            return known
        try:
            found = tool.invoke(arguments, call)
        except (ToolUncertain, DeadlineExceeded):
            raise  # the note stays: nobody knows
        except Exception:
            with self._database.writing() as connection:
                connection.execute(_SETTLE, (call.key,))
            raise
        try:
            result = encoded(tool.spec.name, found)
        except ToolError as problem:
            raise ToolUncertain(problem.message, hint=problem.hint) from problem
        with self._database.writing() as connection:
            connection.execute(_KEEP, (call.key, result))
            connection.execute(_SETTLE, (call.key,))
            return _result(connection, call.key)

    def _begin(self, tool: Runnable, call: ToolCall, idempotent: bool) -> str | None:
        """The result, where there is one; else the note is on disk from now on."""
        begun = datetime.now(UTC).isoformat(timespec="seconds")
        with self._database.writing() as connection:
            row = connection.execute(RESULT, (call.key,)).fetchone()
            if row is not None:
                return str(row["result"])
            if not idempotent and connection.execute(_OPEN, (call.key,)).fetchone() is not None:
                raise ToolUncertain(f"{tool.spec.name}: an earlier attempt may have gone through; it is not repeated")
            connection.execute(_BEGIN, (call.key, tool.spec.name, self._owner, begun))
        return None


def _result(connection: sqlite3.Connection, key: str) -> str:
    return str(connection.execute(RESULT, (key,)).fetchone()["result"])
