"""A small trained head that hears a dialogue act, or annoyance, where no phrase of the tables does. Pure.

A softmax regression on the vectors that routing uses, against journeys' examples and general sentences; it speaks only
where it is sure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import msgspec
import numpy as np

from voice_agent.conversation.commands import FRUSTRATION_LEVELS, Frustration
from voice_agent.understanding.act_examples import ACT_EXAMPLES
from voice_agent.understanding.act_kinds import ASIDES, Act
from voice_agent.understanding.examples import Example
from voice_agent.understanding.general_sentences import out_of_scope
from voice_agent.understanding.linear import Floats, softmax, train
from voice_agent.understanding.router import Vector, centres_of
from voice_agent.understanding.sentence_view import unit

_STRENGTH: Final = 10.0
_SURE: Final = 0.5
_ANNOYED: Final = 0.5
"""All levels together must be so likely; the likeliest of them is taken."""
_NONE: Final = "none"


class Heard(msgspec.Struct, frozen=True):
    """An act (not an aside) and a level of annoyance, each None where none is sure."""

    act: Act | None = None
    frustration: Frustration | None = None


def head_texts(languages: Sequence[str]) -> list[str]:
    """What the head needs vectors of, beside the router's texts."""
    return sorted({text for _, text, _ in _labelled(languages)})


class ActHead:
    """Immutable; safe to share between conversations."""

    def __init__(self, labels: Sequence[str], weights: Floats, centres: Mapping[str, Floats]) -> None:
        self._labels = tuple(labels)
        self._weights = weights
        self._centres = centres

    @staticmethod
    def train(
        vectors: Mapping[str, Vector], journeys: Sequence[Example], languages: Sequence[str] = ("en",)
    ) -> ActHead | None:
        """None where a vector is missing, or no language has acts. `journeys` are sentences that are no act."""
        rows = _labelled(languages)
        if not rows:
            return None
        own = {text for _, text, _ in rows}
        rows += [(_NONE, each.text, each.language) for each in journeys if each.text not in own]
        rows += [(_NONE, text, language) for language in languages for text in out_of_scope(language)]
        if any(text not in vectors for _, text, _ in rows):
            return None
        labels = sorted({label for label, _, _ in rows})
        tongues = [language for _, _, language in rows]
        raw = np.stack([np.asarray(vectors[text], dtype=np.float64) for _, text, _ in rows])
        centres = centres_of(raw, tongues)
        views = unit(raw - np.stack([centres[language] for language in tongues]))
        numbers = np.array([labels.index(label) for label, _, _ in rows], dtype=np.int64)
        return ActHead(labels, train(views, numbers, len(labels), _STRENGTH), centres)

    def hear(self, vector: Vector, language: str = "en") -> Heard:
        shares = self.shares(vector, language)
        acts = [(share, label) for label, share in shares.items() if label not in (_NONE, *FRUSTRATION_LEVELS)]
        share, label = max(acts)
        act = Act(label) if share >= _SURE and label not in ASIDES else None
        annoyed = sum(shares[level] for level in FRUSTRATION_LEVELS)
        level = max(FRUSTRATION_LEVELS, key=lambda level: shares[level])
        return Heard(act, level if annoyed >= _ANNOYED else None)

    def shares(self, vector: Vector, language: str = "en") -> dict[str, float]:
        """How likely each label is; together 1."""
        centre = self._centres.get(language, self._centres[""])
        row = unit(np.asarray(vector, dtype=np.float64)[None] - centre)
        return dict(zip(self._labels, (float(share) for share in softmax(row @ self._weights)[0]), strict=True))


def _labelled(languages: Sequence[str]) -> list[tuple[str, str, str]]:
    """Label, sentence and language of all that is written for `languages`."""
    return [
        (label, text, language)
        for language in languages
        for label, texts in ACT_EXAMPLES.get(language, {}).items()
        for text in texts
    ]
