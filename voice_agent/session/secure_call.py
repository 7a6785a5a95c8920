"""The one call of a tool that gets what was keyed in confidence: nothing that comes back of it has the digits."""

from __future__ import annotations

from typing import Any

from voice_agent.conversation.actions import CallTool
from voice_agent.errors import ToolError, VoiceAgentError
from voice_agent.secure_digits import SecureDigits, scrubbed, scrubbed_text
from voice_agent.session.world import Progress, Tools


async def with_secure_digits(asked: CallTool, tools: Tools, *, deadline_us: int, progress: Progress) -> dict[str, Any]:
    """Runs `asked`, whose arguments hold SecureDigits, and wipes them. The result is scrubbed of them.

    Raises as `Tools.run`, with scrubbed messages; any other error becomes a ToolError that holds no trace of the first.
    """
    secure = [value for value in asked.arguments.values() if isinstance(value, SecureDigits)]
    digits = [value.reveal() for value in secure]
    problem: VoiceAgentError
    try:
        result: dict[str, Any] = scrubbed(await tools.run(asked, deadline_us=deadline_us, progress=progress), digits)
        return result
    except VoiceAgentError as error:
        problem = type(error)(scrubbed_text(error.message, digits))
    except Exception as error:  # noqa: BLE001 - whatever it is may hold the digits: none of it goes on
        problem = ToolError(f"{asked.tool} failed: {type(error).__name__}")
    finally:
        for value in secure:
            value.wipe()
    raise problem
