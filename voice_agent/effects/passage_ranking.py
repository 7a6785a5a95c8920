"""Which passages are likely to answer a question: two kinds of evidence, one calibrated score. Pure.

Evidence of words is the share of the question's words that a passage has, rare words counting more; evidence of meaning
the cosine between the embeddings of both. A logistic model fitted on training data turns them into the likelihood that
the passage answers. BM25 joins them in the order: it is the best judge of which of several passages a longer question
is about.
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

    def exponent(self, share: float, cosine: float) -> float:
        return self.bias + self.share * share + self.cosine * cosine

    def likelihood(self, share: float, cosine: float) -> float:
        return 1 / (1 + math.exp(-max(-60.0, min(60.0, self.exponent(share, cosine)))))


NOTHING_NAMED: Final[Mapping[str, int]] = {}
HYBRID: Final = Model(bias=-40.4, share=1.6, cosine=46.1)
"""Slopes from titles of half the documents of tau2's banking_knowledge as questions, the bias from half the questions
of `benchmarks/article_samples.py`: `docs/measurements.md`. For the embedder that ships, multilingual-e5-small."""
WORDS: Final = Model(bias=-2.0, share=4.1, cosine=0.0)
"""Where there is no embedding, of the question or of the passage: half of what a question tells must be there."""
BM25: Final = 0.2
"""What a unit of BM25 counts in the order, beside the exponent above: it tells passages apart for a question, but says
nothing about whether one answers, for it grows with the question. Chosen on half of banking_knowledge's tasks."""


NAMED: Final = 1.5
"""What it counts that a passage has the name in the question, and against one that lacks what another has: about as
much as all the question's words. A rule for names, chosen with questions about the example agent's plans."""


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
    shares: Mapping[str, float],
    cosines: Mapping[str, float],
    words: Mapping[str, float],
    named: Mapping[str, int] = NOTHING_NAMED,
) -> tuple[FoundPassage, ...]:
    """The candidates, which are those of `shares`, best first.

    `cosines` has those with an embedding, where the question has one; `words` is the BM25 of those with any word of it.
    `named` is 1 for those that have what the question names, -1 for those that lack what others have.
    """
    order: list[tuple[float, FoundPassage]] = []
    for passage, share in shares.items():
        model, cosine = (HYBRID, cosines[passage]) if passage in cosines else (WORDS, 0.0)
        model = msgspec.structs.replace(model, bias=model.bias + NAMED * named.get(passage, 0))
        found = _found(passage, share, cosines.get(passage), model)
        order.append((-model.exponent(share, cosine) - BM25 * words.get(passage, 0.0), found))
    return tuple(found for _, found in sorted(order, key=lambda one: (one[0], one[1].passage)))


def _found(passage: str, share: float, cosine: float | None, model: Model) -> FoundPassage:
    score = model.likelihood(share, 0.0 if cosine is None else cosine)
    return FoundPassage(passage, round(score, 6), round(share, 4), None if cosine is None else round(cosine, 4))
