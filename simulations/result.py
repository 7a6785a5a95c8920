"""What came of a synthetic call, as `--json` prints it, and the figures drawn from many. Pure.

{"id": "sim-1", "scenario": "track_order_found", "ok": true, "outcome": "track_order.resolved", ...}
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from simulations.measures.statistics import percentile
from simulations.measures.turn_taking import TurnTaking
from simulations.scenario_line import ASIDES, Kind
from simulations.timing import Timing
from telephony.rtp.stream import StreamStats


class TurnResult(msgspec.Struct, frozen=True):
    """One turn of the caller's and what the agent said to it, as the caller heard it.

    `agent_heard` is what the agent took it for, from its log; None where there is no log or no such turn. `timing` is
    explained in `simulations.timing`; `voice_to_voice_ms` is its chief figure. `ended_ms` is when the last of it was
    sent, None for what was typed. `kind`: a turn (`line`, `keys`, `interruption`) or an aside, which nobody answers.
    """

    caller_said: str
    agent_said: str
    voice_to_voice_ms: int | None
    timing: Timing
    began_ms: int
    agent_heard: str | None = None
    ended_ms: int | None = None
    kind: Kind = "line"


class Failure(msgspec.Struct, frozen=True):
    """An expectation that didn't hold: its key in the scenario, and what was found instead."""

    expectation: str
    found: str


class CallResult(msgspec.Struct, frozen=True):
    """One call. `ok` once it was judged and nothing failed.

    `greeting` is what the agent said before the caller's first turn, first heard `greeting_ms` after the answer.
    `unfinished` is what the caller was still waiting for. `ended_by` is "caller", "agent" or "network". `problems` are
    faults on the caller's own side. `sip_status` and `media` are of calls over a network, `turn_taking` of calls with
    sound (docs/measures.md): None without.
    """

    id: str
    scenario: str
    ok: bool
    outcome: str | None
    expected: str | None
    turns: tuple[TurnResult, ...]
    greeting: str
    greeting_ms: int | None
    ended_by: str
    reason: str
    duration_ms: int
    unfinished: str | None = None
    failures: tuple[Failure, ...] = ()
    problems: tuple[str, ...] = ()
    sip_status: int | None = None
    media: StreamStats | None = None
    turn_taking: TurnTaking | None = None


class Latency(msgspec.Struct, frozen=True):
    """Percentiles of `voice_to_voice_ms` over `answers` turns, None for none; `unanswered` turns had no answer."""

    answers: int
    unanswered: int
    p50_ms: int | None
    p95_ms: int | None


def latency(results: Iterable[CallResult]) -> Latency:
    """Over all turns of all calls."""
    turns = [turn for result in results for turn in result.turns if turn.kind not in ASIDES]
    waits = [turn.voice_to_voice_ms for turn in turns if turn.voice_to_voice_ms is not None]
    unanswered = sum(not turn.timing.answered for turn in turns)
    return Latency(len(waits), unanswered, percentile(waits, 50), percentile(waits, 95))
