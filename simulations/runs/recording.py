"""From a call that was played to the record of its run: turns by stage, trace, checks, verdict. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import msgspec

from simulations.judge import checks
from simulations.judging.evidence import Evidence
from simulations.judging.rows import Tables
from simulations.measures.entities import entity_accuracy
from simulations.measures.words import agent_word_errors
from simulations.result import CallResult, TurnResult
from simulations.runs.records import Check, RunKey, RunRecord, RunTurn, Stage, Status, TraceLine
from simulations.scenario import Scenario
from simulations.scenario_line import ASIDES
from voice_agent.conversation.expectation import Setting
from voice_agent.conversation.notes import Explanation
from voice_agent.conversation.records import Header, Record, encode_log
from voice_agent.conversation.state import ConversationState, fold
from voice_agent.errors import VoiceAgentError
from voice_agent.insights.trace import TurnTrace, trace
from voice_agent.insights.trace_lines import trace_lines
from voice_agent.journeys.pack import Pack

KINDS: Final = {"command": "understood", "read": "tool", "write": "tool", "hand-over": "transfer", "": "said"}
"""What a line of a trace is called in a report, where that is not its own name."""
LEFT_OUT: Final = frozenset({"time", "model", "or"})


class Logged(msgspec.Struct, frozen=True):
    """The agent's log of a run and what its journeys looked at."""

    header: Header
    records: tuple[Record, ...]
    explanation: Explanation

    @property
    def sha256(self) -> str:
        """Of the log as it is written."""
        return hashlib.sha256(encode_log(self.header, list(self.records))).hexdigest()


@dataclass(frozen=True)
class Agent:
    """The agent of a run: what it is, its data before and after, and where else something of the run was kept."""

    pack: Pack
    rows: tuple[Tables, Tables] | None = None
    sinks: tuple[tuple[str, bytes], ...] = ()


def run_record(
    key: RunKey,
    scenario: Scenario,
    result: CallResult,
    logged: Logged | None,
    *,
    pause_us: int,
    wall_ms: int,
    agent: Agent | None = None,
) -> RunRecord:
    """`result` is what the caller saw; `logged` is None where the agent's log can't be had, `agent` where the agent
    is somebody else's. `pause_us` as in `voice_agent.insights.latency`."""
    state = None if logged is None else fold(logged.records)
    made = checks(scenario, _evidence(result, state, logged, agent))
    turns = () if logged is None else _traced(logged, pause_us)
    status, reason = _verdict(made, result)
    ended_by = result.ended_by
    if not ended_by and state is not None and state.ended is not None:
        ended_by, reason = state.ended.by, state.ended.reason if status != "error" else reason
    record = RunRecord(
        key=key,
        status=status,
        outcome=result.outcome,
        expected=result.expected,
        ended_by=ended_by,
        reason=reason,
        duration_ms=result.duration_ms,
        wall_ms=wall_ms,
        greeting=result.greeting,
        turns=_run_turns(result.turns, state, turns),
        trace=tuple(line for turn in turns for line in _lines(turn)),
        checks=tuple(made),
        problems=result.problems,
        turn_taking=result.turn_taking,
        about=scenario.about,
        conversation=result.id,
        log_sha256="" if logged is None else logged.sha256,
    )
    return record if key.level == "text" else _with_words(record, scenario, logged)


def _verdict(made: Sequence[Check], result: CallResult) -> tuple[Status, str]:
    """A run that fell short while something on the simulation's own side went wrong says nothing of the agent."""
    if all(check.holds for check in made):
        return "passed", result.reason
    return ("error", result.problems[0]) if result.problems else ("failed", result.reason)


def _evidence(
    result: CallResult, state: ConversationState | None, logged: Logged | None, agent: Agent | None
) -> Evidence:
    evidence = Evidence(result, state)
    if logged is not None:
        explanation = logged.explanation
        evidence = replace(evidence, header=logged.header, records=logged.records, explanation=explanation)
    return evidence if agent is None else replace(evidence, pack=agent.pack, rows=agent.rows, sinks=agent.sinks)


def _with_words(record: RunRecord, scenario: Scenario, logged: Logged | None) -> RunRecord:
    """With what was heard of the caller's words, and of what the scenario says that it knows."""
    language = "en" if scenario.who.language is None else scenario.who.language
    listened = logged is not None and record.key.level != "text"
    words, entities = agent_word_errors(record.turns, language, listened=listened), None
    if logged is not None and scenario.knows:
        entities = entity_accuracy(scenario.knows, record.turns, Setting(logged.header.civil_start, language))
    return msgspec.structs.replace(record, words=words, entities=entities)


