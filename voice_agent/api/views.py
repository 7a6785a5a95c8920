"""What the API answers, as types, and how they are made of a call's row and its log: pure."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec

from voice_agent.api.queries import RecordWindow
from voice_agent.conversation.records import Header, Record, body_of
from voice_agent.conversation.state import fold
from voice_agent.insights.outcomes import OutcomeRow, OutcomeSum
from voice_agent.insights.shown import (
    CallRow,
    LatencyLine,
    Line,
    OutcomeLine,
    QualityLine,
    ToolLine,
    TransferLine,
    latency_lines,
    outcome_lines,
    quality_line,
    tool_lines,
    transcript,
    transfer_lines,
)
from voice_agent.stores.call_index import CallSummary


class CallPage(msgspec.Struct, frozen=True):
    """Newest first. `next` is the `cursor` of the page after; None where there is none.

    A page may be short, or empty, and still have a next one: so many calls are looked at for a page, and no more.
    """

    calls: tuple[CallRow, ...]
    next: str | None


class RecordShown(msgspec.Struct, frozen=True):
    """One record as logged; `body` is None where it was erased."""

    seq: Annotated[int, msgspec.Meta(ge=1)]
    t_us: Annotated[int, msgspec.Meta(ge=0)]
    kind: Literal["event", "action"]
    tag: str
    body: dict[str, Any] | None


class RecordingShown(msgspec.Struct, frozen=True):
    """`url` is where the sound is, None where there is none (any more)."""

    state: Literal["available", "not_recorded", "erased", "expired"]
    url: str | None


class CallDetail(msgspec.Struct, frozen=True):
    """One call. `records` are a stretch of its log, of `records_total`; all else is made of the whole log.

    `masked`: the caller's number, values and digits are hidden from the asker's role. `ended`: the log is closed.
    """

    call: CallRow
    header: Header
    ended: bool
    masked: bool
    transcript: tuple[Line, ...]
    tools: tuple[ToolLine, ...]
    outcomes: tuple[OutcomeLine, ...]
    transfers: tuple[TransferLine, ...]
    latency: tuple[LatencyLine, ...]
    quality: QualityLine | None
    recording: RecordingShown
    records: tuple[RecordShown, ...]
    records_total: Annotated[int, msgspec.Meta(ge=0)]


class OutcomePage(msgspec.Struct, frozen=True):
    """Oldest first, as they stand at `as_of`. `sums` are over all that were asked for, shown or not.

    `complete`: every conversation since then was looked at, and every outcome is shown; else ask for a later `since`.
    """

    as_of: str
    outcomes: tuple[OutcomeRow, ...]
    sums: tuple[OutcomeSum, ...]
    complete: bool


class Health(msgspec.Struct, frozen=True):
    """`ready`: the store can be read. `reason` says why not."""

    ready: bool
    reason: str | None


def detail(
    found: CallSummary,
    header: Header,
    records: list[Record],
    recording: RecordingShown,
    *,
    window: RecordWindow,
    pause_us: int,
) -> CallDetail:
    """Everything about one call, unmasked. `records` is its whole log."""
    state = fold(records)
    return CallDetail(
        found.shown(),
        header,
        any(record.tag == "call_ended" for record in records),
        False,
        transcript(state),
        tool_lines(state),
        outcome_lines(state),
        transfer_lines(state),
        latency_lines(records, pause_us=pause_us),
        quality_line(state),
        recording,
        tuple(_shown(record) for record in records[window.after : window.after + window.limit]),
        len(records),
    )


def _shown(record: Record) -> RecordShown:
    body = body_of(record)
    return RecordShown(
        record.seq, record.t_us, record.kind, record.tag, None if body is None else msgspec.json.decode(body)
    )
