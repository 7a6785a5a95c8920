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

    `stages` are the server's own, None where the log has none for this turn (a prompt after silence). `decided_us` is
    the wait that decided when the turn was taken, `relevant_us` when the first words that are no filler arrived.
    """

    wait: Wait
    expected: str = UNKNOWN
    purpose: str = UNKNOWN
    stages: LatencyLine | None = None
    decided_us: int | None = None
    relevant_us: int | None = None


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
    taken = {entry.turn: entry for record in records if isinstance(entry := record.entry, act.TakeTurn)}
    offset_us = None if greeting_us is None or not played else greeting_us - played[0].at_us
    out: list[MatchedTurn] = []
    for wait in waits:
        say = None if offset_us is None else _answer(wait, offset_us, played, says)
        if say is None or offset_us is None:
            out.append(MatchedTurn(wait))
            continue
        understood = asked.get(say.turn)
        expected = UNKNOWN if understood is None else understood.expectation.kind
        own = stages.get(say.turn) if say.purpose != "reprompt" else None
        votes = () if say.turn not in taken else taken[say.turn].votes
        decided_us = votes[0].delay_us if votes and own is not None else None
        relevant_us = _relevant(say, offset_us, played, says)
        out.append(MatchedTurn(wait, expected, say.purpose, own, decided_us, relevant_us))
    return out


def _answer(wait: Wait, offset_us: int, played: Sequence[_Playback], says: dict[int, act.Say]) -> act.Say | None:
    if wait.answered_us is None:
        return None
    arrived_us = wait.answered_us - offset_us
    nearest = min(played, key=lambda playback: abs(playback.at_us - arrived_us))
    return says.get(nearest.utterance) if abs(nearest.at_us - arrived_us) <= NEAR_US else None


def _relevant(say: act.Say, offset_us: int, played: Sequence[_Playback], says: dict[int, act.Say]) -> int | None:
    """When words about the same turn arrived that are no filler, where a filler came first; by the log."""
    if say.purpose != "filler":
        return None
    for playback in played:
        later = says.get(playback.utterance)
        if later is not None and later.turn == say.turn and later.purpose != "filler":
            return playback.at_us + offset_us
    return None
