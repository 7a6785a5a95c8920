"""What a run shows of a layer that failed: words heard wrong, tools that failed, words that were refused. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from simulations.measures.words import word_errors
from simulations.runs.records import RunTurn
from voice_agent.conversation.actions import CallTool, Plan
from voice_agent.conversation.events import ToolFailed
from voice_agent.conversation.log import ConversationLog

SPOKEN: Final = ("line", "interruption")
CALLER_MISSED: Final = 0.3
"""Word error rate of the caller's ears from which the agent was not understood: they err a little with any voice."""


def heard_wrong(turns: Sequence[RunTurn]) -> str:
    """The turn that recognition got most wrong, empty where it got all of them right."""
    wrong = [
        (errors.rate, turn)
        for turn in turns
        if turn.kind in SPOKEN and turn.agent_heard is not None
        for errors in (word_errors(turn.caller_said, turn.agent_heard),)
        if errors.errors > 0
    ]
    if not wrong:
        return ""
    _, worst = max(wrong, key=lambda found: found[0])
    return f"{worst.caller_said!r} was heard as {worst.agent_heard!r}"


def not_heard(turns: Sequence[RunTurn]) -> str:
    """The first line of which the agent heard no word, empty where there is none."""
    lost = next((turn for turn in turns if turn.kind == "line" and turn.agent_heard is None), None)
    return "" if lost is None else f"of {lost.caller_said!r} no word was heard"


def missed_by_caller(turns: Sequence[RunTurn]) -> str:
    """The answer that the caller's own ears made least of, empty where they made enough of all.

    The last answer that the caller got must be right to the word: a call that stops there waited for words in it.
    """
    answered = [turn for turn in turns if turn.agent_said and turn.caller_heard is not None]
    for turn in answered:
        rate = word_errors(turn.agent_said, turn.caller_heard or "").rate
        if rate > (0.0 if turn is answered[-1] else CALLER_MISSED):
            return f"the agent said {turn.agent_said!r}, and the caller understood {turn.caller_heard!r}"
    return ""


def tool_failures(log: ConversationLog | None) -> tuple[str, ...]:
    """Calls that failed, in words, alike ones once."""
    if log is None:
        return ()
    records = [record.entry for record in log.read()]
    names = {entry.call: entry.tool for entry in records if isinstance(entry, CallTool)}
    failures = (
        f"{names.get(entry.call, 'a tool')} failed ({entry.code}: {entry.message})"
        for entry in records
        if isinstance(entry, ToolFailed)
    )
    return tuple(dict.fromkeys(failures))


def refused_words(log: ConversationLog | None) -> str:
    """Why words of a model were not spoken, empty where none were refused."""
    if log is None:
        return ""
    refused = [record.entry.refused for record in log.read() if isinstance(record.entry, Plan) and record.entry.refused]
    return f"words of the model were refused: {refused[0]}" if refused else ""
