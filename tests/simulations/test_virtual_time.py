from __future__ import annotations

import asyncio
import random
import threading
import time
from collections.abc import AsyncGenerator

import numpy as np
import pytest

from simulations import virtual_time
from simulations.held_engines import HeldRecogniser, HeldSynthesiser, held
from simulations.virtual_time import SimulationStuck
from voice_agent.audio import Pcm, silence
from voice_agent.clock import LoopClock, MonotonicClock
from voice_agent.errors import EngineUnavailable
from voice_agent.ports.speech import ENGLISH, Languages, Recognition
from voice_agent.ports.urgency import Urgency


def test_an_hour_of_ticks_is_not_waited_for() -> None:
    async def tick_for_an_hour() -> int:
        clock = LoopClock()
        for _ in range(3_600 * 50):
            await asyncio.sleep(0.02)
        return clock.now_us()

    assert virtual_time.run(tick_for_an_hour()) == 3_600_000_000


def test_time_starts_at_zero_and_jumps_to_the_next_timer() -> None:
    async def sleep() -> list[int]:
        clock = LoopClock()
        seen = [clock.now_us()]
        await asyncio.sleep(86_400 * 3)
        seen.append(clock.now_us())
        await asyncio.sleep(0.000_001)
        return [*seen, clock.now_us()]

    assert virtual_time.run(sleep()) == [0, 259_200_000_000, 259_200_000_001]


def test_a_timer_on_no_whole_microsecond_is_reached_in_one_jump() -> None:
    async def sleep() -> int:
        await asyncio.sleep(1 / 3)
        return virtual_time.running_loop().now_us()

    assert virtual_time.run(sleep()) == 333_334


async def _trace_of_threads(delays: random.Random) -> list[tuple[int, str]]:
    """Engines whose real delays are drawn anew each time, beside tasks that only sleep."""
    trace: list[tuple[int, str]] = []
    clock = LoopClock()

    async def engine(name: str, latency_us: int) -> None:
        for _ in range(3):
            delay_s = delays.random() / 200
            await held(lambda delay_s=delay_s: asyncio.to_thread(time.sleep, delay_s), latency_us)  # type: ignore[misc]
            trace.append((clock.now_us(), name))

    async def sleeper() -> None:
        for _ in range(20):
            await asyncio.sleep(0.07)
            trace.append((clock.now_us(), "sleeper"))

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(engine("a", 130_001))
        tasks.create_task(engine("b", 210_002))
        tasks.create_task(sleeper())
    return trace


def test_the_same_run_gives_the_same_trace_however_long_engines_take() -> None:
    traces = [virtual_time.run(_trace_of_threads(random.Random(seed))) for seed in range(8)]
    assert traces[0][0] == (70_000, "sleeper")
    assert (130_001, "a") in traces[0]
    assert all(trace == traces[0] for trace in traces)


def test_tasks_that_wait_for_each_other_are_an_error_and_not_a_hang() -> None:
    async def wait_for_nobody() -> None:
        await asyncio.sleep(1.5)
        await asyncio.Event().wait()

    with pytest.raises(SimulationStuck, match="at 1500000 us nothing is ready"):
        virtual_time.run(wait_for_nobody())


def test_real_work_outside_hold_is_an_error_that_says_so() -> None:
    release = threading.Event()

    async def work_in_a_thread() -> None:
        await asyncio.to_thread(release.wait)

    with pytest.raises(SimulationStuck) as raised:
        virtual_time.run(_release_when_stuck(work_in_a_thread(), release))
    assert raised.value.hint is not None
    assert "hold()" in raised.value.hint


async def _release_when_stuck(work: object, release: threading.Event) -> None:
    assert asyncio.iscoroutine(work)
    try:
        await work
    finally:
        release.set()


def test_real_work_that_never_ends_is_given_up() -> None:
    async def wait_in_real_time() -> None:
        with virtual_time.running_loop().hold():
            await asyncio.Event().wait()

    with pytest.raises(SimulationStuck, match=r"no sign of life for 0\.05 s"):
        virtual_time.run(wait_in_real_time(), hold_limit_s=0.05)


def test_threads_are_waited_for_when_the_loop_closes() -> None:
    async def use_a_thread() -> str:
        with virtual_time.running_loop().hold():
            return await asyncio.to_thread(str, 7)

    assert virtual_time.run(use_a_thread()) == "7"


def test_a_real_loop_is_refused() -> None:
    async def ask() -> None:
        virtual_time.running_loop()

    with pytest.raises(RuntimeError, match="real time"):
        asyncio.run(ask())


class SlowEngine:
    """Answers after real time, and notes the deadlines it was given."""

    def __init__(self) -> None:
        self.deadlines: list[int] = []

    async def transcribe(
        self, pcm: Pcm, *, expects: str, deadline_us: int, urgency: Urgency = "final", languages: Languages = ENGLISH
    ) -> Recognition:
        self.deadlines.append(deadline_us)
        await asyncio.to_thread(time.sleep, 0.01)
        if pcm.size == 0:
            raise EngineUnavailable("gone")
        return Recognition(f"{expects} {pcm.size}")

    async def synthesize(self, text: str, *, deadline_us: int, speed: float = 1.0) -> AsyncGenerator[Pcm, None]:
        self.deadlines.append(deadline_us)
        for _ in text.split():
            await asyncio.to_thread(time.sleep, 0.002)
            yield np.ones(80, np.int16)


def test_engines_answer_at_the_modelled_time_and_keep_their_own_deadlines() -> None:
    engine = SlowEngine()
    before_us = MonotonicClock().now_us()

    async def ask() -> list[object]:
        clock = LoopClock()
        recogniser = HeldRecogniser(engine, MonotonicClock(), 250_000)
        voice = HeldSynthesiser(engine, MonotonicClock(), 40_000)
        heard = await recogniser.transcribe(silence(160), expects="digits", deadline_us=1)
        at_us = [clock.now_us()]
        chunks = [chunk async for chunk in voice.synthesize("one two three", deadline_us=1)]
        return [heard.text, *at_us, clock.now_us(), len(chunks)]

    assert virtual_time.run(ask()) == ["digits 160", 250_000, 290_000, 3]
    assert min(engine.deadlines) > before_us + 30_000_000


def test_what_is_really_slow_takes_as_long_in_steps_and_nothing_else_does() -> None:
    async def took_us(real_s: float, slow_us: int) -> int:
        began_us = virtual_time.running_loop().now_us()
        await held(lambda: asyncio.to_thread(time.sleep, real_s), 30_000, slow_us=slow_us)
        return virtual_time.running_loop().now_us() - began_us

    async def ask() -> tuple[int, int]:
        return await took_us(0.0, 60_000_000), await took_us(0.12, 50_000)

    quick_us, slow_us = virtual_time.run(ask())
    assert quick_us == 30_000
    assert slow_us >= 100_000
    assert slow_us % 50_000 == 0


def test_an_engine_that_fails_lets_time_go_on() -> None:
    async def ask() -> int:
        recogniser = HeldRecogniser(SlowEngine(), MonotonicClock(), 250_000)
        with pytest.raises(EngineUnavailable):
            await recogniser.transcribe(silence(0), expects="open", deadline_us=1)
        await asyncio.sleep(1)
        return virtual_time.running_loop().now_us()

    assert virtual_time.run(ask()) == 1_000_000
