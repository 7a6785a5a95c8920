"""Many calls at once: how the worker keeps time while sipp's callers talk to it. Engines are scripted doubles.

Doubles answer within a fixed 20 ms, so what is measured is the worker: signalling, media, turns, journeys and store.
The callers talk as sound that the doubles read, so each call is a conversation that ends in an answer. One more caller,
in this process, stamps the packets that it gets.
"""

from __future__ import annotations

import asyncio
import json
import tempfile
from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import msgspec
import numpy as np
import uvloop

from benchmarks.answer_times import Wait
from benchmarks.metered_call import MeteredCall
from benchmarks.report import Asked, Goal, Measured, goal, say
from benchmarks.riverside_callers import callers, number_of
from benchmarks.server_process import RunningServer, cpu_seconds, running_server
from benchmarks.sipp_callers import SippCount, need_sipp, place_calls, ramp_s
from benchmarks.statistics import spread
from models.modem import modulated
from models.scripted import ScriptedRecogniser, ScriptedSynthesiser
from simulations.caller_session import CallerSession
from simulations.cues import texts_of
from simulations.mouth import prepare_lines
from voice_agent.audio import RATE_HZ, Pcm, silence
from voice_agent.clock import MonotonicClock
from voice_agent.insights.shown import CallRow

CALLS_A_PROCESS: Final = 10
"""A double takes 20 ms for 200 ms of speech: with ten agents speaking at once its process has nothing left."""
SECONDS: Final = 30
QUICK_SECONDS: Final = 20
LINES: Final = ((9, "Where is my order?"), (17, "five five zero one two four seven nine"), (25, "Yes"))
"""What sipp's callers say, and at which second: each when the agent has finished what comes before it."""
PACKETS_A_SECOND: Final = 50
LEAST_MEDIA: Final = 0.95
"""A call that got fewer of its packets through has failed, whatever SIP says."""
MAX_P99_MS: Final = 5.0
LATENESS: Final = "voice_agent_wheel_lateness_{}_seconds"


class Media(msgspec.Struct, frozen=True):
    """Of one call, in packets or frames, as the server counted them."""

    received: int
    lost: int
    late: int
    concealed_frames: int
    made_up_frames: int
    sent: int


class Load(msgspec.Struct, frozen=True):
    """What was seen. `cpu` is in cores while all calls were up, `gaps_ms` lie between packets that the probe got."""

    calls: int
    seconds: int
    sipp: SippCount
    rows: tuple[CallRow, ...]
    media: tuple[Media, ...]
    metrics: dict[str, float]
    cpu: dict[str, float]
    gaps_ms: list[float]
    waits: tuple[Wait, ...]


def measure(asked: Asked) -> Measured:
    need_sipp()
    load = uvloop.run(_load(asked.calls, QUICK_SECONDS if asked.quick else SECONDS))
    return Measured(figures(load), goals(load))


def figures(load: Load) -> dict[str, Any]:
    """The tree that is printed."""
    return {
        "calls": load.calls,
        "seconds_each": load.seconds,
        "failed_calls": failed_calls(load),
        "sipp": msgspec.structs.asdict(load.sipp),
        "calls_by_outcomes": dict(Counter(", ".join(row.outcomes) for row in load.rows)),
        "turns": sum(row.turns for row in load.rows),
        "wheel_lateness_ms": {
            name: round(1_000 * load.metrics[LATENESS.format(name)], 2)
            for name in ("p50", "p99", "max")
            if LATENESS.format(name) in load.metrics
        },
        "wheel_ticks": load.metrics.get("voice_agent_wheel_ticks"),
        "wheel_ticks_skipped": load.metrics.get("voice_agent_wheel_skipped"),
        "server_cpu_cores": {part: round(cores, 3) for part, cores in load.cpu.items()},
        "worker_cpu_percent_a_call": round(100 * load.cpu["worker"] / (load.calls + 1), 3),
        "media": {name: sum(getattr(each, name) for each in load.media) for name in Media.__struct_fields__},
        "probe": {
            "packet_gap_ms": spread(load.gaps_ms, digits=2)
            | ({"p99": round(float(np.percentile(load.gaps_ms, 99)), 2)} if load.gaps_ms else {}),
            "waits_ms": [None if wait.wait_us is None else round(wait.wait_us / 1_000) for wait in load.waits],
        },
    }


