"""Interaction metrics as tau-voice defines them, over a timeline of who spoke when. Pure.

    events = interaction_events(timeline, TAU_VOICE)
    panel([events, ...])             # of many calls together

Written from the definitions that tau-voice publishes (tau2-bench, docs/interaction-metrics.md) and held against its own
traces by `python -m benchmarks interaction_metrics`. docs/measures.md tells each definition in our words.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import zip_longest
from typing import Final, Literal, TypeAlias

import msgspec

from simulations.measures.timeline import Aside, AsideKind, Spoken, Stretch, Timeline

EventKind: TypeAlias = Literal["response", "yield", "backchannel", "cough", "side_talk", "agent_interruption"]


class Rules(msgspec.Struct, frozen=True):
    """How long after what happened the agent's behaviour is put down to it, in milliseconds.

    `talking_on_counts`: an aside that the agent talked through is an event that it got right. tau-voice counts such
    asides only where the agent fell silent, which makes its selectivity of asides look worse than it is.
    """

    yield_ms: int = 2_000
    stop_ms: int = 1_000
    response_ms: int = 2_000
    talking_on_counts: bool = False


TAU_VOICE: Final = Rules()
OURS: Final = Rules(talking_on_counts=True)


class InteractionEvent(msgspec.Struct, frozen=True):
    """Something the agent got `right` or not, at unit `at`. `wait_ms` is the latency of a response or of yielding."""

    kind: EventKind
    right: bool
    at: int
    wait_ms: int | None = None


class Counts(msgspec.Struct, frozen=True):
    """How many events stand behind each figure of a panel."""

    calls: int
    responses: int
    yields: int
    backchannels: int
    coughs: int
    side_talk: int
    agent_interruptions: int


class Panel(msgspec.Struct, frozen=True):
    """The eight figures. Latencies are mean seconds; the others are shares, None of nothing.

    `agent_interruption_rate` is agent interruptions a caller's turn: it may exceed 1.
    """

    response_latency_s: float | None
    yield_latency_s: float | None
    response_rate: float | None
    yield_rate: float | None
    agent_interruption_rate: float | None
    selectivity_backchannel: float | None
    selectivity_cough: float | None
    selectivity_side_talk: float | None
    counts: Counts


def interaction_events(timeline: Timeline, rules: Rules = TAU_VOICE) -> list[InteractionEvent]:
    """All of one call, in the order of time."""
    events = [
        *_responses(timeline),
        *_spoken_over(timeline, rules),
        *_answered_in_error(timeline, rules),
        *_asides(timeline, rules),
        *(InteractionEvent("agent_interruption", False, start) for start in agent_interruptions(timeline)),
    ]
    return sorted(events, key=lambda event: event.at)


def agent_interruptions(timeline: Timeline) -> list[int]:
    """Where the agent began while the caller spoke."""
    return [run.start for run in timeline.agent if _speaking(timeline.caller, run.start) is not None]


def panel(calls: Iterable[Sequence[InteractionEvent]]) -> Panel:
    """The figures of many calls, every event counting the same."""
    listed = list(calls)
    events = [event for call in listed for event in call]
    of = {kind: [event for event in events if event.kind == kind] for kind in _KINDS}
    interruptions = len(of["agent_interruption"])
    return Panel(
        response_latency_s=_mean_s(of["response"]),
        yield_latency_s=_mean_s(of["yield"]),
        response_rate=_right_share(of["response"]),
        yield_rate=_right_share(of["yield"]),
        agent_interruption_rate=interruptions / len(of["response"]) if of["response"] else None,
        selectivity_backchannel=_right_share(of["backchannel"]),
        selectivity_cough=_right_share(of["cough"]),
        selectivity_side_talk=_right_share(of["side_talk"]),
        counts=Counts(
            calls=len(listed),
            responses=len(of["response"]),
            yields=len(of["yield"]),
            backchannels=len(of["backchannel"]),
            coughs=len(of["cough"]),
            side_talk=len(of["side_talk"]),
            agent_interruptions=interruptions,
        ),
    )


_KINDS: Final[tuple[EventKind, ...]] = (
    *("response", "yield", "backchannel", "cough", "side_talk"),
    "agent_interruption",
)


def _responses(timeline: Timeline) -> Iterator[InteractionEvent]:
    """Turns after which the agent was silent: did it speak before the caller had to again? The last may go open."""
    turns = [
        spoken for spoken in timeline.caller if not spoken.backchannel and _speaking(timeline.agent, spoken.end) is None
    ]
    for turn, following in zip_longest(turns, turns[1:]):
        answer = next((run.start for run in timeline.agent if run.start >= turn.end), None)
        if answer is not None and (following is None or answer <= following.start):
            yield InteractionEvent("response", True, turn.end, (answer - turn.end) * timeline.unit_ms)
        elif following is not None:
            yield InteractionEvent("response", False, turn.end)


def _spoken_over(timeline: Timeline, rules: Rules) -> Iterator[InteractionEvent]:
    """What the caller began while the agent spoke: an interruption has to stop it, everything else must not."""
    for spoken in timeline.caller:
        run = _speaking(timeline.agent, spoken.start)
        if run is None:
            continue
        kind = _aim(spoken)
        window = (rules.yield_ms if kind == "yield" else rules.stop_ms) // timeline.unit_ms
        stopped = run.end < timeline.length and run.end - spoken.start < window
        if kind == "yield":
            wait_ms = (run.end - spoken.start) * timeline.unit_ms if stopped else None
            yield InteractionEvent(kind, stopped, spoken.start, wait_ms)
        else:
            yield InteractionEvent(kind, not stopped, spoken.start)


def _answered_in_error(timeline: Timeline, rules: Rules) -> Iterator[InteractionEvent]:
    """Speech with a cough or side talk in it, begun into silence: no answer may begin from then on for a while."""
    for spoken in timeline.caller:
        if not spoken.contains or _speaking(timeline.agent, spoken.start) is not None:
            continue
        kind: AsideKind = "cough" if "cough" in spoken.contains else "side_talk"
        yield _answered(timeline, rules, kind, spoken)


def _asides(timeline: Timeline, rules: Rules) -> Iterator[InteractionEvent]:
    for aside in timeline.asides:
        run = _speaking(timeline.agent, aside.start)
        if run is None:
            yield _answered(timeline, rules, aside.kind, aside)
        elif (run.end - aside.start) * timeline.unit_ms <= rules.stop_ms:
            yield InteractionEvent(aside.kind, False, aside.start)
        elif rules.talking_on_counts:
            yield InteractionEvent(aside.kind, True, aside.start)


def _answered(timeline: Timeline, rules: Rules, kind: AsideKind, what: Spoken | Aside) -> InteractionEvent:
    """Wrong where the agent began between its beginning and some time after its end."""
    latest = what.end + rules.response_ms // timeline.unit_ms
    answered = any(what.start <= run.start <= latest for run in timeline.agent)
    return InteractionEvent(kind, not answered, what.start)


def _aim(spoken: Spoken) -> Literal["yield", "backchannel", "cough", "side_talk"]:
    """What it is where it could be several things."""
    if spoken.backchannel:
        return "backchannel"
    if "cough" in spoken.contains:
        return "cough"
    return "side_talk" if spoken.contains else "yield"


def _speaking(side: Sequence[Stretch], at: int) -> Stretch | None:
    """The stretch of that side that is under way at a unit."""
    return next((run for run in side if run.covers(at)), None)


def _mean_s(events: Sequence[InteractionEvent]) -> float | None:
    waits_ms = [event.wait_ms for event in events if event.wait_ms is not None]
    return sum(waits_ms) / (1_000 * len(waits_ms)) if waits_ms else None


def _right_share(events: Sequence[InteractionEvent]) -> float | None:
    """As tau-voice has it, one minus the share of errors."""
    return 1 - sum(not event.right for event in events) / len(events) if events else None
