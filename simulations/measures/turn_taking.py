"""How the turns of one of our calls were taken, seen from the caller's side, and the figures of many calls. Pure.

    observed = observe(sent, heard, deeds, ended)        # of one call: what `RunRecord.turn_taking` keeps
    figures([observed, ...])                             # of many: percentiles, shares, tau-voice's panel

Waits are measured by `simulations.timing`, the panel by `simulations.measures.interaction`; docs/measures.md defines
every figure.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import accumulate, pairwise
from typing import Final

import msgspec

from simulations.loudness import WINDOW_MS
from simulations.measures.interaction import OURS, InteractionEvent, Panel, interaction_events, panel
from simulations.measures.statistics import percentile
from simulations.measures.timeline import (
    Deed,
    Stretch,
    Timeline,
    Turn,
    call_timeline,
    turns_of,
    voiced_stretches,
)
from simulations.timing import Timing, measure

STOPS_WITHIN_MS: Final = 2_000
"""An agent that was interrupted and goes on for longer has not stopped (tau-voice's window)."""
ANSWERS_WITHIN_MS: Final = 2_000
"""A last turn counts as unanswered where the call goes on for so long after it."""
DIP_MS: Final = 1_500
"""An agent that fell silent for a cough and is heard again within this has dipped rather than stopped."""

_SELECTIVE: Final = ("backchannel", "cough", "side_talk")


class Selectivity(msgspec.Struct, frozen=True):
    """How the agent took sounds that are no turn. `right`: it went on, or stayed silent. `dipped`, among the others:
    it broke off and was heard again within 1.5 s."""

    kind: str
    events: int
    right: int
    dipped: int = 0


class TurnTaking(msgspec.Struct, frozen=True):
    """What was observed in one call, from which every figure follows.

    `latencies_ms`: voice to voice of each turn whose answer began after it. `stops_ms`: how long the agent went on each
    time it was interrupted. `cut_offs`: turns in a pause of which it began, of the `paused_turns` that have one.
    `talked_over`: how often it began while the caller's voice was on, for `talked_over_ms` together. `both_ms` is time
    when both spoke, `voiced_ms` when anybody did.
    """

    turns: int
    unanswered: int
    latencies_ms: tuple[int, ...]
    stops_ms: tuple[int, ...]
    paused_turns: int
    cut_offs: int
    talked_over: int
    talked_over_ms: int
    both_ms: int
    voiced_ms: int
    longest_silence_ms: int
    selectivity: tuple[Selectivity, ...]
    events: tuple[InteractionEvent, ...]


class TurnTakingFigures(msgspec.Struct, frozen=True):
    """Of one call or many. Percentiles are None of nothing, and shares too."""

    calls: int
    turns: int
    unanswered: int
    latency_p50_ms: int | None
    latency_p95_ms: int | None
    interruptions: int
    not_stopped: int
    stop_p50_ms: int | None
    stop_p95_ms: int | None
    paused_turns: int
    cut_offs: int
    talked_over: int
    talked_over_ms: int
    talk_over_ratio: float | None
    longest_silence_ms: int
    selectivity: tuple[Selectivity, ...]
    panel: Panel


def observe(
    sent: bytes | bytearray, heard: bytes | bytearray, deeds: Sequence[Deed], ended: int | None = None
) -> TurnTaking:
    """One call: `sent` and `heard` have one byte a window of 10 ms, 1 for voice; it ended at window `ended`."""
    timeline = call_timeline(sent, heard, deeds, ended)
    turns = [turn for turn in turns_of(deeds) if turn.start < timeline.length]
    timings = _timings(sent, heard, turns, timeline.length)
    voice = [voiced_stretches(sent, turn.start, min(turn.end, timeline.length)) for turn in turns]
    pauses = [[(end, start) for (_, end), (start, _) in pairwise(stretches)] for stretches in voice]
    begun = [run.start for run in timeline.agent]
    over = _talked_over(timeline.agent, [stretch for stretches in voice for stretch in stretches])
    events = interaction_events(timeline, OURS)
    both, voiced = _overlap(sent, heard, timeline.length)
    return TurnTaking(
        turns=len(turns),
        unanswered=_unanswered(sent, turns, timings, timeline.length),
        latencies_ms=tuple(t.voice_to_voice_ms for t in timings if t.voice_to_voice_ms is not None),
        stops_ms=tuple(t.stopped_after_ms for t in timings if t.stopped_after_ms is not None),
        paused_turns=sum(bool(gaps) for gaps in pauses),
        cut_offs=sum(any(a <= at < b for a, b in gaps for at in begun) for gaps in pauses),
        talked_over=len(over),
        talked_over_ms=sum(over) * WINDOW_MS,
        both_ms=both * WINDOW_MS,
        voiced_ms=voiced * WINDOW_MS,
        longest_silence_ms=_longest_silence(sent, heard, deeds, timeline.length) * WINDOW_MS,
        selectivity=tuple(_selectivity(kind, events, timeline) for kind in _SELECTIVE),
        events=tuple(events),
    )


def figures(calls: Iterable[TurnTaking]) -> TurnTakingFigures:
    """All calls together: every turn and every event counts the same."""
    listed = list(calls)
    latencies = [wait for call in listed for wait in call.latencies_ms]
    stops = [wait for call in listed for wait in call.stops_ms]
    voiced_ms = sum(call.voiced_ms for call in listed)
    return TurnTakingFigures(
        calls=len(listed),
        turns=sum(call.turns for call in listed),
        unanswered=sum(call.unanswered for call in listed),
        latency_p50_ms=percentile(latencies, 50),
        latency_p95_ms=percentile(latencies, 95),
        interruptions=len(stops),
        not_stopped=sum(wait > STOPS_WITHIN_MS for wait in stops),
        stop_p50_ms=percentile(stops, 50),
        stop_p95_ms=percentile(stops, 95),
        paused_turns=sum(call.paused_turns for call in listed),
        cut_offs=sum(call.cut_offs for call in listed),
        talked_over=sum(call.talked_over for call in listed),
        talked_over_ms=sum(call.talked_over_ms for call in listed),
        talk_over_ratio=sum(call.both_ms for call in listed) / voiced_ms if voiced_ms else None,
        longest_silence_ms=max((call.longest_silence_ms for call in listed), default=0),
        selectivity=tuple(_added(kind, listed) for kind in _SELECTIVE),
        panel=panel([call.events for call in listed]),
    )


def _timings(sent: bytes | bytearray, heard: bytes | bytearray, turns: Sequence[Turn], length: int) -> list[Timing]:
    untils = [*(turn.start for turn in turns[1:]), length]
    return [
        measure(sent, heard, turn.start, min(turn.end, until), until)
        for turn, until in zip(turns, untils, strict=False)
    ]


def _unanswered(sent: bytes | bytearray, turns: Sequence[Turn], timings: Sequence[Timing], length: int) -> int:
    """The last turn may stand without an answer if the call ends soon after it: a good-bye needs none."""
    if not turns:
        return 0
    waited_ms = (length - min(turns[-1].end, length)) * WINDOW_MS
    open_end = not timings[-1].answered and waited_ms < ANSWERS_WITHIN_MS
    return sum(not timing.answered for timing in timings) - open_end


def _talked_over(agent: Sequence[Stretch], voice: Sequence[tuple[int, int]]) -> list[int]:
    """Windows of overlap each time the agent began while the caller's voice was on."""
    return [min(run.end, end) - run.start for run in agent for start, end in voice if start <= run.start < end]


def _overlap(sent: bytes | bytearray, heard: bytes | bytearray, length: int) -> tuple[int, int]:
    """Windows in which both sides are in a stretch of voice, and in which either is."""
    caller, agent = _filled(sent, length), _filled(heard, length)
    both = sum(a & b for a, b in zip(caller, agent, strict=True))
    return both, sum(caller) + sum(agent) - both


def _filled(track: bytes | bytearray, length: int) -> bytearray:
    """`track` with its pauses of less than 250 ms closed."""
    out = bytearray(length)
    for start, end in voiced_stretches(track, 0, length):
        out[start:end] = b"\1" * (end - start)
    return out


def _longest_silence(sent: bytes | bytearray, heard: bytes | bytearray, deeds: Sequence[Deed], length: int) -> int:
    """Windows without any sound between the first and the last; keys are a sound."""
    sounds = [*voiced_stretches(sent, 0, length), *voiced_stretches(heard, 0, length)]
    sounds += [(deed.start, min(deed.end, length)) for deed in deeds if deed.kind == "keys" and deed.start < length]
    sounds.sort()
    ends = accumulate((end for _, end in sounds), max)
    gaps = (start - end for (start, _), end in zip(sounds[1:], ends, strict=False))
    return max(0, *gaps, 0)


def _selectivity(kind: str, events: Sequence[InteractionEvent], timeline: Timeline) -> Selectivity:
    found = [event for event in events if event.kind == kind]
    wrong = [event.at for event in found if not event.right]
    return Selectivity(kind, len(found), len(found) - len(wrong), sum(_dipped(at, timeline) for at in wrong))


def _dipped(at: int, timeline: Timeline) -> bool:
    for run, following in pairwise(timeline.agent):
        if run.covers(at):
            return (following.start - run.end) * WINDOW_MS <= DIP_MS
    return False


def _added(kind: str, calls: Sequence[TurnTaking]) -> Selectivity:
    rows = [row for call in calls for row in call.selectivity if row.kind == kind]
    return Selectivity(
        kind, sum(row.events for row in rows), sum(row.right for row in rows), sum(row.dipped for row in rows)
    )
