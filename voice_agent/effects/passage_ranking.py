"""Which passages are likely to answer a question: two kinds of evidence, one calibrated score. Pure.

Evidence of words is the share of the question's words that a passage has, rare words counting more; evidence of meaning
the cosine between the embeddings of both. A logistic model fitted on training data turns them into the likelihood that
the passage answers; it ranks by what it decides by, so that the best passage is also the surest.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import msgspec

from voice_agent.conversation.knowledge import FoundPassage


class Model(msgspec.Struct, frozen=True):
    """`likelihood = 1 / (1 + exp(-(bias + share * words + cosine * meaning)))`."""

    bias: float
    share: float
    cosine: float

    def likelihood(self, share: float, cosine: float) -> float:
        exponent = self.bias + self.share * share + self.cosine * cosine
        return 1 / (1 + math.exp(-max(-60.0, min(60.0, exponent))))


HYBRID: Final = Model(bias=-30.0, share=4.0, cosine=32.0)
WORDS: Final = Model(bias=-4.0, share=7.0, cosine=0.0)
"""Where there is no embedding, of the question or of the passage: words alone must say more to be believed."""


class Rarity:
    """How much each word of a language's passages tells: `log(1 + passages / those with it)`."""

    def __init__(self, passages: Iterable[frozenset[str]]) -> None:
        self._held: Counter[str] = Counter()
        self._count = 0
        for forms in passages:
            self._held.update(forms)
            self._count += 1

    def of(self, form: str) -> float:
        """A word that no passage has is as rare as one that a single passage has."""
        return math.log(1 + self._count / max(1, self._held[form]))

    def share(self, asked: Sequence[str], forms: frozenset[str]) -> float:
        """0..1: what part of the question, weighted by rarity, is in `forms`."""
        total = found = 0.0
        for form in dict.fromkeys(asked):
            weight = self.of(form)
            total += weight
            found += weight if form in forms else 0.0
        return found / total if total > 0 else 0.0


def rank(
    shares: Mapping[str, float], cosines: Mapping[str, float], words: Mapping[str, float]
) -> tuple[FoundPassage, ...]:
    """The candidates, which are those of `shares`, best first.

    `cosines` has those with an embedding, where the question has one; `words` their BM25, which decides between equals.
    """
    found: list[FoundPassage] = []
    for passage, share in shares.items():
        cosine = cosines.get(passage)
        score = WORDS.likelihood(share, 0.0) if cosine is None else HYBRID.likelihood(share, cosine)
        meaning = None if cosine is None else round(cosine, 4)
        found.append(FoundPassage(passage, round(score, 6), round(share, 4), meaning))
    found.sort(key=lambda one: (-one.score, -words.get(one.passage, 0.0), one.passage))
    return tuple(found)
