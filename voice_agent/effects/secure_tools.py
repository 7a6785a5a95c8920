"""Hands a tool of the agent folder what was keyed in confidence, and lets none of it out again.

The digits are put in place of stand-ins inside the tool's thread, at the very call. What the tool returns is scrubbed
before it is stored under its idempotency key; what it raises is replaced by an error without its words.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from voice_agent.conversation.actions import CallTool
from voice_agent.effects.tool_call import ToolCall
from voice_agent.effects.tool_functions import Runnable, ToolSpec
from voice_agent.errors import ToolError, VoiceAgentError
from voice_agent.secure_digits import SecureDigits, scrubbed, scrubbed_text


class SecureTool:
    """A tool for one call, with the digits that it is given in place of stand-ins."""

    def __init__(self, tool: Runnable, secure: Mapping[str, SecureDigits]) -> None:
        self._tool = tool
        self._secure = secure

    @property
    def spec(self) -> ToolSpec:
        return self._tool.spec

    @property
    def wants_database(self) -> bool:
        return self._tool.wants_database

    def checked(self, arguments: dict[str, Any]) -> dict[str, Any]:
        """Checks with texts of zeros, as long as what they stand for: a parameter that takes it is a text."""
        stand_ins = {name: "0" * len(value) for name, value in self._secure.items()}
        return self._tool.checked({**arguments, **stand_ins})

    def invoke(self, arguments: dict[str, Any], call: ToolCall, database: Any = None) -> object:
        """Raises an error of ours as the tool did, scrubbed; for any other a ToolError with no word of it."""
        digits = {name: value.reveal() for name, value in self._secure.items()}
        problem: VoiceAgentError
        try:
            return scrubbed(self._tool.invoke({**arguments, **digits}, call, database), digits.values())
        except VoiceAgentError as error:
            problem = type(error)(scrubbed_text(error.message, digits.values()))
        except Exception as error:  # noqa: BLE001 - its words and its traceback may hold the digits
            told = f"{type(error).__name__}; its words are withheld, for it was given a number in confidence"
            problem = ToolError(f"{self.spec.name}: {told}")
        raise problem


def guarded(tool: Runnable, asked: CallTool) -> tuple[Runnable, CallTool]:
    """`tool` for this one call, and `asked` without what is in confidence: it may be written down from here on."""
    secure = {name: value for name, value in asked.arguments.items() if isinstance(value, SecureDigits)}
    if not secure:
        return tool, asked
    others = {name: value for name, value in asked.arguments.items() if name not in secure}
    return SecureTool(tool, secure), msgspec.structs.replace(asked, arguments=others)
