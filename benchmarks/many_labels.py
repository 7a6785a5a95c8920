"""Sentences with any number of labels: one yes-or-no regression a label, on what routing sees of a sentence and on what
the rules for dialogue acts read in it, and where."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from benchmarks.intent_sets import Multi
from voice_agent.understanding.act_kinds import Act
from voice_agent.understanding.dialogue_acts import read_acts
from voice_agent.understanding.lexical import Lexicon
from voice_agent.understanding.linear import Floats
from voice_agent.understanding.router import Vector
from voice_agent.understanding.sentence_view import unit

ACTS: Final[Mapping[str, Act]] = {
    "affirm": Act.AFFIRM,
    "deny": Act.DENY,
    "dont_know": Act.UNSURE,
    "greet": Act.GREET,
    "end_call": Act.GOODBYE,
    "handoff": Act.WANT_HUMAN,
    "thank": Act.THANK,
    "repeat": Act.REPEAT,
}
"""The labels of NLU++ that are dialogue acts of ours. Its "acknowledge" is not one: we take "okay" for a yes."""
_CLAUSES: Final = re.compile(r"[,.;!?]+")
_RULE_WEIGHT: Final = 0.7
_STRENGTH: Final = 20.0
_STEPS: Final = 150


class ManyLabels:
    def __init__(self, rows: Sequence[Multi], labels: Sequence[str], vectors: Mapping[str, Vector]) -> None:
        self._labels = tuple(labels)
        texts = [row.text for row in rows]
        self._lexicon = Lexicon(texts)
        self._centre = np.stack([vectors[text] for text in texts]).astype(np.float64).mean(0)
        targets = np.array([[label in row.intents for label in labels] for row in rows], dtype=np.float64)
        self._weights = _train(self._features(texts, vectors), targets)

    def labels_of(self, texts: Sequence[str], vectors: Mapping[str, Vector]) -> list[set[str]]:
        logits = self._features(texts, vectors) @ self._weights
        return [{label for label, logit in zip(self._labels, row, strict=True) if logit > 0} for row in logits]

    def _features(self, texts: Sequence[str], vectors: Mapping[str, Vector]) -> Floats:
        meanings = unit(np.stack([vectors[text] for text in texts]).astype(np.float64) - self._centre)
        rules = np.array([_where(text) for text in texts], dtype=np.float64)
        ones = np.ones((len(texts), 1))
        out: Floats = np.hstack([meanings, self._lexicon.vectors(texts), _RULE_WEIGHT * rules, ones])
        return out


def _where(text: str) -> list[bool]:
    """Of each act of `ACTS`: whether rules read it anywhere, in the first clause, in the last, and alone."""
    reading = read_acts(text)
    clauses = [clause for clause in _CLAUSES.split(text) if clause.strip()]
    first, last = (acts_by_rules(clauses[at]) if clauses else set() for at in (0, -1))
    anywhere = acts_by_rules(text)
    alone = set() if reading.rest else anywhere
    return [label in found for found in (anywhere, first, last, alone) for label in ACTS]


def acts_by_rules(text: str) -> set[str]:
    """The labels of `ACTS` whose act the product's rules read in `text`."""
    reading = read_acts(text)
    said = {*reading.acts, *reading.asides}
    return {label for label, act in ACTS.items() if act in said}


def _train(features: Floats, targets: npt.NDArray[np.float64]) -> Floats:
    """Logistic regressions side by side, each weighing the root of how rare its label is; Nesterov from zero."""
    gram = features @ features.T
    share = np.clip(targets.mean(0), 1e-3, 0.5)
    weight = _STRENGTH * np.where(targets > 0, np.sqrt((1 - share) / share), 1.0)
    curvature = 1.0 + 0.25 * float(weight.max()) * float(np.linalg.eigvalsh(gram)[-1])
    momentum = (np.sqrt(curvature) - 1) / (np.sqrt(curvature) + 1)
    point = np.zeros_like(targets)
    ahead = point
    for _ in range(_STEPS):
        slope = weight * (1 / (1 + np.exp(-np.clip(gram @ ahead, -30, 30))) - targets) + ahead
        following = ahead - slope / curvature
        ahead = following + momentum * (following - point)
        point = following
    out: Floats = features.T @ point
    return out
