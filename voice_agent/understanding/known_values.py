"""Which of the known values of a slot was meant, by spelling and sound. A value that is not known is never made up.

Only a value that is alike enough, and clearly more alike than every other one, is taken.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np

from voice_agent.conversation.expectation import Setting, SlotView
from voice_agent.understanding.choices import read_choice
from voice_agent.understanding.known_keys import Likeness, heard_keys, known_key, likeness_matrix
from voice_agent.understanding.typed import READERS, SURE, ValueReading

ALIKE: Final = 0.75
AHEAD: Final = 0.15
NEAR: Final = 0.6
"""From here on, what was said may be a known value misheard."""
_LIKENESS: Final[Mapping[str, Likeness]] = {
    **dict.fromkeys(("postcode", "alphanumeric", "order_id", "spelled", "digits", "phone"), "spelled"),
    **dict.fromkeys(("name", "address", "email", "reference"), "name"),
    "date": "date",
}
_BY_SOUND_ALONE: Final = frozenset({"name", "address"})
"""Types of which one word, or a place in a list, is not enough to tell values apart."""


def read_known(slot: SlotView, hypotheses: Sequence[str], setting: Setting) -> ValueReading | None:
    """`hypotheses` are what the recogniser heard, likeliest first, at least one.

    Said as it is known it is sure. Something that is whole but like none of the known values is returned as it was
    said, so that the caller can be told that it is not among them.
    """
    reader = READERS.get(slot.slot_type)
    said = None if reader is None else reader(slot, hypotheses[0], setting)
    if said is not None and any(str(choice.value) == said.value for choice in slot.choices):
        return said
    named = read_choice(hypotheses[0], slot.choices, slot.value) if slot.slot_type not in _BY_SOUND_ALONE else None
    if named is not None:
        return ValueReading(named.value, named.raw, named.score)
    alike, best = _alike(slot, hypotheses, setting)
    if alike is not None or said is None:
        return alike
    return said if said.score >= SURE and best < NEAR else None


def _alike(slot: SlotView, hypotheses: Sequence[str], setting: Setting) -> tuple[ValueReading | None, float]:
    """What is meant, if that is clear, and how alike the most alike value is."""
    likeness = _LIKENESS.get(slot.slot_type)
    heard = () if likeness is None else heard_keys(likeness, hypotheses, setting)
    if likeness is None or not heard:
        return None, 0.0
    labelled = [
        (at, known_key(likeness, label))
        for at, choice in enumerate(slot.choices)
        for label in ((*choice.labels, str(choice.value)) if slot.slot_type == "reference" else (str(choice.value),))
    ]
    matrix = likeness_matrix(heard, [key for _, key in labelled]).max(axis=0)
    scores = np.zeros(len(slot.choices), dtype=np.float32)
    for (at, _), score in zip(labelled, matrix, strict=True):
        scores[at] = max(scores[at], score)
    order = np.argsort(-scores)
    best = float(scores[order[0]])
    runner_up = float(scores[order[1]]) if len(scores) > 1 else 0.0
    if best < ALIKE or best - runner_up < AHEAD:
        return None, best
    return ValueReading(slot.choices[int(order[0])].value, hypotheses[0], min(SURE, best)), best