def failed_calls(load: Load) -> int:
    """Those that sipp says failed or never ended, and those whose voice did not get through; none counts twice."""
    by_sipp = load.calls - load.sipp.successful
    enough = LEAST_MEDIA * PACKETS_A_SECOND * load.seconds
    heard = sum(each.received >= enough and each.sent >= enough for each in load.media)
    return max(by_sipp, load.calls - heard)


def goals(load: Load) -> tuple[Goal, ...]:
    p99 = load.metrics.get(LATENESS.format("p99"))
    return (
        goal("failed calls", failed_calls(load), "==", 0),
        goal("wheel tick lateness, p99", None if p99 is None else 1_000 * p99, "<=", MAX_P99_MS, "ms"),
    )


def caller_recording(seconds: int) -> Pcm:
    """What one of sipp's callers sends, as `int16[samples]`."""
    out = silence(seconds * RATE_HZ)
    for at_s, text in LINES:
        said = modulated(text)[: max(0, out.size - at_s * RATE_HZ)]
        out[at_s * RATE_HZ : at_s * RATE_HZ + said.size] = said
    return out


def media_of(log: str, host: str) -> list[Media]:
    """Counts of every call whose SIP Call-ID ends in @`host`, out of the server's own log (JSON lines)."""
    lines = [json.loads(line) for line in log.splitlines() if line.startswith("{")]
    ended = [line for line in lines if line.get("message") == "media ended"]
    return [msgspec.convert(line["media"], Media) for line in ended if line["call"].endswith(f"@{host}")]


def settings(calls: int) -> str:
    """The server's: doubles for all engines, and enough processes that these aren't what is measured."""
    engines = ("recogniser", "synthesiser", "embedder", "voice_activity")
    speech = "\n".join(f'{engine} = "scripted"' for engine in engines)
    processes = max(2, -(-calls // CALLS_A_PROCESS))
    return f"[speech]\n{speech}\nprocesses = {processes}\n\n[calls]\nlimit = 1000\nmax_busy_percent = 0\n"


async def _load(calls: int, seconds: int) -> Load:
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        say("call_load: starting the server")
        async with running_server(work, settings(calls)) as server:
            say(f"call_load: {calls} calls of {seconds} s")
            target = server.sip.removeprefix("sip:")
            prober, probe = await _probe()
            async with asyncio.TaskGroup() as group:
                placing = group.create_task(
                    place_calls(work, target, caller_recording(seconds), calls=calls, seconds=seconds)
                )
                watching = group.create_task(_cpu_while_all_are_up(server, ramp_s(calls), seconds))
                group.create_task(probe.run(server.sip, number_of(_SCENARIO)))
            await asyncio.sleep(1)  # the server writes its log behind the calls
            metrics, rows = await server.metrics(), await server.calls()
            log = await asyncio.to_thread(server.log.read_text, encoding="utf-8")
        rows = tuple(row for row in rows if "sip:load" in row.caller)
        gaps = [(later - earlier) / 1_000 for earlier, later in pairwise(probe.arrivals_us)]
        media, waits = tuple(media_of(log, "127.0.0.1")), _waits(prober, probe)
        return Load(calls, seconds, placing.result(), rows, media, metrics, watching.result(), gaps, waits)


_SCENARIO: Final = callers(quick=True, seed=0)[0]


async def _probe() -> tuple[CallerSession, MeteredCall]:
    clock = MonotonicClock()
    lines = await prepare_lines(texts_of(_SCENARIO), ScriptedSynthesiser(), clock)
    session = CallerSession(_SCENARIO, lines, ScriptedRecogniser(), clock)
    return session, MeteredCall("probe", session)


def _waits(session: CallerSession, call: MeteredCall) -> tuple[Wait, ...]:
    return tuple(call.waits([turn.began_ms for turn in session.result("probe").turns]))


async def _cpu_while_all_are_up(server: RunningServer, ramp_seconds: float, seconds: int) -> dict[str, float]:
    """Cores that worker and speech processes took, from a second after the last call began to before the first ends."""
    await asyncio.sleep(ramp_seconds + 1)
    watched_s = max(1.0, seconds - ramp_seconds - 2)
    before = cpu_seconds(server.pid)
    await asyncio.sleep(watched_s)
    after = cpu_seconds(server.pid)
    return {part: (after[part] - before[part]) / watched_s for part in after}
