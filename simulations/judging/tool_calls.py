"""Which tools were called, with what, in which order, and after which yes. From the log alone. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from simulations.judging.evidence import Evidence
from simulations.judging.expected import Escalation, ToolExpected
from simulations.runs.records import Check
from voice_agent.conversation.actions import CallTool
from voice_agent.conversation.commands import Affirm
from voice_agent.conversation.events import Understood
from voice_agent.conversation.records import Record
from voice_agent.conversation.state import ConversationState, ToolUse


def tool_checks(wanted: Sequence[ToolExpected], evidence: Evidence, state: ConversationState) -> Iterator[Check]:
    """Each of `wanted` was called with at least its arguments; where it says so, after the caller had agreed."""
    agreed = agreed_calls(evidence.records)
    for tool in wanted:
        dated = _dated(tool, evidence)
        made = [use for use in state.tools if use.tool == tool.name]
        fitting = [use for use in made if _fits(use, dated)]
        calls, text = _listed(made), f"{tool.name}({dated.arguments})"
        found = calls if fitting else f"{text} not among: {calls}"
        yield Check("tools", bool(fitting), text, found)
        if fitting and tool.confirmed:
            holds = any(use.call in agreed for use in fitting)
            was = f"{'' if holds else 'no '}yes came just before {_listed(fitting)}"
            yield Check("tools", holds, f"{text} after a yes", was)


def never_checks(wanted: Sequence[str | ToolExpected], evidence: Evidence, state: ConversationState) -> Iterator[Check]:
    """None of `wanted` was called; where arguments are given, not with these."""
    for tool in wanted:
        if isinstance(tool, str):
            called = any(use.tool == tool for use in state.tools)
            yield Check("never_tools", not called, f"no {tool}", f"{tool} was {'' if called else 'not '}called")
            continue
        dated = _dated(tool, evidence)
        made = [use for use in state.tools if _fits(use, dated)]
        found = f"{_listed(made)} was called" if made else "it was not called"
        yield Check("never_tools", not made, f"no {tool.name}({dated.arguments})", found)


def order_checks(wanted: Sequence[str], state: ConversationState) -> Iterator[Check]:
    """The tools of `wanted` were called one after another; others may come between."""
    if not wanted:
        return
    called = [use.tool for use in state.tools]
    rest = iter(called)
    holds = all(name in rest for name in wanted)
    yield Check("tools_in_order", holds, ", ".join(wanted), ", ".join(called) or "no calls")


def escalation_checks(wanted: Escalation, state: ConversationState) -> Iterator[Check]:
    """One hand-over goes to the target and says what it is about."""
    made = [one for one in state.transfers if wanted.to in (None, one.target)]
    every = ", ".join(one.target for one in state.transfers) or "none"
    yield Check("escalation", bool(made), wanted.to or "a hand-over", f"hand-overs: {every}")
    for words in wanted.summary if made else ():
        holds = any(words.casefold() in one.summary.casefold() for one in made)
        yield Check("escalation", holds, f"a summary with {words!r}", "; ".join(one.summary for one in made))


def agreed_calls(records: Sequence[Record]) -> frozenset[int]:
    """The calls before which the last thing that the caller was understood to say held a yes, which no write used."""
    agreed, calls = False, set()
    for record in records:
        match record.entry:
            case Understood(commands=commands):
                agreed = any(isinstance(command, Affirm) for command in commands)
            case CallTool(call=call, effect=effect):
                if agreed:
                    calls.add(call)
                agreed = agreed and effect == "read"
            case _:
                continue
    return frozenset(calls)


def _fits(use: ToolUse, wanted: ToolExpected) -> bool:
    return use.tool == wanted.name and wanted.arguments.items() <= use.arguments.items()


def _dated(wanted: ToolExpected, evidence: Evidence) -> ToolExpected:
    return msgspec.structs.replace(wanted, arguments=evidence.all_dated(wanted.arguments))


def _listed(uses: Sequence[ToolUse]) -> str:
    return ", ".join(f"{use.tool}({use.arguments})" for use in uses) or "no calls"
