"""Voice to voice: how long callers wait for an answer, measured at the RTP socket of real calls, outside the server.

Server, engines and line are real; callers are synthetic, one at a time, and have spoken their lines to a file before
the first call. What they understand is transcribed while the agent speaks and before they answer, never while a wait
is being measured. What measures is measured too: a responder that answers after a known time tells by how much waits
come out too long, and that is subtracted.

Parts, each of a few minutes: `calibration`, `calls_1` to `calls_5`, `overhead` (the same with engines that take no
time), `peer` (a pipecat bot with the same models, hearing the same callers). With `--cache` they are kept, and a run
without `--part` measures what is missing.
"""

from __future__ import annotations

from typing import Any, Final

import msgspec
import uvloop

from benchmarks import calibration, desk_calls
from benchmarks.kept_parts import KeptParts
from benchmarks.measured_turns import MeasuredTurn, expecting, figures, first_audio, overheads
from benchmarks.peers import pipecat_calls
from benchmarks.report import Asked, Goal, Measured, goal
from benchmarks.statistics import percentile, spread
from voice_agent.errors import UsageError

CALLS_A_PART: Final = 3
CALL_PARTS: Final = 5
PARTS: Final = ("calibration", *(f"calls_{number}" for number in range(1, CALL_PARTS + 1)), "overhead", "peer")
CODE: Final = (
    "voice_agent", "models", "telephony", "benchmarks/answer_desk", "benchmarks/calibration.py",
    "benchmarks/desk_callers.py", "benchmarks/desk_calls.py", "benchmarks/peers",
)  # fmt: skip
"""What changes waits when it is changed."""
WITHIN_PEER: Final = 0.3
"""Of the peer's waits, ours may take so much."""


def measure(asked: Asked) -> Measured:
    """Raises UsageError for a part that there isn't."""
    if asked.part is not None and asked.part not in PARTS:
        raise UsageError(f"there is no part {asked.part!r}", hint=f"one of: {', '.join(PARTS)}")
    kept = KeptParts(asked.cache, CODE, (asked.seed, asked.quick))
    return _Run(asked, kept).measure()


class _Run:
    def __init__(self, asked: Asked, kept: KeptParts) -> None:
        self._asked = asked
        self._kept = kept

    def measure(self) -> Measured:
        calibrated = self._kept.of("calibration", lambda: uvloop.run(calibration.measure(self._asked.seed)))
        error_ms: float = calibrated["error_ms"]["p50"]
        turns = [turn for part in range(1, CALL_PARTS + 1) for turn in self._calls(part)]
        without = self._turns("overhead", self._overhead) if self._wants("overhead") else []
        peer = self._peer()
        tree: dict[str, Any] = {"calibration": calibrated, **figures(turns, error_ms)}
        tree["server_overhead_ms"] = spread(overheads(without, error_ms))
        tree["server_overhead_p99_ms"] = percentile(overheads(without, error_ms), 99)
        tree["peer"] = peer if isinstance(peer, str) else figures(peer, error_ms)
        return Measured(tree, goals(turns, without, [] if isinstance(peer, str) else peer, error_ms))

    def _calls(self, part: int) -> list[MeasuredTurn]:
        name = f"calls_{part}"
        if not self._wants(name):
            return []
        numbers = range((part - 1) * CALLS_A_PART, part * CALLS_A_PART)
        return self._turns(name, lambda: uvloop.run(desk_calls.measure(self._numbers(numbers), self._asked.seed)))

    def _overhead(self) -> list[MeasuredTurn]:
        numbers = self._numbers(range(CALLS_A_PART))
        return uvloop.run(desk_calls.measure(numbers, self._asked.seed, without_engines=True))

    def _peer(self) -> list[MeasuredTurn] | str:
        """Its turns, or why there are none."""
        if not self._wants("peer"):
            return "not measured in this run"
        python = pipecat_calls.python() if self._asked.peer is None else self._asked.peer
        if python is None:
            return "not installed: `make .venv-peers/.ready` makes its environment"
        numbers = self._numbers(range(CALLS_A_PART))
        return self._turns("peer", lambda: uvloop.run(pipecat_calls.measure(python, numbers, self._asked.seed)))

    def _turns(self, name: str, measure_turns: Any) -> list[MeasuredTurn]:
        kept = self._kept.of(name, lambda: {"turns": [msgspec.to_builtins(turn) for turn in measure_turns()]})
        return msgspec.convert(kept["turns"], list[MeasuredTurn])

    def _wants(self, name: str) -> bool:
        if self._asked.part is not None:
            return name == self._asked.part
        return not self._asked.quick or name == "calls_1"

    def _numbers(self, numbers: range) -> range:
        return numbers[:1] if self._asked.quick else numbers


def goals(
    turns: list[MeasuredTurn], without: list[MeasuredTurn], peer: list[MeasuredTurn], error_ms: float
) -> tuple[Goal, ...]:
    """Of what was measured."""
    expected = first_audio(expecting(turns, something=True), error_ms)
    speech = first_audio(expecting(turns, something=False), error_ms)
    overhead = overheads(without, error_ms)
    out: list[Goal] = []
    if turns:
        out += [
            goal("something expected, p50", percentile(expected, 50), "<=", 450, "ms"),
            goal("something expected, p95", percentile(expected, 95), "<=", 800, "ms"),
            goal("open speech, p50", percentile(speech, 50), "<=", 600, "ms"),
            goal("open speech, p95", percentile(speech, 95), "<=", 1_100, "ms"),
        ]
    if without:
        out += [
            goal("overhead of the server, p50", percentile(overhead, 50), "<=", 30, "ms"),
            goal("overhead of the server, p99", percentile(overhead, 99), "<=", 60, "ms"),
        ]
    if turns and peer:
        ours, theirs = first_audio(turns, error_ms), first_audio(peer, error_ms)
        out += [
            goal(f"share of the peer's wait, p{percent}", _share(ours, theirs, percent), "<=", WITHIN_PEER)
            for percent in (50, 95)
        ]
    return tuple(out)


def _share(ours: list[float], theirs: list[float], percent: float) -> float | None:
    mine, its = percentile(ours, percent), percentile(theirs, percent)
    return None if mine is None or its is None else mine / its
