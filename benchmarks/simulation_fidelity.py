"""Whether a simulated call is what the telephone makes of it: the same callers at the levels `audio` and `phone`.

Both have doubles for engines, which take the same time, so that what differs is the simulation's doing: virtual time,
and no network. Calls over the telephone are real SIP and RTP on loopback, each against a server of its own.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from statistics import median
from typing import Any, Final

import voice_agent
from benchmarks.report import Asked, Measured, goal, say
from benchmarks.statistics import share
from simulations.held_world import Latencies
from simulations.measures.statistics import percentile
from simulations.runs.jobs import Jobs
from simulations.runs.plan import Wanted, candidates, plan
from simulations.runs.records import Level, RunKey, RunRecord, RunTurn
from simulations.runs.worker_messages import Setting
from simulations.scenario_file import read_scenario_files
from voice_agent.app.office import load_agent
from voice_agent.config import Config, SpeechConfig

GOAL_AGREEMENT: Final = 0.95
GOAL_LATENCY_MS: Final = 60.0
SCENARIOS: Final = 30
QUICK_SCENARIOS: Final = 3
SERVERS: Final = 6
"""Calls at once: each needs little, but each is as long as a call."""
EXAMPLE: Final = Path(voice_agent.__file__).parents[1] / "examples" / "riverside_broadband"
DOUBLES_US: Final = SpeechConfig().scripted_latency_ms * 1_000
PIPE_US: Final = 1_000
"""To a speech process and back."""
LATENCIES: Final = Latencies(
    recognition_us=DOUBLES_US + PIPE_US,
    synthesis_us=DOUBLES_US + PIPE_US,
    understanding_us=2_000,
    tool_us=1_000,
)
"""Those of the doubles in a server's speech process, and what a server takes with examples and data this small."""


def measure(asked: Asked) -> Measured:
    chosen = candidates(read_scenario_files(EXAMPLE / "simulations"))[: QUICK_SCENARIOS if asked.quick else SCENARIOS]
    with tempfile.TemporaryDirectory() as folder:
        config = Config().with_data_dir(str(asked.cache if asked.cache is not None else Path(folder) / "data"))

        def at(level: Level, processes: int) -> dict[str, RunRecord]:
            say(f"{len(chosen)} scenarios at level {level}")
            keys = plan(chosen, Wanted(level=level, seed=asked.seed)).runs
            setting = Setting(str(EXAMPLE), load_agent(EXAMPLE)[0].digest, level, "scripted", config, None, LATENCIES)
            return _played(setting, processes, Path(folder) / level, keys)

        audio, phone = at("audio", 1), at("phone", SERVERS)
    return measured(audio, phone)


def _played(setting: Setting, processes: int, logs: Path, keys: Sequence[RunKey]) -> dict[str, RunRecord]:
    with Jobs(setting, processes, logs) as jobs:
        return {f"{run.key.scenario} {run.key.variant}": run for run in jobs.played(keys) if run is not None}


def measured(audio: dict[str, RunRecord], phone: dict[str, RunRecord]) -> Measured:
    """Runs by scenario, of the same scenarios."""
    names = sorted(audio)
    agree = [name for name in names if _came_to(audio[name]) == _came_to(phone[name])]
    waits = {"audio": _waits(audio.values()), "phone": _waits(phone.values())}
    apart_ms = abs(median(waits["audio"]) - median(waits["phone"])) if all(waits.values()) else None
    figures: dict[str, Any] = {
        "scenarios": len(names),
        "agreement": share(len(agree), len(names)),
        "disagreements": [
            {"scenario": name, "audio": _came_to(audio[name]), "phone": _came_to(phone[name])}
            for name in names
            if name not in agree
        ],
        "latency_ms": {level: {f"p{at}": percentile(ms, at) for at in (50, 95)} for level, ms in waits.items()},
        "answers": {level: len(ms) for level, ms in waits.items()},
        "median_latency_apart_ms": apart_ms,
        "turn_apart_ms": _turn_by_turn(audio, phone),
        "stages_apart_ms": _by_stage(audio, phone),
    }
    return Measured(
        figures,
        (
            goal("agreement of outcomes", len(agree) / len(names), ">=", GOAL_AGREEMENT),
            goal("difference of median latency", apart_ms, "<=", GOAL_LATENCY_MS, "ms"),
        ),
    )


def _came_to(run: RunRecord) -> str:
    """Whether it held, what it came to, and what did not hold."""
    missed = sorted({check.expectation for check in run.checks if not check.holds})
    return " ".join((run.status, run.outcome if run.outcome is not None else "nothing", *missed))


def _waits(runs: Iterable[RunRecord]) -> list[int]:
    return [turn.latency_ms for run in runs for turn in run.turns if turn.latency_ms is not None]


def _turn_by_turn(audio: dict[str, RunRecord], phone: dict[str, RunRecord]) -> dict[str, float | int | None]:
    """How much longer the telephone took for the same turn, over calls of as many turns."""
    longer = [_ms(other) - _ms(one) for one, other in _pairs(audio, phone)]
    return {"turns": len(longer), **{f"p{at}": percentile(longer, at) for at in (5, 50, 95)}}


def _by_stage(audio: dict[str, RunRecord], phone: dict[str, RunRecord]) -> dict[str, float]:
    """The same by the parts of the wait, as medians; `on_the_way` is what no part of the agent's took: the line."""
    apart: dict[str, list[int]] = {}
    for one, other in _pairs(audio, phone):
        mine, its = _parts(one), _parts(other)
        for name in mine.keys() | its.keys():
            apart.setdefault(name, []).append(its.get(name, 0) - mine.get(name, 0))
    return {name: median(values) for name, values in sorted(apart.items())}


def _parts(turn: RunTurn) -> dict[str, int]:
    parts = {stage.name: stage.ms for stage in turn.stages}
    return {**parts, "on_the_way": _ms(turn) - sum(parts.values())}


def _pairs(audio: dict[str, RunRecord], phone: dict[str, RunRecord]) -> Iterator[tuple[RunTurn, RunTurn]]:
    """The same turn at both levels, answered at both, of calls of as many turns."""
    for name, run in audio.items():
        other = phone[name]
        if len(run.turns) == len(other.turns):
            for pair in zip(run.turns, other.turns, strict=True):
                if all(turn.latency_ms is not None for turn in pair):
                    yield pair


def _ms(turn: RunTurn) -> int:
    assert turn.latency_ms is not None
    return turn.latency_ms
