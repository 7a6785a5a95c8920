"""The default voice: hibari, an 8 MB model of a US female voice, about a hundred times faster than speech.

It is deterministic: the noise in its sound comes from a generator seeded by the clause, so that a clause interrupted by
the death of a process continues elsewhere at the same sample.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import hibari
import numpy as np

from models.loudness import chunks, levelled, trimmed
from models.resample import downsample_3x
from models.spoken_form import spoken
from voice_agent.audio import RATE_HZ, Pcm, silence

CHUNK_SAMPLES: Final = RATE_HZ // 5
_BETWEEN_SENTENCES: Final = RATE_HZ // 5
_BETWEEN_CLAUSES: Final = RATE_HZ // 8
_LONG_PHONEMES: Final = 80
_CLAUSE_END: Final = re.compile(r"(?<=[,;:\u2014])\s+")


class HibariVoice:
    """`BlockingSynthesiser`. The first chunk comes after one clause has been made: 10 to 60 ms."""

    def __init__(self, directory: Path) -> None:
        self._engine = hibari.Hibari(model=str(directory / "hibari.onnx"), threads=1)
        for _chunk in self.synthesize("Ready."):
            pass  # loads the lexicon, which takes 0.4 s

    def synthesize(self, text: str) -> Iterator[Pcm]:
        """Chunks of 0.2 s at 8 kHz and -20 dBFS. Nothing at all for text without anything to pronounce."""
        pause = 0
        for phonemes, pause_after in self._clauses(text):
            seed = zlib.crc32(phonemes.encode())
            wide = self._engine.from_phonemes(phonemes, seed=seed)
            speech = trimmed(levelled(downsample_3x(np.asarray(wide, np.float32))))
            if speech.size == 0:
                continue
            if pause > 0:
                yield silence(pause)
            pause = pause_after
            yield from chunks(speech, CHUNK_SAMPLES)

    def _clauses(self, text: str) -> Iterator[tuple[str, int]]:
        """Phonemes of what is made at once, with the pause after it. Long sentences are cut at their punctuation."""
        for sentence in self._engine.phonemize(spoken(text)):
            clauses = _CLAUSE_END.split(sentence) if len(sentence) > _LONG_PHONEMES else [sentence]
            for clause in clauses[:-1]:
                yield clause, _BETWEEN_CLAUSES
            yield clauses[-1], _BETWEEN_SENTENCES
