"""Finds each wait that was measured outside in the server's own log: what was expected, and where the time went. Pure.

The log counts from the beginning of the call, the outside by the machine's clock; the first voice of the greeting,
which both have seen, sets one against the other. An answer is the utterance whose playback began next to its arrival.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

import msgspec

from benchmarks.answer_times import Wait
from voice_agent.conversation import actions as act
from voice_agent.conversation import events as ev
from voice_agent.conversation.records import Record
from voice_agent.insights.shown import LatencyLine

NEAR_US: Final = 400_000
"""Utterances begin with little silence; none follows another so soon."""
UNKNOWN: Final = "unknown"


class MatchedTurn(msgspec.Struct, frozen=True):
    """`expected` is the kind of answer that the journey waited for, `purpose` the kind of utterance that came.

    `stages` are the server's own, None where the log has none for this turn (a prompt after silence).
    """

    wait: Wait
    expected: str = UNKNOWN
    purpose: str = UNKNOWN
    stages: LatencyLine | None = None


class _Playback(msgspec.Struct, frozen=True):
    at_us: int
    utterance: int


def match_turns(
    waits: Iterable[Wait],
    greeting_us: int | None,
    records: Sequence[Record],
    latency: Iterable[LatencyLine],
) -> list[MatchedTurn]:
    """`greeting_us` is when the first voiced packet of the call arrived, None for a call without one."""
    says = {entry.utterance: entry for record in records if isinstance(entry := record.entry, act.Say)}
    asked = {entry.turn: entry for record in records if isinstance(entry := record.entry, act.Understand)}
    played = [
        _Playback(record.t_us, entry.utterance)
        for record in records
        if isinstance(entry := record.entry, ev.PlaybackStarted)
    ]
    stages = {line.turn: line for line in latency}
    out: list[MatchedTurn] = []
    for wait in waits:
        say = None if greeting_us is None or not played else _answer(wait, greeting_us - played[0].at_us, played, says)
        if say is None:
            out.append(MatchedTurn(wait))
            continue
        understood = asked.get(say.turn)
        expected = UNKNOWN if understood is None else understood.expectation.kind
        own = stages.get(say.turn) if say.purpose != "reprompt" else None
        out.append(MatchedTurn(wait, expected, say.purpose, own))
    return out


def _answer(wait: Wait, offset_us: int, played: Sequence[_Playback], says: dict[int, act.Say]) -> act.Say | None:
    if wait.answered_us is None:
        return None
    arrived_us = wait.answered_us - offset_us
    nearest = min(played, key=lambda playback: abs(playback.at_us - arrived_us))
    return says.get(nearest.utterance) if abs(nearest.at_us - arrived_us) <= NEAR_US else None
