"""What a conversation has come to: a fold over its log, the same for a live call, a finished one and a replay."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec

from voice_agent.conversation import actions as act
from voice_agent.conversation import events as ev
from voice_agent.conversation.records import Record


class Spoken(msgspec.Struct, frozen=True):
    """Something the agent said. `heard` is what the caller got to hear of it: all of `text` unless interrupted."""

    utterance: int
    turn: int
    text: str
    heard: str | None = None
    started_us: int | None = None


class CallerTurn(msgspec.Struct, frozen=True):
    """Something the caller said, and when its voice ended and the agent took the turn (conversation microseconds)."""

    turn: int
    text: str
    taken_us: int
    keys: str = ""


class ToolUse(msgspec.Struct, frozen=True):
    """One tool call; `result` is None until it returned, `error` is set where it failed."""

    call: int
    tool: str
    arguments: dict[str, Any]
    asked_us: int
    result: dict[str, Any] | None = None
    error: str | None = None
    took_us: int | None = None


class Outcome(msgspec.Struct, frozen=True):
    journey: str
    outcome: str
    evidence: tuple[str, ...]


class ConversationState(msgspec.Struct, frozen=True):
    """Everything a list of calls, a transcript or a judge needs. `ended` is None while the call lasts."""

    started: ev.CallStarted | None = None
    caller_turns: tuple[CallerTurn, ...] = ()
    spoken: tuple[Spoken, ...] = ()
    tools: tuple[ToolUse, ...] = ()
    outcomes: tuple[Outcome, ...] = ()
    transfers: tuple[act.Transfer, ...] = ()
    quality: ev.MediaQuality | None = None
    ended: ev.CallEnded | None = None
    last_us: int = 0


def fold(records: Iterable[Record], state: ConversationState | None = None) -> ConversationState:
    """The state after `records`, starting from `state` (or from nothing)."""
    out = ConversationState() if state is None else state
    for record in records:
        out = apply(out, record)
    return out


def apply(state: ConversationState, record: Record) -> ConversationState:
    """The state after one more record. Erased records change nothing but the time."""
    changed = _apply_event(state, record) if record.kind == "event" else _apply_action(state, record)
    return msgspec.structs.replace(changed, last_us=record.t_us)


def _apply_event(state: ConversationState, record: Record) -> ConversationState:
    replace = msgspec.structs.replace
    match record.entry:
        case ev.CallStarted() as started:
            return replace(state, started=started)
        case ev.CallEnded() as ended:
            return replace(state, ended=ended)
        case ev.MediaQuality() as quality:
            return replace(state, quality=quality)
        case ev.PlaybackStarted(utterance=utterance):
            return _amend_spoken(state, utterance, started_us=record.t_us)
        case ev.PlayedUntil(utterance=utterance, heard=heard):
            return _amend_spoken(state, utterance, heard=heard)
        case ev.PlaybackFinished(utterance=utterance):
            return replace(
                state,
                spoken=tuple(
                    replace(said, heard=said.text) if said.utterance == utterance else said for said in state.spoken
                ),
            )
        case ev.ConnectFailed(target=target):
            return replace(state, transfers=tuple(t for t in state.transfers if t.target != target))
        case ev.ToolReturned(call=call, result=result, engine_us=took_us):
            return _amend_tool(state, call, result=result, took_us=took_us)
        case ev.ToolFailed(call=call, code=code, message=message):
            return _amend_tool(state, call, error=f"{code}: {message}")
        case _:
            return state


def _apply_action(state: ConversationState, record: Record) -> ConversationState:
    replace = msgspec.structs.replace
    match record.entry:
        case act.Say(utterance=utterance, turn=turn, clauses=clauses):
            spoken = Spoken(utterance, turn, " ".join(clauses))
            return replace(state, spoken=(*state.spoken, spoken))
        case act.Understand(turn=turn, text=text, keys=keys):
            heard = CallerTurn(turn, text, record.t_us, keys)
            return replace(state, caller_turns=(*state.caller_turns, heard))
        case act.CallTool(call=call, tool=tool, arguments=arguments):
            return replace(state, tools=(*state.tools, ToolUse(call, tool, arguments, record.t_us)))
        case act.RecordOutcome(journey=journey, outcome=outcome, evidence=evidence):
            return replace(state, outcomes=(*state.outcomes, Outcome(journey, outcome, evidence)))
        case act.Transfer() as transfer:
            return replace(state, transfers=(*state.transfers, transfer))
        case act.Connect() as connect:
            return replace(state, transfers=(*state.transfers, connect.as_transfer()))
        case _:
            return state


def _amend_spoken(state: ConversationState, utterance: int, **changes: Any) -> ConversationState:
    replace = msgspec.structs.replace
    spoken = tuple(replace(said, **changes) if said.utterance == utterance else said for said in state.spoken)
    return replace(state, spoken=spoken)


def _amend_tool(state: ConversationState, call: int, **changes: Any) -> ConversationState:
    replace = msgspec.structs.replace
    tools = tuple(replace(use, **changes) if use.call == call else use for use in state.tools)
    return replace(state, tools=tools)
