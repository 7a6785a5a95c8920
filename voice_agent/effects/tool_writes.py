"""Writes by tools, each at most once a key, with a note in the agent's database before the effect and its result after.

A tool that works in the agent's own database writes in one transaction with its result: either both are there, or
neither. One that changes another system leaves a note (`write_notes`); what ends without an answer keeps it, and is
neither tried again (unless the tool is idempotent) nor forgotten (`lost_writes`).
"""

from __future__ import annotations

from typing import Any

from voice_agent.conversation.actions import CallTool
from voice_agent.effects import write_notes as notes
from voice_agent.effects.database import AgentDatabase
from voice_agent.effects.tool_call import ToolCall
from voice_agent.effects.tool_functions import Runnable
from voice_agent.effects.tool_results import decoded, encoded
from voice_agent.errors import DeadlineExceeded, ToolError, ToolUncertain


class ToolWrites:
    """Use from threads. `owner` marks what this process has begun."""

    def __init__(self, database: AgentDatabase, owner: str = "") -> None:
        self._database = database
        self._owner = owner

    def run(
        self, tool: Runnable, asked: CallTool, arguments: dict[str, Any], call: ToolCall, *, idempotent: bool
    ) -> dict[str, Any]:
        """The result of the write with this key: its first one, however often it is asked for.

        Raises ToolUncertain where an earlier attempt may have happened and must not be repeated.
        """
        if not call.key:
            raise ToolError(f"{tool.spec.name}: a write needs an idempotency key")
        if tool.wants_database:
            text = self._in_one_transaction(tool, arguments, call)
        else:
            text = self._elsewhere(tool, asked, arguments, call, idempotent)
        return decoded(tool.spec.name, text, tool.spec.secret_result)

    def _in_one_transaction(self, tool: Runnable, arguments: dict[str, Any], call: ToolCall) -> str:
        with self._database.writing() as connection:
            known = notes.result_of(connection, call.key)
            if known is not None:
                return known
            result = encoded(tool.spec.name, tool.invoke(arguments, call, connection))
            return notes.keep(connection, call.key, result)

    def _elsewhere(
        self, tool: Runnable, asked: CallTool, arguments: dict[str, Any], call: ToolCall, idempotent: bool
    ) -> str:
        """No lock is held meanwhile; the first result stored wins."""
        known = self._begin(tool, asked, idempotent)
        if known is not None:
            return known
        try:
            found = tool.invoke(arguments, call)
        except (ToolUncertain, DeadlineExceeded):
            raise  # the note stays: nobody knows
        except Exception:
            with self._database.writing() as connection:
                notes.settle(connection, call.key)
            raise
        try:
            result = encoded(tool.spec.name, found)
        except ToolError as problem:
            raise ToolUncertain(problem.message, hint=problem.hint) from problem
        with self._database.writing() as connection:
            return notes.keep(connection, call.key, result)

    def _begin(self, tool: Runnable, asked: CallTool, idempotent: bool) -> str | None:
        """The result, where there is one; else the note is on disk from now on."""
        with self._database.writing() as connection:
            known = notes.result_of(connection, asked.idempotency_key)
            if known is not None:
                return known
            if not idempotent and notes.is_begun(connection, asked.idempotency_key):
                raise ToolUncertain(f"{tool.spec.name}: an earlier attempt may have gone through; it is not repeated")
            notes.begin(connection, asked, self._owner)
        return None
