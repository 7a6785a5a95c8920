"""Which journey a sentence asks for, learnt from the journeys' examples while the agent loads. Pure; vectors are
handed in.

A blend of two softmax regressions, one on centred sentence embeddings, one on words and letter groups, chooses among
journeys; a similarity (to the journey's centre and its three nearest examples), with half the regression's probability
added, decides whether any journey is meant at all. Both are put on a scale of 0..1 by cross-validation on the
examples against general sentences that no journey is for. Without vectors it does the same on words and letters alone.

Sentences of several languages train one router: their vectors are centred language by language, since a sentence's
language is most of what a multilingual vector says.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import msgspec
import numpy as np
import numpy.typing as npt

from voice_agent.understanding.examples import Example
from voice_agent.understanding.general_sentences import NEAR, out_of_scope
from voice_agent.understanding.lexical import Lexicon
from voice_agent.understanding.linear import MANY, Floats, Ints, fit_sigmoid, softmax
from voice_agent.understanding.sentence_view import View, learn_view, unit

Vector = npt.NDArray[np.float32]
Bools = npt.NDArray[np.bool_]

_FOLDS = 5
_SLOPE_ALONE = 15.0
_FEWEST = 20
"""General sentences that a router is taught with at least."""
_TEMPERATURES = np.geomspace(0.1, 2.0, 40)
_MANY_JOURNEYS = 50
_WORDS, _WORDS_AMONG_MANY = 1 / 2, 1 / 3
"""What words and letters count beside meaning. Among many journeys the same words are in the examples of several."""
_LIKE = 0.45
_LIKE_BY_WORDS = 0.3
_LIKE_BY_MANY_WORDS = 0.6
"""Cosines above which a sentence that no journey is for counts as like an example: of centred embeddings; of words,
for the near ones; of words, for the general ones, which share little words with anything."""


QUESTION: Final = "?"
"""Stands where a journey would: the sentence is like what the knowledge articles answer."""


class Routing(msgspec.Struct, frozen=True):
    """`scores` best first: how sure it is, 0..1, that the journey is meant; together at most 1. `in_scope`: one of
    them is."""

    scores: tuple[tuple[str, float], ...]
    in_scope: bool


class Scale(msgspec.Struct, frozen=True):
    """`slope` and `middle` of the in-scope decision, and the `temperature` that makes shares probabilities."""

    slope: float = 1.0
    middle: float = 0.0
    temperature: float = 1.0

    def inside(self, evidence: float) -> float:
        return float(1 / (1 + np.exp(-np.clip(self.slope * (evidence - self.middle), -30, 30))))


class _Learnt(msgspec.Struct, frozen=True):
    """Two views of the same sentences; `centres` by language, "" for any other. `scales`: by words alone, by both."""

    journeys: tuple[str, ...]
    lexicon: Lexicon
    lexical: View
    semantic: View | None
    centres: Mapping[str, Floats]
    scales: tuple[Scale, ...]


class Router:
    """A trained router. Immutable; safe to share between conversations."""

    def __init__(self, learnt: _Learnt) -> None:
        self.journeys = learnt.journeys
        self._learnt = learnt

    @staticmethod
    def train(examples: Sequence[Example], vectors: Mapping[str, Vector], languages: Sequence[str] = ("en",)) -> Router:
        """Learn from each journey's example sentences.

        `vectors` holds a unit vector for every example and for every general sentence of `languages`; where any is
        missing, the router goes by words alone. A journey without examples is never chosen.
        """
        journeys = sorted({example.journey for example in examples})
        label_of = {journey: at for at, journey in enumerate(journeys)}
        known = {example.text: (example.language, label_of[example.journey]) for example in reversed(examples)}
        for language in languages:
            for text in out_of_scope(language):
                known.setdefault(text, (language, len(journeys)))
        texts = list(known)
        tongues = [language for language, _ in known.values()]
        labels = np.array([label for _, label in known.values()], dtype=np.int64)
        lexicon = Lexicon(texts)
        words = lexicon.vectors(texts)
        centres: dict[str, Floats] = {"": np.zeros(0)}
        meanings = None
        if texts and all(text in vectors for text in texts):
            raw = np.stack([np.asarray(vectors[text], dtype=np.float64) for text in texts])
            centres = centres_of(raw, tongues)
            meanings = unit(raw - np.stack([centres[language] for language in tongues]))
        names = {example.text for example in examples if example.is_name}
        said = np.array([text not in names for text in texts], dtype=np.bool_)
        near = {text for language in languages for text in NEAR.get(language, ())}
        kept = _comparable(
            words if meanings is None else meanings,
            labels < len(journeys),
            np.array([text in near for text in texts], dtype=np.bool_),
            meanings is not None,
        )
        words, labels, said = words[kept], labels[kept], said[kept]
        meanings = None if meanings is None else meanings[kept]
        scales = _scales([words] if meanings is None else [words, meanings], labels, said, len(journeys))
        semantic = None if meanings is None else learn_view(meanings, labels, said, len(journeys), by_meaning=True)
        lexical = learn_view(words, labels, said, len(journeys))
        return Router(_Learnt(tuple(journeys), lexicon, lexical, semantic, centres, scales))

    @property
    def uses_vectors(self) -> bool:
        """Whether a sentence's vector makes a difference."""
        return self._learnt.semantic is not None

    def accepts(self, vector: Vector) -> bool:
        """Whether `vector` comes from a model of the same size as the examples' vectors."""
        return vector.shape == self._learnt.centres[""].shape

    def route(self, text: str, vector: Vector | None = None, language: str = "en") -> Routing:
        """Scores of all journeys for `text`. Without its unit `vector`, by words alone."""
        learnt = self._learnt
        if not learnt.journeys:
            return Routing((), in_scope=False)
        views = [(learnt.lexical, learnt.lexicon.vectors([text]))]
        if learnt.semantic is not None and vector is not None:
            centre = learnt.centres.get(language, learnt.centres[""])
            views.append((learnt.semantic, unit(np.asarray(vector, dtype=np.float64)[None] - centre)))
        shares, evidence = _judge(views)
        scale = learnt.scales[len(views) - 1]
        inside = scale.inside(float(evidence[0]))
        tempered = _tempered(shares, scale.temperature)[0]
        ranked = sorted(zip(learnt.journeys, tempered, strict=True), key=lambda pair: (-pair[1], pair[0]))
        scores = tuple((journey, round(float(share) * inside, 4)) for journey, share in ranked)
        return Routing(scores, in_scope=inside >= 0.5)


