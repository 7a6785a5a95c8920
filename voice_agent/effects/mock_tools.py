"""Twins of tools, for trying an agent out without touching the world: functions or recorded answers in `tools/mock/`.

    tools/mock/*.py           functions of the same names, as in `tools/*.py`
    tools/mock/answers.json   {"get_order": [{"when": {"order": "48290"}, "result": {...}}, {"error": "not found"}]}

The first answer is given whose `when` holds of the arguments; arguments are checked as those of the tool itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from voice_agent.effects.tool_call import ToolCall
from voice_agent.effects.tool_functions import Runnable, Tool, ToolSpec
from voice_agent.errors import AgentFolderError, ToolError

ANSWERS: Final = "tools/mock/answers.json"
FUNCTIONS: Final = "tools/mock"


class Recorded(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`result` or `error`, given where `when` is among the arguments."""

    when: dict[str, Any] = {}
    result: dict[str, Any] | None = None
    error: str | None = None


class MockTool:
    """Answers in the place of `original`, whose name, arguments and effect it has."""

    def __init__(self, original: Runnable, twin: Tool | tuple[Recorded, ...]) -> None:
        self.spec: ToolSpec = msgspec.structs.replace(original.spec, mode="mock")
        self.wants_database = isinstance(twin, Tool) and twin.wants_database
        self._original = original
        self._twin = twin

    def checked(self, arguments: dict[str, Any]) -> dict[str, Any]:
        """As the original does."""
        return self._original.checked(arguments)

    def invoke(self, arguments: dict[str, Any], call: ToolCall, database: Any = None) -> object:
        """The twin's answer. Raises ToolError where none is recorded, or an error is."""
        if isinstance(self._twin, Tool):
            return self._twin.invoke(self._twin.checked(arguments), call, database)
        for answer in self._twin:
            if all(name in arguments and arguments[name] == value for name, value in answer.when.items()):
                if answer.error is not None:
                    raise ToolError(f"{self.spec.name}: {answer.error}")
                return {} if answer.result is None else answer.result
        raise ToolError(f"{self.spec.name}: no answer is recorded for {arguments}", hint=f"add one to {ANSWERS}")


def recorded_answers(files: Mapping[str, str]) -> dict[str, tuple[Recorded, ...]]:
    """By the names of tools; nothing where the folder has no such file. Raises AgentFolderError."""
    if ANSWERS not in files:
        return {}
    try:
        return msgspec.json.decode(files[ANSWERS], type=dict[str, tuple[Recorded, ...]])
    except msgspec.DecodeError as problem:
        hint = '{"TOOL": [{"when": {...}, "result": {...}}]}'
        raise AgentFolderError(f"{ANSWERS}:1: can't be read: {problem}", hint=hint) from problem
