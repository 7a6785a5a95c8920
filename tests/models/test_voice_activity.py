from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from models.catalog import SILERO, VOICE_ACTIVITY, Loading
from models.engines import BlockingSynthesiser
from models.scripted import noise
from models.silero import SileroNetwork
from models.voice_activity import GatedVoiceActivity
from voice_agent.audio import FRAME_SAMPLES, Pcm, silence
from voice_agent.ports.speech import VoiceActivity

SECOND = 8_000


@pytest.fixture(scope="module")
def make(loading: Loading) -> Callable[[], VoiceActivity]:
    return VOICE_ACTIVITY["silero"].load(loading)


@pytest.fixture(scope="module")
def sentence(hibari: BlockingSynthesiser) -> Pcm:
    return np.concatenate(list(hibari.synthesize("Please tell me your postcode and your date of birth.")))


def track(activity: VoiceActivity, pcm: Pcm) -> list[float]:
    return [activity.probability(pcm[at : at + FRAME_SAMPLES]) for at in range(0, pcm.size - 159, FRAME_SAMPLES)]


def test_speech_is_heard_from_its_onset_to_its_end(make: Callable[[], VoiceActivity], sentence: Pcm) -> None:
    before, after = 50, 50
    heard = track(make(), np.concatenate((silence(SECOND), sentence, silence(SECOND))))
    speaking = [index for index, probability in enumerate(heard) if probability > 0.5]
    assert max(heard[:before]) < 0.2
    assert before <= speaking[0] <= before + 12
    assert max(heard[len(heard) - after + 15 :]) < 0.2
    assert len(speaking) > 0.7 * (len(heard) - before - after)


@pytest.mark.parametrize("level", [0, 30, 1_000])
def test_steady_noise_is_not_speech(make: Callable[[], VoiceActivity], level: int) -> None:
    hiss = (np.random.default_rng(level).standard_normal(5 * SECOND) * level).astype(np.int16)
    assert max(track(make(), hiss)) < 0.5


def test_speech_is_heard_in_noise(make: Callable[[], VoiceActivity], sentence: Pcm) -> None:
    hiss = np.random.default_rng(3).standard_normal(sentence.size) * 200
    heard = track(make(), (sentence + hiss).astype(np.int16))
    assert sum(probability > 0.5 for probability in heard) > 0.6 * len(heard)


def test_callers_do_not_hear_each_other(make: Callable[[], VoiceActivity], sentence: Pcm) -> None:
    alone = track(make(), sentence)
    one, other = make(), make()
    together = []
    for at in range(0, sentence.size - 159, FRAME_SAMPLES):
        together.append(one.probability(sentence[at : at + FRAME_SAMPLES]))
        other.probability(noise(20, at))
    assert together == alone


def test_frames_that_many_prepare_before_any_asks_yield_what_they_would_alone(
    make: Callable[[], VoiceActivity], sentence: Pcm
) -> None:
    tracks = [np.concatenate((silence(400 * call), sentence)) for call in range(5)]
    activities = [make() for _ in tracks]
    together: list[list[float]] = [[] for _ in tracks]
    for at in range(0, sentence.size - 159, FRAME_SAMPLES):
        frames = [pcm[at : at + FRAME_SAMPLES] for pcm in tracks]
        for activity, frame in zip(activities, frames, strict=True):
            activity.prepare(frame)
        for activity, frame, heard in zip(activities, frames, together, strict=True):
            heard.append(activity.probability(frame))
    for pcm, heard in zip(tracks, together, strict=True):
        assert heard == pytest.approx(track(make(), pcm[: sentence.size]), abs=1e-5)


def test_the_probability_falls_once_the_gate_is_shut(loading: Loading, sentence: Pcm) -> None:
    network = SileroNetwork(loading.store.locate(SILERO) / SILERO.files[0].name)
    activity = GatedVoiceActivity(network, aggressiveness=3)
    track(activity, sentence[: SECOND // 2])
    after = track(activity, silence(SECOND))
    assert after[-1] < 0.01
    assert after[20:] == sorted(after[20:], reverse=True)
