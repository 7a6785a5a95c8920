"""Examples of two journeys that a router can hardly tell apart. It measures and compares; it asks no engine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import msgspec
import numpy as np

from voice_agent.understanding.examples import Example
from voice_agent.understanding.lexical import Lexicon
from voice_agent.understanding.router import Vector
from voice_agent.understanding.words import words_of

BY_MEANING: Final = 0.95
"""Cosine of two embeddings from which sentences say nearly the same. Between journeys of the example agent the closest
have 0.93; paraphrases of one wish ("My internet is down", "My internet isn't working") begin at about 0.95."""
BY_WORDS: Final = 0.65
"""The same of words and letter groups, where 0.57 is the most between journeys of the example agent."""


class Pair(msgspec.Struct, frozen=True):
    """Two examples of one language and two journeys, in the order they were given.

    `similarity`: 1 where the words are the same, else a cosine below it."""

    one: Example
    other: Example
    similarity: float


def alike(examples: Sequence[Example], vectors: Mapping[str, Vector] | None) -> tuple[Pair, ...]:
    """Pairs that are too close, at most one for each example: with the one before it that is closest.

    `vectors`: text to its unit vector, of every example, or None to go by words.
    """
    found: list[Pair] = []
    for language in dict.fromkeys(example.language for example in examples):
        found += _alike([example for example in examples if example.language == language], vectors)
    return tuple(found)


def _alike(examples: Sequence[Example], vectors: Mapping[str, Vector] | None) -> list[Pair]:
    texts = [example.text for example in examples]
    rows = Lexicon(texts).vectors(texts) if vectors is None else np.stack([vectors[text] for text in texts])
    closeness = rows @ rows.T
    least = BY_WORDS if vectors is None else BY_MEANING
    words = [tuple(words_of(text)) for text in texts]
    found: list[Pair] = []
    for at, example in enumerate(examples):
        closest: Pair | None = None
        for before, other in enumerate(examples[:at]):
            same = words[at] == words[before]
            similarity = 1.0 if same else round(min(0.99, float(closeness[at, before])), 2)
            far = other.journey == example.journey or similarity < least
            if not far and (closest is None or similarity > closest.similarity):
                closest = Pair(other, example, similarity)
        if closest is not None:
            found.append(closest)
    return found
