"""Which journey a sentence asks for, learnt from the journeys' examples while the agent loads. Pure; vectors are
handed in.

A blend of two softmax regressions, one on centred sentence embeddings, one on words and letter groups, chooses among
journeys; a similarity (to the journey's centre and its three nearest examples), with half the regression's probability
added, decides whether any journey is meant at all. Both are put on a scale of 0..1 by cross-validation on the
examples against general sentences that no journey is for. Without vectors it does the same on words and letters alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec
import numpy as np
import numpy.typing as npt

from voice_agent.understanding.general_sentences import NEAR_EXAMPLES, OUT_OF_SCOPE_EXAMPLES
from voice_agent.understanding.lexical import Lexicon
from voice_agent.understanding.linear import Floats, Ints, fit_sigmoid, softmax, train

Vector = npt.NDArray[np.float32]

_FOLDS = 5
_STRENGTH = 10.0
_NEAREST = 3
_LIKE = 0.45
_LIKE_BY_WORDS = 0.3
"""Cosines above which a sentence of `NEAR_EXAMPLES` counts as like an example (centred embeddings; words)."""


class Routing(msgspec.Struct, frozen=True):
    """`scores` best first: how sure it is, 0..1, that the journey is meant; together at most 1. `in_scope`: one of
    them is."""

    scores: tuple[tuple[str, float], ...]
    in_scope: bool


class _Model(msgspec.Struct, frozen=True):
    """One view of sentences: embeddings, or words and letters."""

    examples: Floats
    labels: Ints
    weights: Floats
    journeys: int

    def probabilities(self, rows: Floats) -> Floats:
        return softmax(rows @ self.weights)[:, : self.journeys]

    def similarity(self, rows: Floats) -> Floats:
        """`float64[n, journeys]`: mean of the cosine to the centre and to the nearest three examples."""
        out = np.zeros((len(rows), self.journeys))
        for journey in range(self.journeys):
            own = self.examples[self.labels == journey]
            centre = own.mean(0)
            centre = centre / (np.linalg.norm(centre) + 1e-9)
            near = np.sort(rows @ own.T, axis=1)[:, -_NEAREST:].mean(1)
            out[:, journey] = (rows @ centre + near) / 2
        return out


class Router:
    """A trained router. Immutable; safe to share between conversations."""

    def __init__(
        self,
        journeys: Sequence[str],
        lexicon: Lexicon,
        lexical: _Model,
        semantic: _Model | None,
        centre: Floats,
        scales: tuple[tuple[float, float], ...],
    ) -> None:
        """`scales`: slope and middle of the in-scope decision by words alone and, with embeddings, by both."""
        self.journeys = tuple(journeys)
        self._lexicon = lexicon
        self._lexical = lexical
        self._semantic = semantic
        self._centre = centre
        self._scales = scales

    @staticmethod
    def train(examples: Mapping[str, Sequence[str]], vectors: Mapping[str, Vector]) -> Router:
        """Learn from each journey's example sentences.

        `vectors` holds a unit vector for every example and every one of `OUT_OF_SCOPE_EXAMPLES`; where any is missing,
        the
        router goes by words alone. Journeys without examples are never chosen.
        """
        journeys = [name for name in sorted(examples) if examples[name]]
        pairs = [(text, at) for at, name in enumerate(journeys) for text in dict.fromkeys(examples[name])]
        own = {text for text, _ in pairs}
        pairs += [(text, len(journeys)) for text in OUT_OF_SCOPE_EXAMPLES if text not in own]
        texts = [text for text, _ in pairs]
        labels = np.array([label for _, label in pairs], dtype=np.int64)
        lexicon = Lexicon(texts)
        words = lexicon.vectors(texts)
        centre = np.zeros(0)
        meanings = None
        if texts and all(text in vectors for text in texts):
            raw = np.stack([np.asarray(vectors[text], dtype=np.float64) for text in texts])
            centre = raw.mean(0)
            meanings = _unit(raw - centre)
        kept = _comparable(texts, words, meanings, labels < len(journeys))
        words, labels = words[kept], labels[kept]
        meanings = None if meanings is None else meanings[kept]
        scales = _scales([words] if meanings is None else [words, meanings], labels, len(journeys))
        semantic = None if meanings is None else _model(meanings, labels, len(journeys))
        return Router(journeys, lexicon, _model(words, labels, len(journeys)), semantic, centre, scales)

    @property
    def uses_vectors(self) -> bool:
        """Whether a sentence's vector makes a difference."""
        return self._semantic is not None

    def accepts(self, vector: Vector) -> bool:
        """Whether `vector` comes from a model of the same size as the examples' vectors."""
        return vector.shape == self._centre.shape

    def route(self, text: str, vector: Vector | None = None) -> Routing:
        """Scores of all journeys for `text`. Without its unit `vector`, by words alone."""
        if not self.journeys:
            return Routing((), in_scope=False)
        views = [(self._lexical, self._lexicon.vectors([text]))]
        if self._semantic is not None and vector is not None:
            row = np.asarray(vector, dtype=np.float64)[None] - self._centre
            views.append((self._semantic, _unit(row)))
        shares, evidence = _judge(views)
        slope, middle = self._scales[len(views) - 1]
        inside = float(1 / (1 + np.exp(-np.clip(slope * (evidence[0] - middle), -30, 30))))
        ranked = sorted(zip(self.journeys, shares[0], strict=True), key=lambda pair: (-pair[1], pair[0]))
        scores = tuple((journey, round(float(share) * inside, 4)) for journey, share in ranked)
        return Routing(scores, in_scope=inside >= 0.5)

    def scores(self, text: str, vector: Vector | None = None) -> list[tuple[str, float]]:
        """`route(text, vector).scores` as a list."""
        return list(self.route(text, vector).scores)


