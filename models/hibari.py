"""The default voice: hibari, an 8 MB model of a US female voice, about a hundred times faster than speech.

It is deterministic: the noise in its sound comes from a generator seeded by the clause, so that a clause interrupted by
the death of a process continues elsewhere at the same sample.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import hibari
import numpy as np

from models.clauses import clauses
from models.delivery import NATURAL, Delivery
from models.loudness import TARGET_LUFS, chunks, levelled, trimmed
from models.resample import Samples, downsample_3x, telephone_rate
from models.spoken_form import spoken
from voice_agent.audio import RATE_HZ, Pcm, silence

CHUNK_SAMPLES: Final = RATE_HZ // 5
_WIDE_HZ: Final = 24_000


class HibariVoice:
    """`BlockingSynthesiser`. The first chunk comes after one clause has been made: 10 to 60 ms."""

    def __init__(self, directory: Path, loudness_lufs: float = TARGET_LUFS) -> None:
        self._loudness_lufs = loudness_lufs
        self._engine = hibari.Hibari(model=str(directory / "hibari.onnx"), threads=1)
        for _chunk in self.synthesize("Ready."):
            pass  # loads the lexicon, which takes 0.4 s

    def synthesize(self, text: str, delivery: Delivery = NATURAL) -> Iterator[Pcm]:
        """Chunks of 0.2 s at 8 kHz, clauses as loud as each other; nothing for text that can't be pronounced."""
        pause = 0
        for phonemes, pause_after in clauses(self._engine.phonemize(spoken(text))):
            speech = levelled(trimmed(self._narrow(phonemes, delivery)), self._loudness_lufs)
            if speech.size == 0:
                continue
            if pause > 0:
                yield silence(round(pause / delivery.speed))
            pause = pause_after
            yield from chunks(speech, CHUNK_SAMPLES)

    def _narrow(self, phonemes: str, delivery: Delivery) -> Samples:
        seed = zlib.crc32(phonemes.encode())
        wide = np.asarray(self._engine.from_phonemes(phonemes, delivery.native_speed, seed), np.float32)
        if delivery.semitones == 0:
            return downsample_3x(wide)
        return telephone_rate(wide, _WIDE_HZ * delivery.pitch_ratio)
