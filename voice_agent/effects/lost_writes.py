"""Sees to writes that a dead server left: done again where that is safe, undone where a tool says how, told to people.

    certainly not happened, or idempotent, or in the agent's own database      repeated with its key
    may have happened, its tool names one that undoes it                       undone
    anything else, and whatever is older than an hour                          left to a person

`after_loss` in tools.yaml chooses otherwise, as far as that is safe. Whatever is done, the list of people says so: the
caller was cut off before hearing it.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final, TypeAlias

import msgspec

from voice_agent.conversation.actions import CallTool
from voice_agent.effects.tool_functions import Runnable
from voice_agent.effects.write_notes import Note
from voice_agent.errors import VoiceAgentError
from voice_agent.journeys.tool_list import AfterLoss

FRESH: Final = timedelta(hours=1)
"""After that the world may have moved on: whoever asked for it has found another way."""
DONE: Final = "The call was cut off while {tool} was under way. It has been done since; the caller does not know."
UNDONE: Final = "The call was cut off while {tool} was under way. It has been undone; the caller does not know."
UNKNOWN: Final = "It is not known whether {tool} was done. Please look, and tell the caller."
NOT_DONE: Final = "{tool} was agreed to and not done: {why}. Please see to it, and tell the caller."

_log = logging.getLogger(__name__)

Report: TypeAlias = Callable[[Note, str], Awaitable[None]]
"""Puts a sentence about a write on the list of people, once a note, durably; then the note is settled."""
Run: TypeAlias = Callable[[CallTool], Awaitable[dict[str, Any]]]


def fate(note: Note, tool: Runnable | None, now: datetime) -> AfterLoss:
    """What is to become of it."""
    if tool is None or note.call.secret or note.call.secure or now - datetime.fromisoformat(note.asked) > FRESH:
        return "report"  # it can't be asked for again: the tool is gone, or what it was given, or its time
    safe = tool.wants_database or tool.spec.idempotent or note.call.idempotent or not note.begun
    wanted = tool.spec.after_loss
    if safe and wanted in (None, "repeat"):
        return "repeat"
    if note.begun and tool.spec.compensate is not None and wanted in (None, "compensate"):
        return "compensate"
    return "report"


class LostWrites:
    """`run` calls tools as conversations do; `now` is civil time with an offset."""

    def __init__(self, tools: Mapping[str, Runnable], run: Run, report: Report, now: Callable[[], datetime]) -> None:
        self._tools = tools
        self._run = run
        self._report = report
        self._now = now

    async def see_to(self, notes: list[Note]) -> dict[AfterLoss, int]:
        """Returns how many there were of each kind."""
        done: dict[AfterLoss, int] = {"repeat": 0, "compensate": 0, "report": 0}
        for note in notes:
            chosen = fate(note, self._tools.get(note.call.tool), self._now())
            said, chosen = await self._carry_out(note, chosen)
            await self._report(note, said)
            done[chosen] += 1
            extra = {"call": note.conversation, "tool": note.call.tool, "done": chosen}
            _log.warning("write of a lost conversation", extra=extra)
        return done

    async def _carry_out(self, note: Note, chosen: AfterLoss) -> tuple[str, AfterLoss]:
        """What people are told, and what really was done."""
        tool = note.call.tool
        if chosen == "report":
            sentence = UNKNOWN if note.begun else NOT_DONE
            return sentence.format(tool=tool, why="it can't be asked for again"), "report"
        try:
            if chosen == "repeat":
                await self._run(note.call)
                return DONE.format(tool=tool), "repeat"
            await self._run(self._undoing(note))
            return UNDONE.format(tool=tool), "compensate"
        except VoiceAgentError as problem:
            _log.warning("a lost write of %s could not be seen to: %s", tool, problem)
            certain = chosen == "repeat" and not note.begun and problem.code not in ("tool_uncertain", "deadline")
            sentence = NOT_DONE if certain else UNKNOWN
            return sentence.format(tool=tool, why=f"it failed ({problem.code})"), "report"

    def _undoing(self, note: Note) -> CallTool:
        """The call that undoes it: those of its arguments that the other tool takes, under a key of its own."""
        written = self._tools[note.call.tool].spec
        name = written.compensate if written.compensate is not None else ""
        undoing = self._tools.get(name)
        taken = {} if undoing is None else undoing.spec.parameters.get("properties", {})
        arguments = {key: value for key, value in note.call.arguments.items() if key in taken}
        return msgspec.structs.replace(
            note.call, tool=name, arguments=arguments, idempotency_key=f"{note.key}:undone", idempotent=False
        )
