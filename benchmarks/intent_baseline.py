"""The classifier that others would start with: TF-IDF of words and letter groups, and a linear support vector machine.

From scikit-learn, in the same run, on the same draws.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.pipeline import make_pipeline, make_union
from sklearn.svm import LinearSVC

from benchmarks.intent_sets import Labelled


class Baseline:
    """`margins` are `float64[n, intents]`; the largest margin is also its evidence that any intent is meant."""

    def __init__(self, rows: Sequence[Labelled]) -> None:
        features = make_union(
            TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True),
            TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True),
        )
        self._model = make_pipeline(features, LinearSVC())
        self._model.fit([text for text, _ in rows], [intent for _, intent in rows])

    def judge(self, texts: Sequence[str]) -> tuple[list[str], npt.NDArray[np.float64]]:
        """The likeliest intent of each text and its margin."""
        margins = np.asarray(self._model.decision_function(list(texts)), np.float64)
        if margins.ndim == 1:
            margins = np.stack([-margins, margins], axis=1)
        intents = list(self._model.classes_)
        return [str(intents[at]) for at in margins.argmax(1)], margins.max(1)