def error_record(key: RunKey, scenario: Scenario | None, problem: BaseException, *, wall_ms: int) -> RunRecord:
    """A run that could not be done: it says nothing of the agent."""
    return RunRecord(
        key=key,
        status="error",
        outcome=None,
        expected=None,
        ended_by="",
        reason=told(problem),
        duration_ms=0,
        wall_ms=wall_ms,
        about="" if scenario is None else scenario.about,
    )


def told(problem: BaseException) -> str:
    """`problem` in a line; of several that came together the first."""
    while isinstance(problem, BaseExceptionGroup):
        problem = problem.exceptions[0]
    if isinstance(problem, VoiceAgentError):
        hint = "" if problem.hint is None else f" ({problem.hint})"
        return f"{problem.code}: {problem.message}{hint}"
    return f"{type(problem).__name__}: {problem}"


def _traced(logged: Logged, pause_us: int) -> tuple[TurnTrace, ...]:
    return trace(logged.header.conversation, logged.records, logged.explanation, pause_us=pause_us).turns


def _lines(turn: TurnTrace) -> list[TraceLine]:
    """In order of time; those of one moment as they come."""
    lines = [line for line in trace_lines(turn) if line.name not in LEFT_OUT]
    told = [TraceLine(line.at_us // 1_000, KINDS.get(line.name, line.name), line.text) for line in lines]
    return sorted(told, key=lambda line: line.at_ms)


def _run_turns(
    turns: Sequence[TurnResult], state: ConversationState | None, traced: Sequence[TurnTrace]
) -> tuple[RunTurn, ...]:
    """Joined by time: what the agent did between the beginning of a turn and that of the next belongs to it."""
    begins = [turn.began_ms * 1_000 for turn in turns if turn.kind not in ASIDES]
    out = []
    for turn in turns:
        from_us = turn.began_ms * 1_000
        to_us = from_us if turn.kind in ASIDES else next((us for us in begins if us > from_us), None)
        out.append(_run_turn(turn, state, traced, from_us, to_us))
    return tuple(out)


def _run_turn(
    turn: TurnResult, state: ConversationState | None, traced: Sequence[TurnTrace], from_us: int, to_us: int | None
) -> RunTurn:
    mine = [one for one in traced if one.turn > 0 and _within(one.at_us, from_us, to_us)]
    answer_ms = turn.timing.answer_ms
    return RunTurn(
        caller_said=turn.caller_said,
        agent_said=_said(turn, state, from_us, to_us),
        agent_heard=turn.agent_heard,
        caller_heard=turn.agent_said,
        kind=turn.kind,
        began_ms=turn.began_ms,
        ended_ms=turn.ended_ms,
        answer_began_ms=None if answer_ms is None else answer_ms[0],
        answer_ended_ms=None if answer_ms is None else answer_ms[1],
        latency_ms=turn.voice_to_voice_ms,
        stages=next((_stages(one) for one in reversed(mine) if one.stages is not None), ()),
    )


def _said(turn: TurnResult, state: ConversationState | None, from_us: int, to_us: int | None) -> str:
    """What reached the caller by the log. Typed words are there at once: what was read is what was said."""
    if state is None or turn.ended_ms is None:
        return turn.agent_said
    said = [one for one in state.spoken if one.started_us is not None and _within(one.started_us, from_us, to_us)]
    return " ".join(filter(None, (one.text if one.heard is None else one.heard for one in said)))


def _within(at_us: int, from_us: int, to_us: int | None) -> bool:
    return from_us <= at_us and (to_us is None or at_us < to_us)


def _stages(turn: TurnTrace) -> tuple[Stage, ...]:
    """What `insights.latency` has, cut so that the parts add up: recognition runs inside the wait for the end of the
    turn, and tools while it is decided what to say."""
    found = turn.stages
    if found is None:
        return ()
    recognition_us = min(found.recognition_us, found.endpoint_us)
    tools_us = min(sum(tool.took_us for tool in turn.tools if tool.took_us is not None), found.deciding_us)
    parts = {
        "endpoint": found.endpoint_us - recognition_us,
        "recognition": recognition_us,
        "understanding": found.understanding_us,
        "tools": tools_us,
        "deciding": found.deciding_us - tools_us,
        "synthesis": found.synthesis_us,
        "playout": found.playout_us,
    }
    return tuple(Stage(name, us // 1_000) for name, us in parts.items() if us >= 1_000)
