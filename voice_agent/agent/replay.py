"""Replays a log: feeds its events to a fresh core and holds what the core asks for against what the log says it asked.

The same inputs must give the same actions. The first difference is reported; nothing after it means anything.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, cast

import msgspec

from voice_agent.conversation.actions import AnyAction
from voice_agent.conversation.events import AnyEvent, CallEnded, Woken
from voice_agent.conversation.records import Record
from voice_agent.conversation.redaction import redacted
from voice_agent.machine import Machine


class Divergence(msgspec.Struct, frozen=True):
    """The first record where log and core part. `logged` is None where the core asked for more than the log has."""

    seq: int
    t_us: int
    after_event: str
    logged: AnyAction | None
    replayed: AnyAction | None


class Replay(msgspec.Struct, frozen=True):
    """What came of it. `erased` conversations have no content left to replay."""

    verdict: Literal["same", "diverged", "erased"]
    records: int
    divergence: Divergence | None = None


def replay(records: Sequence[Record], machine: Machine[AnyEvent, AnyAction]) -> Replay:
    """`machine` is fresh, built from the agent folder and configuration whose digests the log's header names."""
    if any(record.entry is None for record in records):
        return Replay("erased", len(records))
    position = 0
    while position < len(records):
        event = records[position]
        end = position + 1
        while end < len(records) and records[end].kind == "action":
            end += 1
        found = _step(event, records[position + 1 : end], machine)
        if found is not None:
            return Replay("diverged", len(records), found)
        position = end
    return Replay("same", len(records))


def settled(records: Sequence[Record]) -> Sequence[Record]:
    """All steps that the core took for certain, in the order of the log.

    Without an end the call lasts, or its server died in its last step. An end by fault was not asked of the core: it,
    or its server, broke in the step before, and whatever came after was told to nobody.
    """
    ends = (position for position, record in enumerate(records) if isinstance(record.entry, CallEnded))
    end = next(ends, None)
    if end is not None:
        entry = records[end].entry
        if not isinstance(entry, CallEnded) or entry.by != "fault":
            return records
        records = records[:end]
    events = [position for position, record in enumerate(records) if record.kind == "event"]
    return records[: events[-1]] if events else records


def _step(event: Record, logged: Sequence[Record], machine: Machine[AnyEvent, AnyAction]) -> Divergence | None:
    if event.kind != "event":
        return Divergence(event.seq, event.t_us, "start of the log", _action(event), None)
    entry = cast(AnyEvent, event.entry)
    woken = isinstance(entry, Woken)
    replayed = machine.wake(event.t_us) if woken else machine.handle(entry, event.t_us)
    for offset in range(max(len(logged), len(replayed))):
        was = _action(logged[offset]) if offset < len(logged) else None
        now = redacted(replayed[offset]) if offset < len(replayed) else None
        if was != now:
            return Divergence(event.seq + 1 + offset, event.t_us, f"{event.tag} at {event.seq}", was, now)
    return None


def _action(record: Record) -> AnyAction | None:
    return cast(AnyAction | None, record.entry)
