"""Sentences as vectors of the words and letter groups in them, weighted by how telling each is (tf-idf)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from voice_agent.understanding.linear import MANY, Floats
from voice_agent.understanding.words import words_of

_SHORTEST, _LONGEST = 2, 5
_FEATURES = 4_000
"""Of `MANY` sentences only so many features count, those of most sentences: enough to learn from, and all of them would
be tens of thousands."""


def features_of(text: str) -> Counter[str]:
    """Words, pairs of words, and groups of 2 to 5 letters inside word boundaries."""
    words = words_of(text)
    out: Counter[str] = Counter()
    for word in words:
        out[f"w {word}"] += 1
        padded = f" {word} "
        for size in range(_SHORTEST, _LONGEST + 1):
            for at in range(len(padded) - size + 1):
                out[f"c {padded[at : at + size]}"] += 1
    for pair in pairwise(words):
        out["w " + " ".join(pair)] += 1
    return out


class Lexicon:
    """The features of a set of sentences. Those of new sentences that it has not seen only make their vectors short."""

    def __init__(self, sentences: Sequence[str]) -> None:
        counted = [features_of(sentence) for sentence in sentences]
        seen: Counter[str] = Counter()
        for counts in counted:
            seen.update(counts.keys())
        kept = sorted(seen)
        if len(sentences) >= MANY:
            kept = sorted(sorted(seen, key=lambda feature: (-seen[feature], feature))[:_FEATURES])
        self._index = {feature: at for at, feature in enumerate(kept)}
        self._left_out = frozenset(seen) - self._index.keys()
        self._weight = np.array([np.log((1 + len(sentences)) / (1 + seen[feature])) + 1 for feature in self._index])

    def vectors(self, sentences: Sequence[str]) -> Floats:
        """`float64[n, features]`, words and letter groups each of unit length at most, together too."""
        out = np.zeros((len(sentences), len(self._index)))
        for row, sentence in zip(out, sentences, strict=True):
            norm = 0.0
            for feature, count in features_of(sentence).items():
                weight = 1 + np.log(count)
                at = self._index.get(feature)
                if at is None and feature in self._left_out:
                    continue
                if at is None:
                    norm += (weight * self._unseen) ** 2
                else:
                    row[at] = weight * self._weight[at]
                    norm += row[at] ** 2
            np.divide(row, np.sqrt(norm) if norm else 1.0, out=row)
        return out

    @property
    def _unseen(self) -> float:
        """How telling a feature is that was never seen; it makes sentences of foreign words short vectors."""
        return float(self._weight.max()) if len(self._weight) else 1.0
