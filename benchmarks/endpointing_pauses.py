"""What the product's ears make of labelled turns: every pause they notice, with its words and how finished it sounds.

The voice activity, the segments, the recogniser and the prosody are the product's own. What takes long is kept in a
folder, where one is given, under the digest of the audio and of all of `models`, which makes words of it.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from pathlib import Path

import msgspec
import numpy as np

import models
from benchmarks.endpointing_turns import LabelledTurn
from models.engines import BlockingRecogniser
from models.identity import code_digest
from models.smart_turn import SmartTurn
from voice_agent.audio import FRAME_SAMPLES, SILENT_DBFS, Pcm, level_dbfs, silence
from voice_agent.conversation.events import SpeechPaused, SpeechResumed, SpeechStarted
from voice_agent.ports.likely import Likely
from voice_agent.ports.speech import VoiceActivity
from voice_agent.session.hearing import RECOGNISE_US
from voice_agent.turns.recognising import expects
from voice_agent.turns.segments import Segments
from voice_agent.turns.settings import SegmentSettings

NOTICED_MS = 100
"""Pauses are noticed from here on, so that rules quicker than the product's can be looked at as well."""
TRAILING_MS = 200
"""Silence after the voice that smart-turn was taught on."""


class Judged(msgspec.Struct, frozen=True):
    """What engines made of a turn up to a pause. Times are CPU, of one thread."""

    text: str
    recognition_us: int
    finished: float
    prosody_us: int
    alternatives: tuple[str, ...] = ()
    likely: tuple[Likely, ...] = ()


class Pause(msgspec.Struct, frozen=True):
    """`end_us` is where the voice ended by what is noticed, `resumed_us` when it is noticed to go on, None at the end.

    Both count from the beginning of the turn's audio.
    """

    end_us: int
    resumed_us: int | None
    judged: Judged

    @property
    def length_us(self) -> int | None:
        return None if self.resumed_us is None else self.resumed_us - self.end_us


class ObservedTurn(msgspec.Struct, frozen=True):
    """`end_us` is the label: where the last word ends."""

    turn: LabelledTurn
    end_us: int
    pauses: tuple[Pause, ...]


class Observer:
    """`cache` None keeps nothing. `network` makes one voice activity a turn."""

    def __init__(
        self,
        voice_activity: Callable[[], VoiceActivity],
        recogniser: BlockingRecogniser,
        prosody: SmartTurn,
        cache: Path | None,
    ) -> None:
        self._voice_activity = voice_activity
        self._recogniser = recogniser
        self._prosody = prosody
        self._cache = cache
        self._code = code_digest(Path(models.__file__).parent)
        if cache is not None:
            cache.mkdir(parents=True, exist_ok=True)

    def observe(self, turn: LabelledTurn) -> ObservedTurn:
        activity, segments = self._voice_activity(), Segments(SegmentSettings(pause_ms=NOTICED_MS))
        begun: int | None = None
        ends: list[int] = []
        resumed: list[int] = []
        for start in range(0, turn.pcm.size - FRAME_SAMPLES + 1, FRAME_SAMPLES):
            frame = turn.pcm[start : start + FRAME_SAMPLES]
            probability = activity.probability(frame)
            level = level_dbfs(frame) if segments.may_be_voice(probability) else SILENT_DBFS
            for event in segments.frame(probability, level):
                match event:
                    case SpeechStarted(at_sample=at_sample):
                        begun = at_sample
                    case SpeechPaused(end_sample=end_sample):
                        ends.append(end_sample)
                    case SpeechResumed():
                        resumed.append(start + FRAME_SAMPLES)
        first = 0 if begun is None else begun
        pauses = [
            Pause(end * 125, resumed[at] * 125 if at < len(resumed) else None, self._judge(turn, first, end))
            for at, end in enumerate(ends)
        ]
        return ObservedTurn(turn, turn.end_sample * 125, tuple(pauses))

    def _judge(self, turn: LabelledTurn, first: int, end: int) -> Judged:
        pcm, expected = turn.pcm[first:end], expects(turn.expectation)
        if self._cache is None:
            return self._ask(pcm, expected)
        heard_of = self._code.encode() + expected.encode() + pcm.astype("<i2").tobytes()
        digest = hashlib.sha256(heard_of).hexdigest()
        path = self._cache / f"{digest}.json"
        if path.is_file():
            return msgspec.json.decode(path.read_bytes(), type=Judged)
        judged = self._ask(pcm, expected)
        path.write_bytes(msgspec.json.encode(judged))
        return judged

    def _ask(self, pcm: Pcm, expected: str) -> Judged:
        started_ns = time.process_time_ns()
        heard = self._recogniser.transcribe(pcm, expects=expected, budget_us=RECOGNISE_US)
        heard_ns = time.process_time_ns()
        finished = self._prosody.finished(_with_silence(pcm))
        ended_ns = time.process_time_ns()
        took_us, prosody_us = (heard_ns - started_ns) // 1_000, (ended_ns - heard_ns) // 1_000
        return Judged(heard.text, took_us, finished, prosody_us, heard.alternatives, heard.likely)


def _with_silence(pcm: Pcm) -> Pcm:
    return np.concatenate((pcm, silence(TRAILING_MS * 8)))
