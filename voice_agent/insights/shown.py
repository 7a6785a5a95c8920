"""What is shown of a call, on the command line and over HTTP: folds over its log, as types whose JSON is a contract."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec

from voice_agent.conversation.records import Record
from voice_agent.conversation.state import ConversationState
from voice_agent.insights.latency import latencies


class CallRow(msgspec.Struct, frozen=True):
    """One call in a list; `ended_by` is None for a call that lasts.

    `lost`: its server died, and the next one said so.
    """

    id: str
    started: str
    channel: str
    agent: str
    caller: str
    seconds: float
    turns: int
    outcomes: tuple[str, ...]
    ended_by: str | None
    erased: bool
    lost: bool


class Line(msgspec.Struct, frozen=True):
    """One line of a transcript. `heard` is what the caller got to hear, where that is less than `text`."""

    at_us: int
    who: str
    text: str
    heard: str | None = None


class ToolLine(msgspec.Struct, frozen=True):
    at_us: int
    tool: str
    arguments: dict[str, Any]
    result: dict[str, Any] | None
    error: str | None
    took_us: int | None


class LatencyLine(msgspec.Struct, frozen=True):
    """Microseconds by stage of one answer; `voice_agent/insights/latency.py` defines the stages."""

    turn: int
    endpoint_us: int
    recognition_us: int
    understanding_us: int
    deciding_us: int
    synthesis_us: int
    total_us: int
    late_us: int = 0
    tools_us: int = 0
    ahead: bool = False
    relevant_us: int | None = None
    playout_us: int = 0
    partial_us: int = 0


class QualityLine(msgspec.Struct, frozen=True):
    """How the line of a call was: `MediaQuality` in `voice_agent/conversation/events.py` says what each is."""

    received: int
    lost: int
    late: int
    played_frames: int
    concealed_frames: int
    jitter_us: int
    buffer_us: int
    round_trip_us: int | None
    remote_lost: int | None
    mos: float | None


class OutcomeLine(msgspec.Struct, frozen=True):
    journey: str
    outcome: str
    evidence: tuple[str, ...]


class TransferLine(msgspec.Struct, frozen=True):
    target: str
    reason: str
    summary: str


def transcript(state: ConversationState) -> tuple[Line, ...]:
    """What was heard and said, in the order of time: an answer may begin in the moment in which a turn is taken."""
    said = [
        Line(spoken.started_us, "agent", spoken.text, spoken.heard if spoken.heard != spoken.text else None)
        for spoken in state.spoken
        if spoken.started_us is not None
    ]
    heard = [
        Line(turn.taken_us, "caller", turn.text if turn.keys == "" else f"[keys {turn.keys}] {turn.text}".strip())
        for turn in state.caller_turns
    ]
    return tuple(sorted([*heard, *said], key=lambda line: line.at_us))


def tool_lines(state: ConversationState) -> tuple[ToolLine, ...]:
    return tuple(
        ToolLine(use.asked_us, use.tool, use.arguments, use.result, use.error, use.took_us) for use in state.tools
    )


def outcome_lines(state: ConversationState) -> tuple[OutcomeLine, ...]:
    return tuple(OutcomeLine(done.journey, done.outcome, done.evidence) for done in state.outcomes)


def transfer_lines(state: ConversationState) -> tuple[TransferLine, ...]:
    return tuple(TransferLine(asked.target, asked.reason, asked.summary) for asked in state.transfers)


def quality_line(state: ConversationState) -> QualityLine | None:
    """None for a call that has no line, that lasts, or that broke."""
    return None if state.quality is None else QualityLine(**msgspec.structs.asdict(state.quality))


def latency_lines(records: Iterable[Record], *, pause_us: int) -> tuple[LatencyLine, ...]:
    """One a spoken turn that was answered; `pause_us` as in `insights.latency`."""
    return tuple(
        LatencyLine(**msgspec.structs.asdict(turn), total_us=turn.total_us)
        for turn in latencies(records, pause_us=pause_us)
    )


class VerdictLine(msgspec.Struct, frozen=True):
    """What a model wrote for a journey, and whether everything in it was supported. `reasons`: why it was not said."""

    at_us: int
    journey: str
    text: str
    supported: bool
    reasons: tuple[str, ...]


class GapLine(msgspec.Struct, frozen=True):
    """A question that no article answered; `nearest` is the passage that came closest, empty for none."""

    at_us: int
    question: str
    nearest: str
    score: float


class ModelLine(msgspec.Struct, frozen=True):
    """An engine that was asked, for what, and how long it took."""

    purpose: str
    engine: str
    took_us: int
