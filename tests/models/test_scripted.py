from __future__ import annotations

import asyncio

import numpy as np
import pytest

from models.modem import modulated
from models.scripted import (
    ScriptedEmbedder,
    ScriptedLatency,
    ScriptedRecogniser,
    ScriptedSynthesiser,
    ScriptedVoiceActivity,
    noise,
)
from voice_agent.audio import FRAME_SAMPLES, Pcm, silence

LATER_US = 10**12


async def said(text: str, **options: int) -> Pcm:
    return np.concatenate([chunk async for chunk in ScriptedSynthesiser(**options).synthesize(text, deadline_us=0)])


def test_what_one_double_says_the_other_hears() -> None:
    async def scenario() -> None:
        heard = await ScriptedRecogniser().transcribe(await said("hello"), expects="open", deadline_us=LATER_US)
        assert (heard.text, heard.engine, heard.confidence) == ("hello", "scripted", 1.0)
        cut = (await said("hello"))[: 4 * 480]
        assert (await ScriptedRecogniser().transcribe(cut, expects="open", deadline_us=LATER_US)).text == "hell"

    asyncio.run(scenario())


def test_latencies_pass_on_the_loop_and_repeat_with_the_seed() -> None:
    async def taken(seed: int) -> list[float]:
        latency = ScriptedLatency(5_000, seed=seed)
        times = []
        for _ in range(3):
            started = asyncio.get_running_loop().time()
            await latency.pass_by()
            times.append(asyncio.get_running_loop().time() - started)
        return times

    assert min(asyncio.run(taken(1))) >= 0.0039


def test_no_latency_yields_no_tick() -> None:
    pcm = asyncio.run(said("a", latency_us=0))
    assert np.array_equal(pcm, modulated("a"))


def test_noise_sounds_like_speech_and_says_nothing() -> None:
    cough = noise(400, seed=3)
    activity = ScriptedVoiceActivity()
    frames = [cough[at : at + FRAME_SAMPLES] for at in range(0, cough.size, FRAME_SAMPLES)]
    assert {activity.probability(frame) for frame in frames} == {1.0}
    assert activity.probability(silence(FRAME_SAMPLES)) == 0.0
    assert activity.probability(modulated("x")[:FRAME_SAMPLES]) == 1.0
    heard = asyncio.run(ScriptedRecogniser().transcribe(cough, expects="open", deadline_us=LATER_US))
    assert heard.text == ""
    assert np.array_equal(cough, noise(400, seed=3))


def test_similar_texts_are_near_and_others_are_not() -> None:
    vectors = asyncio.run(
        ScriptedEmbedder().embed(
            ["move my appointment", "please move the appointment", "broken router", ""], deadline_us=LATER_US
        )
    )
    assert vectors.shape == (4, 384)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1)
    assert vectors[0] @ vectors[1] > 0.5 > vectors[0] @ vectors[2]
