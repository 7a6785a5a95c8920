"""A linear classifier small enough to train while an agent loads: softmax regression, in numpy, without chance."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

_STEPS = 100
_STEPS_AMONG_MANY = 60
MANY = 4_000
"""From so many examples on they are learnt from in another way, and some of them suffice to judge by."""


def train(features: Floats, labels: Ints, classes: int, strength: float) -> Floats:
    """Weights `float64[dimensions, classes]` of an L2-regularised softmax regression with balanced classes.

    `features` is `float64[n, dimensions]`, `labels` holds 0..classes-1, `strength` is the inverse of regularisation.
    From `MANY` examples on by `_train_many`; else in the span of the n examples where they are fewer than the
    dimensions, by Nesterov's accelerated gradient from zero. The same input gives the same weights.
    """
    if len(features) >= MANY and len(features) > features.shape[1]:
        return _train_many(features, labels, classes, strength)
    few = len(features) <= features.shape[1]
    gram = features @ features.T if few else features.T @ features
    target, weight = _targets(labels, classes, strength)
    curvature = 1.0 + 0.5 * float(weight.max()) * float(np.linalg.eigvalsh(gram)[-1])
    momentum = (np.sqrt(curvature) - 1) / (np.sqrt(curvature) + 1)
    point = np.zeros((len(gram), classes))
    ahead = point
    for _ in range(_STEPS):
        error = weight * (softmax(gram @ ahead if few else features @ ahead) - target)
        slope = (error if few else features.T @ error) + ahead
        following = ahead - slope / curvature
        ahead = following + momentum * (following - point)
        point = following
    weights: Floats = features.T @ point if few else point
    return weights


def _train_many(features: Floats, labels: Ints, classes: int, strength: float) -> Floats:
    """The same weights where a hundred steps of a plain gradient are far too few.

    Each step is scaled by the inverse of a bound of the curvature that holds everywhere (Böhning 1992, "Multinomial
    logistic regression algorithm"), with the acceleration of Beck and Teboulle 2009 (FISTA).
    """
    target, weight = _targets(labels, classes, strength)
    scaled = features.T @ (weight * features)
    inverse = np.linalg.inv(0.5 * scaled + np.eye(features.shape[1]))
    point = np.zeros((features.shape[1], classes))
    ahead, pace = point, 1.0
    for _ in range(_STEPS_AMONG_MANY):
        slope = features.T @ (weight * (softmax(features @ ahead) - target)) + ahead
        following = ahead - inverse @ slope
        faster = (1 + np.sqrt(1 + 4 * pace * pace)) / 2
        ahead = following + (pace - 1) / faster * (following - point)
        point, pace = following, faster
    return point


def _targets(labels: Ints, classes: int, strength: float) -> tuple[Floats, Floats]:
    """One-hot rows, and what each row weighs: as much for every class."""
    target = np.zeros((len(labels), classes))
    target[np.arange(len(labels)), labels] = 1.0
    counts = np.maximum(target.sum(0), 1.0)
    return target, strength * (len(labels) / (classes * counts))[labels][:, None]


def softmax(logits: Floats) -> Floats:
    """Row-wise probabilities."""
    shifted = np.exp(logits - logits.max(axis=-1, keepdims=True))
    out: Floats = shifted / shifted.sum(axis=-1, keepdims=True)
    return out


def fit_sigmoid(inside: Floats, outside: Floats) -> tuple[float, float]:
    """`(slope, middle)` such that 1/(1+exp(-slope*(x-middle))) separates two sets of numbers, each set weighing the
    same.

    Newton's method on a lightly regularised one-dimensional logistic regression.
    """
    x = np.concatenate([inside, outside])
    y = np.concatenate([np.ones(len(inside)), np.zeros(len(outside))])
    mean, scale = float(x.mean()), float(x.std()) + 1e-9
    z = np.stack([(x - mean) / scale, np.ones_like(x)], axis=1)
    weight = np.concatenate([np.full(len(inside), 0.5 / len(inside)), np.full(len(outside), 0.5 / len(outside))])
    weight *= len(x)
    theta = np.array([1.0, 0.0])
    for _ in range(30):
        p = 1 / (1 + np.exp(-np.clip(z @ theta, -30, 30)))
        slope = z.T @ (weight * (p - y)) + np.array([0.1, 0.0]) * theta
        bend = (z * (weight * p * (1 - p))[:, None]).T @ z + np.diag([0.1, 1e-6])
        theta = theta - np.linalg.solve(bend, slope)
    steepness = max(float(theta[0]), 1e-3)
    return steepness / scale, mean - scale * float(theta[1]) / steepness
