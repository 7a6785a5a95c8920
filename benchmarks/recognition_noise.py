"""What a recogniser makes of clear sentences, simulated: no punctuation or capitals, and words lost, mistaken for words
that sound or look alike, or put in.

A rate of 0.1 errs in one word of ten: half of the errors are mistaken words, 3 of 10 lost ones (little words first), 2
of 10 words put in. The words that may be heard instead are the set's own.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

import jellyfish
import numpy as np

from voice_agent.understanding.words import words_of

_MISTAKEN, _LOST = 0.5, 0.3
_PUT_IN: Final = ("uh", "the", "a", "and", "um", "so", "it", "to")
_LITTLE: Final = frozenset(
    "a an the to of in on is it i my do did can for and that this be am are was you your".split()
)
_LITTLE_WEIGHT: Final = 3.0


class RecognitionNoise:
    """Draws by its seed; the same sentences in the same order come out the same."""

    def __init__(self, vocabulary: Iterable[str], rate: float, seed: int) -> None:
        self._rate = rate
        self._random = np.random.default_rng(seed)
        words = sorted({word for text in vocabulary for word in words_of(text) if word.isalpha()})
        self._alike: dict[str, list[str]] = {}
        for word in words:
            self._alike.setdefault(jellyfish.metaphone(word)[:3], []).append(word)

    def heard(self, text: str) -> str:
        """`text` as it might be recognised; never empty where it wasn't."""
        words = words_of(text)
        out: list[str] = []
        for word in words:
            out += self._one(word)
        return " ".join(out if out else words)

    def _one(self, word: str) -> list[str]:
        if self._random.random() >= self._rate:
            return [word]
        kind = self._random.random()
        if kind < _MISTAKEN:
            return [self._mistaken(word)]
        lost = _LOST * (_LITTLE_WEIGHT if word in _LITTLE else 1.0)
        if kind < _MISTAKEN + min(lost, 1 - _MISTAKEN):
            return []
        return [word, _PUT_IN[int(self._random.integers(len(_PUT_IN)))]]

    def _mistaken(self, word: str) -> str:
        """Another word that begins to sound the same and is spelled most alike, or the word without a letter."""
        alike: Sequence[str] = self._alike.get(jellyfish.metaphone(word)[:3], ())
        others = sorted(
            (jellyfish.damerau_levenshtein_distance(word, other), other) for other in alike if other != word
        )
        if others:
            near = [other for distance, other in others[:3] if distance <= len(word)]
            if near:
                return near[int(self._random.integers(len(near)))]
        at = int(self._random.integers(len(word)))
        return word[:at] + word[at + 1 :] if len(word) > 2 else "uh"
