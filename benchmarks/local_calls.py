"""Whole calls with the default local engines on this machine: how waits grow with the number of callers, and why.

sipp's callers play real speech, three turns a call, and come evenly spread, so that as many as asked are up at a time.
Nobody is refused for load here: what is looked for is where waiting begins. Waits are those of the server's logs.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import msgspec
import numpy as np
import uvloop

from benchmarks.load_curve import drawn
from benchmarks.report import Asked, Goal, Measured, goal, say
from benchmarks.server_process import RunningServer, cpu_seconds, running_server
from benchmarks.sipp_callers import SippCount, need_sipp, place_calls
from benchmarks.statistics import percentile, spread
from models.catalog import SYNTHESISERS, Loading
from models.weights import WeightsStore
from voice_agent.audio import RATE_HZ, Pcm, silence
from voice_agent.config import TurnsConfig
from voice_agent.conversation.events import Transcribed
from voice_agent.conversation.records import Record
from voice_agent.insights.latency import TurnLatency, latencies
from voice_agent.stores.sqlite import StoreReader

LEVELS: Final = (4, 8, 16, 32, 48, 64)
QUICK_LEVELS: Final = (8, 32)
SECONDS: Final = 34
LINES: Final = ((9, "Where is my order?"), (19, "five five zero one two four seven nine"), (28, "No, thank you."))
"""What callers say, and at which second; each has its turn, wherever the conversation is by then."""
MOST_SLOWER: Final = 1.5
"""A level is carried while its p95 is at most so many times that of the first."""
LEAST_FULL: Final = 0.9
"""And while at least so many recognitions have got full effort."""
STAGES: Final = ("endpoint", "recognition", "understanding", "deciding", "synthesis", "playout")
SLOWEST: Final = 0.1
"""What limits is looked for in the slowest turns, so many of all."""
RECOGNITION: Final = "recognition"
"""Words that came later than the pause was waited for: recognising them, and the queue before it."""


class Level(msgspec.Struct, frozen=True):
    """So many calls at a time. `cpu` is in cores, over all of the level."""

    calls: int
    sipp: SippCount
    turns: tuple[TurnLatency, ...]
    efforts: dict[str, int]
    cpu: dict[str, float]
    metrics: dict[str, float]

    def p95_ms(self, stage: str) -> float | None:
        return percentile([getattr(turn, f"{stage}_us") / 1_000 for turn in self.turns], 95)

    def slowest_ms(self) -> dict[str, float]:
        """What its slowest turns waited for, on average; together that is the wait. Nothing without turns."""
        slowest = sorted(self.turns, key=lambda turn: turn.total_us)[-max(1, round(SLOWEST * len(self.turns))) :]
        parts = [waited_for_us(turn) for turn in slowest]
        return {} if not parts else {name: sum(each[name] for each in parts) / len(parts) / 1_000 for name in parts[0]}

    @property
    def full(self) -> float:
        """The share of recognitions with full effort."""
        return self.efforts.get("full", 0) / max(1, sum(self.efforts.values()))


class Limit(msgspec.Struct, frozen=True):
    """The first level that isn't carried, and for which stages its slowest turns wait longer than the first level's."""

    calls: int
    stage: str
    grown_ms: dict[str, float]
    full: float
    """The share of its recognitions that got full effort."""


def measure(asked: Asked) -> Measured:
    need_sipp()
    wanted = QUICK_LEVELS if asked.quick else LEVELS
    levels = uvloop.run(_levels(wanted))
    if asked.plot is not None:
        asked.plot.write_text(plot(levels), encoding="utf-8")
    say(f"local_calls: {told(levels)}")
    return Measured(figures(levels), goals(levels))


def figures(levels: Sequence[Level]) -> dict[str, Any]:
    """The tree that is printed."""
    limit = found_limit(levels)
    return {
        "carried": carried(levels),
        "limiting_stage": None if limit is None else limit.stage,
        "limit": None if limit is None else msgspec.to_builtins(limit),
        "levels": [
            {
                "calls": level.calls,
                "failed": level.sipp.failed,
                "turns": len(level.turns),
                "waits_ms": spread([turn.total_us / 1_000 for turn in level.turns]),
                "p95_by_stage_ms": {stage: _rounded(level.p95_ms(stage)) for stage in STAGES},
                "recognitions": level.efforts,
                "cpu_cores": {part: round(cores, 2) for part, cores in level.cpu.items()},
                "wheel_p99_ms": round(1_000 * level.metrics.get("voice_agent_wheel_lateness_p99_seconds", 0.0), 2),
            }
            for level in levels
        ],
    }


def plot(levels: Sequence[Level]) -> str:
    """An SVG of the waits."""
    waits = [[turn.total_us / 1_000 for turn in level.turns] for level in levels]
    curves = {f"p{share}": [percentile(each, share) or 0.0 for each in waits] for share in (50, 95)}
    return drawn([level.calls for level in levels], curves)


def goals(levels: Sequence[Level]) -> tuple[Goal, ...]:
    return (goal("calls that failed", sum(level.sipp.failed for level in levels), "==", 0),)


def carried(levels: Sequence[Level]) -> int:
    """The most calls whose waits are still about those of the fewest."""
    out = 0
    for level in levels:
        if _slower(levels[0], level) or level.full < LEAST_FULL:
            break
        out = level.calls
    return out


def waited_for_us(turn: TurnLatency) -> dict[str, int]:
    """A wait in parts that follow one another; of recognition, what was waited for beyond the pause."""
    return {
        "pause": turn.endpoint_us - turn.late_us,
        RECOGNITION: turn.late_us,
        "understanding": turn.understanding_us,
        "tools": turn.tools_us,
        "deciding": turn.deciding_us - turn.tools_us,
        "synthesis": turn.synthesis_us,
        "playout": turn.playout_us,
    }


def found_limit(levels: Sequence[Level]) -> Limit | None:
    """Of the first level that isn't carried; None where all are, or where nobody was answered.

    Its stage is what the slowest turns wait longer for. Where only effort gave way it is recognition, which saved it.
    """
    most, first = carried(levels), levels[0]
    beyond = next((level for level in levels if level.calls > most), None)
    if beyond is None or not first.turns or not beyond.turns:
        return None
    before, after = first.slowest_ms(), beyond.slowest_ms()
    grown = {stage: round(after[stage] - before[stage], 1) for stage in after}
    stage = max(grown, key=lambda name: grown[name]) if _slower(first, beyond) else RECOGNITION
    return Limit(beyond.calls, stage, grown, round(beyond.full, 3))


def told(levels: Sequence[Level]) -> str:
    """In a sentence."""
    limit = found_limit(levels)
    if limit is None:
        return f"{carried(levels)} calls are carried; what limits is not known"
    longer = f"{limit.stage} limits, for which the slowest wait {limit.grown_ms[limit.stage]:.0f} ms longer"
    return f"{carried(levels)} calls are carried; with {limit.calls}, {longer}, and {limit.full:.0%} had full effort"


def _slower(first: Level, level: Level) -> bool:
    """Whether its waits are no longer about those of the first."""
    before, p95 = first.p95_ms("total"), level.p95_ms("total")
    return before is None or p95 is None or p95 > MOST_SLOWER * before


async def _levels(wanted: Sequence[int]) -> list[Level]:
    with tempfile.TemporaryDirectory() as folder:
        recording = caller_recording(Loading(WeightsStore(Path(folder) / "cache")))
        out: list[Level] = []
        for calls in wanted:
            work = Path(folder) / str(calls)
            work.mkdir()
            async with running_server(work, settings(Path(folder) / "cache")) as server:
                out.append(await _level(server, work, recording, calls))
            say(f"local_calls: {calls} calls, p95 {_rounded(out[-1].p95_ms('total'))} ms, {out[-1].efforts}")
        return out


async def _level(server: RunningServer, work: Path, recording: Pcm, calls: int) -> Level:
    before, loop = cpu_seconds(server.pid), asyncio.get_running_loop()
    began_s = loop.time()
    sipp = await place_calls(
        work,
        server.sip.removeprefix("sip:"),
        recording,
        calls=2 * calls,
        seconds=SECONDS,
        at_once=calls,
        a_second=calls / SECONDS,
    )
    passed_s, after = loop.time() - began_s, cpu_seconds(server.pid)
    await asyncio.sleep(1)  # the server writes its log behind the calls
    metrics = await server.metrics()
    logs = await asyncio.to_thread(_logs, server.data_dir)
    pause_us = TurnsConfig().pause_ms * 1_000
    heard = [each.entry for records in logs for each in records if isinstance(each.entry, Transcribed)]
    return Level(
        calls,
        sipp,
        tuple(turn for records in logs for turn in latencies(records, pause_us=pause_us)),
        dict(Counter(each.effort for each in heard)),
        {part: (after[part] - before[part]) / passed_s for part in after},
        metrics,
    )


def caller_recording(loading: Loading) -> Pcm:
    """What a caller sends, as `int16[samples]`."""
    voice, out = SYNTHESISERS["hibari"].load(loading), silence(SECONDS * RATE_HZ)
    for at_s, text in LINES:
        said = np.concatenate(list(voice.synthesize(text)))[: out.size - at_s * RATE_HZ]
        out[at_s * RATE_HZ : at_s * RATE_HZ + said.size] = said
    return out


def settings(cache: Path) -> str:
    """The server's: its defaults, but that nobody is refused."""
    calls = "limit = 1000\nmax_busy_percent = 0\nmax_queue_ms = 0\nmax_lateness_ms = 0\n"
    return f'[calls]\n{calls}\n[speech]\ncache_dir = "{cache}"\n'


def _logs(data_dir: Path) -> list[list[Record]]:
    with StoreReader(data_dir) as reader:
        return [list(reader.read(header.conversation)[1]) for header in reader.headers(limit=1_000)]


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value)
