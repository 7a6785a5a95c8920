"""One view of sentences (their embeddings, or their words and letters), learnt from examples: how likely each journey
is by a regression, and how like a sentence is to each journey's examples. Pure.
"""

from __future__ import annotations

from typing import Final

import msgspec
import numpy as np
import numpy.typing as npt

from voice_agent.understanding.linear import MANY, Floats, Ints, softmax, train

Bools = npt.NDArray[np.bool_]

_STRENGTH: Final = 10.0
_NEAREST: Final = 3
_NEIGHBOURS: Final = 10
_REACH: Final = 0.05
_NEIGHBOURS_COUNT: Final = 0.35
"""Among thousands of examples, so much of the likelihood is what the ten nearest say, each by `exp(cosine / _REACH)`:
chosen on left-out training sentences of Banking77. Among few they add nothing to the regression."""


class View(msgspec.Struct, frozen=True):
    """`near`: there are enough examples for the nearest to have a say."""

    examples: Floats
    labels: Ints
    centres: Floats
    weights: Floats
    journeys: int
    near: bool = False

    def probabilities(self, rows: Floats) -> Floats:
        """`float64[n, journeys]`: what is missing to 1 is that none is meant."""
        shares = softmax(rows @ self.weights)
        if self.near:
            shares = (1 - _NEIGHBOURS_COUNT) * shares
            shares[:, : self.journeys] += _NEIGHBOURS_COUNT * self._of_neighbours(rows)
        return shares[:, : self.journeys]

    def similarity(self, rows: Floats) -> Floats:
        """`float64[n, journeys]`: mean of the cosine to the centre and to the nearest three examples."""
        out = rows @ self.centres.T
        cosines = rows @ self.examples.T
        for journey in range(self.journeys):
            own = cosines[:, self.labels == journey]
            out[:, journey] = (out[:, journey] + np.sort(own, axis=1)[:, -_NEAREST:].mean(1)) / 2
        return out

    def _of_neighbours(self, rows: Floats) -> Floats:
        cosines = rows @ self.examples.T
        out = np.zeros((len(rows), self.journeys))
        for row, own in zip(out, cosines, strict=True):
            nearest = np.argpartition(-own, _NEIGHBOURS)[:_NEIGHBOURS]
            np.add.at(row, self.labels[nearest], np.exp((own[nearest] - 1) / _REACH))
        shares: Floats = out / np.maximum(out.sum(1, keepdims=True), 1e-300)
        return shares


def learn_view(rows: Floats, labels: Ints, said: Bools, journeys: int, *, by_meaning: bool = False) -> View:
    """Names (rows not `said` by anybody) train the regression and are left out of likeness."""
    inside = (labels < journeys) & said
    weights = train(rows, labels, journeys + 1, _STRENGTH) if journeys else np.zeros((rows.shape[1], 1))
    examples, own = rows[inside], labels[inside]
    centres = (
        unit(np.stack([examples[own == journey].mean(0) for journey in range(journeys)])) if journeys else rows[:0]
    )
    return View(examples, own, centres, weights, journeys, by_meaning and len(rows) >= MANY)


def unit(rows: Floats) -> Floats:
    out: Floats = rows / (np.linalg.norm(rows, axis=1, keepdims=True) + 1e-9)
    return out
