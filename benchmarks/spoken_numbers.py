"""Numbers of four to ten digits, said by people and by synthetic callers: how many are heard whole, and at what price.

Digits of people are recordings put together (`endpointing_people`), synthetic callers are those of `endpointing_turns`;
both pause between groups, as drawn. The product's ears find where a number begins and where its last voice ends, and
its recogniser gets what lies between, as in a call. `in_pieces` is the same with every stretch between two pauses
recognised by itself and the texts joined: what one would have if only the sound since the last pause were recognised.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import msgspec
import numpy as np

from benchmarks.endpointing_people import numbers
from benchmarks.endpointing_turns import DELIVERIES, LabelledTurn, expecting, pause_ms, spoken, trimmed, turn
from benchmarks.report import Asked, Measured, goal, say
from benchmarks.statistics import percentile, share, spread
from benchmarks.telephone_speech import audio_folder
from models.catalog import RECOGNISERS, SYNTHESISERS, VOICE_ACTIVITY, Loading
from models.engines import BlockingRecogniser, BlockingSynthesiser
from models.weights import WeightsStore
from simulations.measures.words import errors_between, plain_words
from voice_agent.audio import FRAME_SAMPLES, SILENT_DBFS, Pcm, level_dbfs
from voice_agent.conversation.events import SpeechPaused, SpeechResumed, SpeechStarted
from voice_agent.ports.speech import VoiceActivity
from voice_agent.session.hearing import RECOGNISE_US
from voice_agent.turns.recognising import expects
from voice_agent.turns.segments import Segments
from voice_agent.turns.settings import EndpointSettings, SegmentSettings

NUMBERS: Final = 40
QUICK: Final = 5
GROUPS: Final = ((4,), (2, 2), (3, 3), (6,), (4, 4), (8,), (3, 3, 2), (2, 2, 2, 2), (3, 3, 4), (5, 5), (10,))
DIGITS: Final = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
IN_TIME_MS: Final = EndpointSettings().complete_us / 1_000 - SegmentSettings().dip_ms
"""What is left of the wait for a whole number when its recognition begins, at a dip."""


class Heard(msgspec.Struct, frozen=True):
    """One number. `errors` are digits wrong, missing or too many; `found` is whether a hypothesis is right."""

    digits: int
    errors: int
    found: bool
    errors_in_pieces: int
    cpu_ms: float


def measure(asked: Asked) -> Measured:
    with tempfile.TemporaryDirectory() as nowhere:
        loading = Loading(WeightsStore(Path(nowhere)))
        recogniser = RECOGNISERS["whisper-base"].load(loading)
        voice_activity = VOICE_ACTIVITY["silero"].load(loading)
        wanted = QUICK if asked.quick else NUMBERS
        voices = [SYNTHESISERS[name].load(loading) for name in ("hibari", "piper")]
        said = {"synthetic": synthetic(voices, asked.seed, wanted)}
        if asked.data is not None:
            random = np.random.default_rng(asked.seed)
            said["people"] = numbers(audio_folder(asked.data), random, wanted)
        found: dict[str, list[Heard]] = {}
        for source, turns in said.items():
            found[source] = [hear(each, voice_activity(), recogniser) for each in turns]
            say(f"spoken_numbers: {len(found[source])} of {source}")
    everybody = [heard for members in found.values() for heard in members]
    middle = percentile([heard.cpu_ms for heard in everybody], 50)
    figures = {source: _figures(members) for source, members in found.items()}
    return Measured({"in_time_ms": IN_TIME_MS, **figures}, (goal("recognition, p50", middle, "<=", IN_TIME_MS, "ms"),))


def synthetic(voices: Sequence[BlockingSynthesiser], seed: int, wanted: int) -> Iterator[LabelledTurn]:
    """Numbers of four to ten digits, the same for the same seed."""
    random = np.random.default_rng(seed)
    for at in range(wanted):
        groups = GROUPS[int(random.integers(len(GROUPS)))]
        digits = [int(digit) for digit in random.integers(0, 10, sum(groups))]
        voice, delivery = voices[at % len(voices)], DELIVERIES[at // len(voices) % len(DELIVERIES)]
        parts, start = [], 0
        for size in groups:
            words = (" " if at % 3 else ", ").join(DIGITS[digit] for digit in digits[start : start + size])
            parts.append(trimmed(spoken(voice, words, delivery)))
            start += size
        pauses = [pause_ms(random, 1.0) for _ in groups[1:]]
        number = " ".join(map(str, digits))
        expected = expecting(f"digits:{len(digits)}")
        yield turn(f"number-{at}", f"voice-{at}", "synthetic", expected, number, parts, pauses, random)


def hear(said: LabelledTurn, voice_activity: VoiceActivity, recogniser: BlockingRecogniser) -> Heard:
    """CPU time is this process's."""
    stretches, digits, expected = (
        _stretches(said.pcm, voice_activity),
        plain_words(said.said),
        expects(said.expectation),
    )

    def recognised(pcm: Pcm) -> tuple[str, ...]:
        heard = recogniser.transcribe(pcm, expects=expected, budget_us=RECOGNISE_US)
        return heard.text, *heard.alternatives

    def errors(text: str) -> int:
        return errors_between(digits, plain_words(text)).errors

    started_ns = time.process_time_ns()
    hypotheses = recognised(said.pcm[stretches[0][0] : stretches[-1][1]]) if stretches else ("",)
    cpu_ms = (time.process_time_ns() - started_ns) / 1e6
    pieces = [recognised(said.pcm[first:end])[0] for first, end in stretches] if len(stretches) > 1 else hypotheses[:1]
    found = any(errors(text) == 0 for text in hypotheses)
    return Heard(len(digits), errors(hypotheses[0]), found, errors(" ".join(pieces)), cpu_ms)


def _stretches(pcm: Pcm, voice_activity: VoiceActivity) -> list[tuple[int, int]]:
    """First and last sample of each stretch between pauses, as the product's ears notice them."""
    segments, out, first = Segments(SegmentSettings()), list[tuple[int, int]](), 0
    for start in range(0, pcm.size - FRAME_SAMPLES + 1, FRAME_SAMPLES):
        frame = pcm[start : start + FRAME_SAMPLES]
        probability = voice_activity.probability(frame)
        level = level_dbfs(frame) if segments.may_be_voice(probability) else SILENT_DBFS
        for event in segments.frame(probability, level):
            match event:
                case SpeechStarted(at_sample=at_sample) | SpeechResumed(at_sample=at_sample):
                    first = at_sample
                case SpeechPaused(end_sample=end_sample):
                    out.append((first, end_sample))
    return out


def _figures(heard: Sequence[Heard]) -> dict[str, Any]:
    digits = sum(each.digits for each in heard)
    return {
        "exact": share(sum(each.errors == 0 for each in heard), len(heard)),
        "exact_in_a_hypothesis": share(sum(each.found for each in heard), len(heard)),
        "exact_in_pieces": share(sum(each.errors_in_pieces == 0 for each in heard), len(heard)),
        "digits_wrong": share(sum(each.errors for each in heard), digits),
        "recognition_cpu_ms": spread([each.cpu_ms for each in heard]),
        "in_time": share(sum(each.cpu_ms <= IN_TIME_MS for each in heard), len(heard)),
    }
