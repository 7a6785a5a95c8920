"""A line of samples and the same line of real packets lose as much, and leave as many words."""

from __future__ import annotations

import heapq

import numpy as np
import pytest

from models.catalog import RECOGNISERS, SYNTHESISERS, Loading
from models.weights import WeightsStore
from simulations.line.line import Line
from simulations.line.rtp_faults import RtpFaults
from simulations.line.settings import LineSettings, Loss, Noise
from simulations.line.speech_level import active_level_dbfs
from simulations.measures.words import word_errors
from telephony.rtp.sender import Origin
from telephony.rtp.stream import RtpStream, StreamStats, StreamTerms
from tests.simulations.line.sounds import carried
from voice_agent.audio import FRAME_SAMPLES, FRAME_US, RATE_HZ, Pcm, silence

NEAR, FAR = ("192.0.2.1", 4_000), ("192.0.2.2", 4_000)
SENTENCES = (
    "Hello, I am calling about a router that has not come yet.",
    "It was promised for last Tuesday, and nobody has told me anything.",
    "No, the other order, the one with the wall socket.",
    "The technician should come on Thursday morning.",
)


def over_packets(settings: LineSettings, seed: int, pcm: Pcm, speech_dbfs: float) -> tuple[Pcm, StreamStats]:
    """What an agent's media end hears of a caller behind a relay, and what it counts."""
    caller = RtpStream(StreamTerms(remote=FAR, origin=Origin(1, 0, 0)))
    agent = RtpStream(StreamTerms(remote=NEAR, origin=Origin(2, 0, 0)))
    faults = RtpFaults(settings, seed, speech_dbfs=speech_dbfs)
    under_way: list[tuple[int, int, bytes]] = []
    heard = []
    for tick, frame in enumerate(pcm.reshape(-1, FRAME_SAMPLES)):
        now_us = tick * FRAME_US
        passed = faults.datagram("to_agent", caller.push(frame), now_us)
        if passed is not None:
            heapq.heappush(under_way, (now_us + passed[0], tick, passed[1]))
        while under_way and under_way[0][0] <= now_us + 3_000:
            at_us, _, packet = heapq.heappop(under_way)
            agent.receive(packet, NEAR, at_us)
        heard.append(agent.pull(now_us + 3_000).pcm)
    return np.concatenate(heard), agent.stats


@pytest.mark.slow
def test_real_engines_hear_as_many_words_at_both_levels(tmp_path_factory: pytest.TempPathFactory) -> None:
    loading = Loading(WeightsStore(tmp_path_factory.mktemp("weights")))
    voice, ears = SYNTHESISERS["hibari"].load(loading), RECOGNISERS["whisper-base"].load(loading)
    said = [np.concatenate(list(voice.synthesize(text))) for text in SENTENCES]
    level = active_level_dbfs(np.concatenate(said))
    pause = silence(RATE_HZ)
    whole = np.concatenate([part for sentence in said for part in (pause, sentence)] + [pause])
    whole = np.concatenate((whole, silence(-whole.size % FRAME_SAMPLES)))
    settings = LineSettings(codec="pcmu", noise=Noise(5, "street"), loss=Loss(0.1, 3), jitter_ms=40)
    line = Line(settings, seed=2, speech_dbfs=level)
    by_samples, _ = carried(line, whole)
    by_packets, counted = over_packets(settings, 2, whole, level)
    assert line.stats is not None
    sent = line.stats[0].received + line.stats[0].lost
    assert line.stats[0].lost / sent == pytest.approx(0.1, abs=0.06)
    assert counted.lost == pytest.approx(line.stats[0].lost, abs=5)
    assert counted.concealed_frames == pytest.approx(line.stats[0].concealed_frames, abs=8)
    errors = {"samples": 0, "packets": 0}
    words = at = 0
    for text, sentence in zip(SENTENCES, said, strict=True):
        at += pause.size
        for name, heard in (("samples", by_samples), ("packets", by_packets)):
            found = ears.transcribe(heard[at : at + sentence.size + 4_000], expects="open", budget_us=10_000_000)
            errors[name] += word_errors(text, found.text).errors
        words += word_errors(text, "").words
        at += sentence.size
    assert abs(errors["samples"] - errors["packets"]) <= 0.15 * words, errors
    assert max(errors.values()) < 0.6 * words, errors