def centres_of(raw: Floats, tongues: Sequence[str]) -> dict[str, Floats]:
    """The mean vector of each language, and of all under ""."""
    out: dict[str, Floats] = {"": raw.mean(0)}
    for language in sorted(set(tongues)):
        out[language] = raw[[tongue == language for tongue in tongues]].mean(0)
    return out


def _comparable(view: Floats, own: Bools, near: Bools, by_meaning: bool) -> list[int]:
    """All sentences but those of no journey that are much like an example: some journey is for those. A few of them
    stay in any case, the least like."""
    closest = (view @ view[own].T).max(axis=1, initial=-1.0)
    limits = np.full(len(view), _LIKE) if by_meaning else np.where(near, _LIKE_BY_WORDS, _LIKE_BY_MANY_WORDS)
    strangers = np.flatnonzero(~own)
    fewest = set(strangers[np.argsort(closest[strangers], kind="stable")][:_FEWEST].tolist())
    return [at for at in range(len(view)) if own[at] or closest[at] < limits[at] or at in fewest]


def _judge(views: Sequence[tuple[View, Floats]]) -> tuple[Floats, Floats]:
    """For each row: each journey's share (they sum to 1), and the evidence that any journey is meant."""
    blend = _blend([model.probabilities(rows) for model, rows in views])
    best = blend.argmax(1)
    at = np.arange(len(best))
    model, rows = views[-1]
    evidence: Floats = model.similarity(rows)[at, best] + 0.5 * blend[at, best]
    shares: Floats = blend / np.maximum(blend.sum(1, keepdims=True), 1e-9)
    return shares, evidence