def _comparable(texts: Sequence[str], words: Floats, meanings: Floats | None, own: npt.NDArray[np.bool_]) -> list[int]:
    """All sentences but the near ones that are much like an example: some journey is for those."""
    view, limit = (words, _LIKE_BY_WORDS) if meanings is None else (meanings, _LIKE)
    near = set(NEAR_EXAMPLES)
    closest = (view @ view[own].T).max(axis=1, initial=-1.0)
    return [at for at, text in enumerate(texts) if own[at] or text not in near or closest[at] < limit]


def _judge(views: Sequence[tuple[_Model, Floats]]) -> tuple[Floats, Floats]:
    """For each row: each journey's share (they sum to 1), and the evidence that any journey is meant."""
    blend = np.mean([model.probabilities(rows) for model, rows in views], axis=0)
    best = blend.argmax(1)
    at = np.arange(len(best))
    model, rows = views[-1]
    evidence: Floats = model.similarity(rows)[at, best] + 0.5 * blend[at, best]
    shares: Floats = blend / np.maximum(blend.sum(1, keepdims=True), 1e-9)
    return shares, evidence


def _model(rows: Floats, labels: Ints, journeys: int) -> _Model:
    inside = labels < journeys
    weights = train(rows, labels, journeys + 1, _STRENGTH) if journeys else np.zeros((rows.shape[1], 1))
    return _Model(rows[inside], labels[inside], weights, journeys)


def _scales(views: Sequence[Floats], labels: Ints, journeys: int) -> tuple[tuple[float, float], ...]:
    """Slope and middle of the in-scope decision by the first view, by the first two, ..., from sentences unseen in
    training."""
    if not journeys:
        return tuple((1.0, 0.0) for _ in views)
    views = [_compact(rows) for rows in views]
    evidence = np.zeros((len(views), len(labels)))
    counts = np.bincount(labels)
    turn = np.zeros(len(labels), dtype=np.int64)
    for label in range(journeys + 1):
        own = np.flatnonzero(labels == label)
        turn[own] = np.arange(len(own)) % _FOLDS
    for fold in range(_FOLDS):
        held = turn == fold
        # A journey with one example keeps it: there is nothing else to compare with.
        kept = ~held | (counts[labels] == 1)
        judged = [(_model(rows[kept], labels[kept], journeys), rows[held]) for rows in views]
        for upto in range(len(views)):
            evidence[upto, held] = _judge(judged[: upto + 1])[1]
    inside = labels < journeys
    return tuple(fit_sigmoid(row[inside], row[~inside]) for row in evidence)


def _compact(rows: Floats) -> Floats:
    """As many columns as rows, with the same inner products: many features cost time in every fold."""
    values, axes = np.linalg.eigh(rows @ rows.T)
    out: Floats = axes * np.sqrt(np.maximum(values, 0.0))
    return out


def _unit(rows: Floats) -> Floats:
    out: Floats = rows / (np.linalg.norm(rows, axis=1, keepdims=True) + 1e-9)
    return out
