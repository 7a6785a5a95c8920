"""What one call costs the worker in one tick of 20 ms, stage by stage, without a network: CPU time, not latency.

Real streams and sessions run in virtual time with scripted engines, but with the real voice activity and recorder.
Callers talk with pauses. Stages are timed for all calls of a tick together, so that the clock costs next to nothing.
"""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np

from benchmarks.datagram_cost import datagram_cost_us
from benchmarks.endless_calls import CallFactory, EndlessCall
from benchmarks.report import Asked, Goal, Measured, goal, say
from benchmarks.speech_loop import caller_speech
from models.catalog import VOICE_ACTIVITY, Loading
from models.weights import WeightsStore
from simulations import virtual_time
from telephony.codecs.g711 import PCMU
from telephony.rtp.packet import write_plain
from telephony.rtp.receiver import Pulled
from telephony.rtp.wheel_schedule import COHORTS
from voice_agent.audio import FRAME_SAMPLES, FRAME_US, Pcm
from voice_agent.clock import LoopClock

SECONDS: Final = 20
QUICK_SECONDS: Final = 8
WARM_UP_TICKS: Final = 100
MAX_CALL_US: Final = 100.0
"""200 calls a core: 20 ms / 200."""
STAGES: Final = ("receive", "pull", "session", "push", "tasks")


def measure(asked: Asked) -> Measured:
    seconds = QUICK_SECONDS if asked.quick else SECONDS
    with tempfile.TemporaryDirectory() as folder:
        say("tick_cost: preparing what the callers say")
        loading = Loading(WeightsStore(Path(folder) / "cache"))
        packets = _encoded(caller_speech(loading))
        say(f"tick_cost: {asked.calls} calls of {seconds} s")
        activity = VOICE_ACTIVITY["silero"].load(loading)
        factory = CallFactory(Path(folder), activity)
        try:
            costs = virtual_time.run(_run(factory, asked.calls, packets, seconds))
        finally:
            factory.close()
    costs |= datagram_cost_us(quick=asked.quick)
    total = sum(costs[name] for name in (*STAGES, "datagram_in", "datagram_out"))
    return Measured(
        {"calls": asked.calls, "us_a_tick": {name: round(cost, 2) for name, cost in costs.items()}, "sum_us": total},
        goals(total),
    )


def goals(call_us: float) -> tuple[Goal, ...]:
    return (goal("a call's tick", call_us, "<=", MAX_CALL_US, "us of CPU"),)


def _encoded(pcm: Pcm) -> list[bytes]:
    return [PCMU.encode(frame) for frame in pcm.reshape(-1, FRAME_SAMPLES)]


async def _run(factory: CallFactory, calls: int, payloads: list[bytes], seconds: int) -> dict[str, float]:
    lines = [factory.open(number) for number in range(calls)]
    async with asyncio.TaskGroup() as group:
        for line in lines:
            group.create_task(line.session.run(line.started))
        await asyncio.sleep(0)
        for line in lines:
            line.recorder.announce()
        for tick in range(WARM_UP_TICKS):
            await _tick(lines, payloads, tick)
        spent = np.zeros(len(STAGES), np.int64)
        ticks = seconds * 50
        for tick in range(WARM_UP_TICKS, WARM_UP_TICKS + ticks):
            spent += await _tick(lines, payloads, tick)
        ended = sum(line.session.ended for line in lines)
        if ended:
            raise RuntimeError(f"{ended} calls ended while they were measured")
        for line in lines:
            line.session.end("caller", "hung up")
    costs = spent / 1_000 / ticks / len(lines)
    costs_by_stage: dict[str, float] = dict(zip(STAGES, costs.tolist(), strict=True))
    for name in ("voice_activity", "recorder"):
        of_it = sum(getattr(line, name).spent_ns for line in lines)
        costs_by_stage[f"session_{name}"] = of_it / 1_000 / (ticks + WARM_UP_TICKS) / len(lines)
    return costs_by_stage


async def _tick(lines: Sequence[EndlessCall], payloads: list[bytes], tick: int) -> Any:
    now_us = LoopClock().now_us()
    clock = time.thread_time_ns
    # Callers don't speak in chorus: each is somewhere else in the loop.
    sent = [
        write_plain(0, tick & 0xFFFF, tick * FRAME_SAMPLES, number + 1, payloads[(tick + number * 37) % len(payloads)])
        for number in range(len(lines))
    ]
    marks = [clock()]
    for line, datagram in zip(lines, sent, strict=True):
        line.stream.receive(datagram, line.source, now_us)
    marks.append(clock())
    heard = [line.stream.pull(now_us) for line in lines]
    marks.append(clock())
    size = -(-len(lines) // COHORTS)
    spoken: list[Pcm] = []
    for start in range(0, len(lines), size):
        spoken += _ticked(lines[start : start + size], heard[start : start + size])
    marks.append(clock())
    for line, pcm in zip(lines, spoken, strict=True):
        line.stream.push(pcm)
        line.stream.report(now_us)
    marks.append(clock())
    await asyncio.sleep(FRAME_US / 1_000_000)
    marks.append(clock())
    return np.diff(np.array(marks, np.int64))


def _ticked(lines: Sequence[EndlessCall], heard: Sequence[Pulled]) -> list[Pcm]:
    """What the calls of one cohort say: as on the wheel, all are prepared before the first is ticked."""
    for line, pulled in zip(lines, heard, strict=True):
        line.session.prepare(pulled.pcm)
    return [line.session.tick(pulled.pcm, pulled.digits) for line, pulled in zip(lines, heard, strict=True)]