def _blend(views: Sequence[Floats]) -> Floats:
    """Of words alone, or of words and meaning."""
    words = _WORDS_AMONG_MANY if views[0].shape[1] >= _MANY_JOURNEYS else _WORDS
    out: Floats = views[0] if len(views) == 1 else words * views[0] + (1 - words) * views[1]
    return out


def _scales(views: Sequence[Floats], labels: Ints, said: Bools, journeys: int) -> tuple[Scale, ...]:
    """How to judge by the first view, by the first two, ..., from sentences unseen in training."""
    if not journeys:
        return tuple(Scale() for _ in views)
    if len(labels) < MANY:
        views = [_compact(rows) for rows in views]
    shares = np.zeros((len(views), len(labels), journeys))
    evidence = np.zeros((len(views), len(labels)))
    counts = np.bincount(labels[said], minlength=journeys + 1)
    turn = _turns(labels, said, journeys)
    folds = 1 if len(labels) >= MANY else _FOLDS
    for fold in range(folds):
        held = turn == fold
        # A journey with one example keeps it: there is nothing else to compare with.
        kept = ~held | (counts[labels] == 1)
        judged = [
            (learn_view(rows[kept], labels[kept], said[kept], journeys, by_meaning=at > 0), rows[held])
            for at, rows in enumerate(views)
        ]
        for upto in range(len(views)):
            shares[upto, held], evidence[upto, held] = _judge(judged[: upto + 1])
    tried = said & (turn < folds)
    inside, outside = tried & (labels < journeys), tried & (labels == journeys)
    return tuple(
        Scale(*_bound(row[inside], row[outside]), _temperature(share[inside], labels[inside]))
        for share, row in zip(shares, evidence, strict=True)
    )


def _bound(inside: Floats, outside: Floats) -> tuple[float, float]:
    """Slope and middle. In a language without general sentences nine of ten held-out examples pass."""
    return fit_sigmoid(inside, outside) if len(outside) else (_SLOPE_ALONE, float(np.quantile(inside, 0.1)))


def _turns(labels: Ints, said: Bools, journeys: int) -> Ints:
    """The fold that each sentence is held out in: every journey's sentences in turn, names never."""
    turn = np.full(len(labels), _FOLDS, dtype=np.int64)
    for label in range(journeys + 1):
        own = np.flatnonzero((labels == label) & said)
        turn[own] = np.arange(len(own)) % _FOLDS
    return turn


def _temperature(shares: Floats, labels: Ints) -> float:
    """What makes the shares of held-out sentences likeliest: below 1 where the blend is too modest.

    As if one sentence more had been wrong, so that few examples never make certainty.
    """
    at = np.arange(len(labels))
    losses = []
    for temperature in _TEMPERATURES:
        tempered = _tempered(shares, float(temperature))
        wrong = np.sort(tempered, axis=1)[:, -2].mean() if tempered.shape[1] > 1 else 1.0
        losses.append(-np.log(tempered[at, labels] + 1e-9).sum() - np.log(wrong + 1e-9))
    return float(_TEMPERATURES[int(np.argmin(losses))])


def _tempered(shares: Floats, temperature: float) -> Floats:
    out: Floats = softmax(np.log(np.maximum(shares, 1e-9)) / temperature)
    return out


def _compact(rows: Floats) -> Floats:
    """As many columns as rows, with the same inner products: many features cost time in every fold."""
    values, axes = np.linalg.eigh(rows @ rows.T)
    out: Floats = axes * np.sqrt(np.maximum(values, 0.0))
    return out
