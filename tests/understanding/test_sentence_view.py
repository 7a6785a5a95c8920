"""Learning from thousands of examples: the regression comes to its end, and the nearest have a say."""

from __future__ import annotations

import numpy as np

from voice_agent.understanding.linear import MANY, Floats, Ints, softmax, train
from voice_agent.understanding.sentence_view import learn_view, unit

CLASSES = 4
STRENGTH = 10.0


def clusters(count: int, spread: float) -> tuple[Floats, Ints]:
    """Unit rows around one direction a class, each class in two places."""
    random = np.random.default_rng(5)
    labels = np.arange(count, dtype=np.int64) % CLASSES
    places = random.normal(size=(2 * CLASSES, 12))
    at = labels + CLASSES * ((np.arange(count) // CLASSES) % 2)
    return unit(places[at] + spread * random.normal(size=(count, 12))), labels


def test_thousands_of_examples_are_learnt_to_the_end() -> None:
    rows, labels = clusters(MANY, 1.5)
    weights = train(rows, labels, CLASSES, STRENGTH)
    target = np.eye(CLASSES)[labels]
    slope = STRENGTH * rows.T @ (softmax(rows @ weights) - target) + weights
    start = STRENGTH * rows.T @ (np.full_like(target, 1 / CLASSES) - target)
    assert np.abs(slope).max() < 0.01 * np.abs(start).max()
    assert np.array_equal(weights, train(rows, labels, CLASSES, STRENGTH))


def test_the_nearest_of_many_examples_have_a_say() -> None:
    rows, labels = clusters(MANY + 400, 0.6)
    said = np.ones(MANY, dtype=np.bool_)
    with_them = learn_view(rows[:MANY], labels[:MANY], said, CLASSES, by_meaning=True)
    without = learn_view(rows[:MANY], labels[:MANY], said, CLASSES)
    held, meant = rows[MANY:], labels[MANY:]
    shares = with_them.probabilities(held)
    assert not np.allclose(shares, without.probabilities(held))
    assert (shares >= 0).all()
    assert (shares.sum(1) <= 1 + 1e-9).all()
    right = [float((each.probabilities(held).argmax(1) == meant).mean()) for each in (with_them, without)]
    assert right[0] >= right[1] > 1 / CLASSES


def test_among_few_examples_the_regression_decides_alone() -> None:
    rows, labels = clusters(200, 0.6)
    said = np.ones(200, dtype=np.bool_)
    near = learn_view(rows, labels, said, CLASSES, by_meaning=True)
    assert np.array_equal(near.probabilities(rows), learn_view(rows, labels, said, CLASSES).probabilities(rows))
