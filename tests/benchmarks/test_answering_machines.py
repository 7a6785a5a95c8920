"""What the benchmark of answered calls makes of its trials, and that a trial is drawn by its seed alone."""

from __future__ import annotations

import random
from collections.abc import Iterator

import numpy as np

from benchmarks.answering_machines import LIMIT_S, Trial, figures, judged, picked_up
from models.delivery import NATURAL, Delivery
from models.modem import modulated
from models.scripted import ScriptedVoiceActivity
from models.scripted_blocking import ScriptedBlockingRecogniser
from voice_agent.audio import RATE_HZ, Pcm


class Modem:
    """A voice whose words the scripted recogniser reads."""

    def synthesize(self, text: str, delivery: Delivery = NATURAL) -> Iterator[Pcm]:
        yield modulated(text)


def test_a_trial_is_drawn_by_its_seed_and_lasts_as_long_as_a_verdict_may_take() -> None:
    sounds = [picked_up(random.Random(seed), Modem(), "Hello?", machine=True) for seed in (1, 1, 2)]
    assert np.array_equal(sounds[0], sounds[1])
    assert not np.array_equal(sounds[0], sounds[2])
    assert {sound.size for sound in sounds} == {LIMIT_S * RATE_HZ}


def test_a_silent_line_has_a_verdict_within_the_bound() -> None:
    silent = np.zeros(LIMIT_S * RATE_HZ, np.int16)
    verdict, decided_us = judged(silent, ScriptedBlockingRecogniser(0), ScriptedVoiceActivity())
    assert (verdict.who, verdict.reason) == ("unknown", "silence")
    assert decided_us == 4_000_000


def test_the_matrix_counts_each_kind_by_itself_and_names_what_was_wrong() -> None:
    trials = [
        Trial(False, "Hello?", "human", "a pause", 2_000),
        Trial(False, "Yes?", "machine", "a beep", 3_000),
        Trial(True, "Leave a message.", "machine", "words", 4_000),
        Trial(True, "Tom.", "unknown", "too long", 8_000),
    ]
    found = figures(trials)
    assert {kind: found["people"][kind] for kind in ("count", "human", "machine", "unknown")} == {
        "count": 2,
        "human": 1,
        "machine": 1,
        "unknown": 0,
    }
    assert (found["machines"]["machine"], found["machines"]["unknown"]) == (1, 1)
    assert [wrong["text"] for wrong in found["wrong"]] == ["Yes?"]
    assert found["people"]["decided_ms_p50"] == 3_000
