"""How alike two words are by spelling and by sound, 0..1."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import jellyfish
from rapidfuzz.distance import JaroWinkler, Levenshtein

from voice_agent.understanding.grammars.cardinal_words import folded

_ALIKE: Final = 0.6


@lru_cache(maxsize=16_384)
def sound_of(word: str) -> str:
    """Metaphone of a word without accents."""
    return jellyfish.metaphone(folded(word))


def alike(one: str, other: str) -> float:
    """The mean of how alike they are written and how alike they sound; 1 only for the same word."""
    one, other = folded(one), folded(other)
    if one == other:
        return 1.0
    written = JaroWinkler.similarity(one, other)
    sounds = sound_of(one), sound_of(other)
    heard = Levenshtein.normalized_similarity(*sounds) if all(sounds) else written
    return min(0.99, (written + heard) / 2)


def sound_alike(one: str, other: str) -> bool:
    return alike(one, other) >= _ALIKE
