"""Who of all known people somebody is, by what was heard of several items: postcode, name, date of birth.

    register = Register({"postcode": "spelled", "name": "name", "birthday": "date"}, records)
    scores = register.scores({"postcode": keys, "name": keys, "birthday": keys})
    register.identify(scores, heard)        # the number of a record, or None: ask again

To identify is to find the record that somebody speaks of; to verify is to be sure that they know what only its owner
knows. Finding may do without one item of which next to nothing was heard, if the others are near perfect; verifying
never does. A record that is not clearly ahead of all others is not taken.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import msgspec
import numpy as np

from voice_agent.understanding.known_keys import Key, Likeness, Scores, known_key, likeness_matrix


class Rules(msgspec.Struct, frozen=True):
    """All are shares of likeness, 0..1, chosen on the training half of `benchmarks values`.

    `minimum`: what each item must reach; `total`: their mean; `margin`: how far it is ahead of every other record's.
    `strong`: what all items but one must reach where that one was hardly heard: less than `unheard` of its length.
    """

    minimum: float = 0.4
    total: float = 0.65
    margin: float = 0.15
    strong: float = 0.8
    unheard: float = 0.5


RULES: Final = Rules()
PROOF: Final[Mapping[Likeness, float]] = {"spelled": 0.85, "name": 0.9, "date": 0.95}
"""What each item must reach to verify: a date has to be that date."""


class Register:
    """Records, each a value for every item. `items` maps their names to how they are compared."""

    def __init__(self, items: Mapping[str, Likeness], records: Sequence[Mapping[str, str]]) -> None:
        self.items = dict(items)
        self._keys = {
            item: [known_key(likeness, record[item]) for record in records] for item, likeness in items.items()
        }
        self._size = len(records)

    def scores(self, heard: Mapping[str, Sequence[Key]]) -> Scores:
        """How well each record fits what was heard, by the best hypothesis; float32[items, records]."""
        out = np.zeros((len(self.items), self._size), dtype=np.float32)
        for at, item in enumerate(self.items):
            keys = heard.get(item, ())
            if keys:
                out[at] = likeness_matrix(keys, self._keys[item]).max(axis=0)
        return out

    def identify(self, scores: Scores, heard: Mapping[str, Sequence[Key]], rules: Rules = RULES) -> int | None:
        """The one record that is meant, None where it isn't clear."""
        if self._size == 0:
            return None
        means = scores.mean(axis=0)
        best = int(means.argmax())
        others = np.delete(means, best)
        if len(others) and means[best] - others.max() < rules.margin:
            return None
        own = scores[:, best]
        if own.min() >= rules.minimum and means[best] >= rules.total:
            return best
        weakest = int(own.argmin())
        rest = np.delete(own, weakest)
        hardly = self._share_heard(list(self.items)[weakest], best, heard) < rules.unheard
        return best if hardly and len(rest) > 1 and rest.min() >= rules.strong else None

    def verifies(self, scores: Scores, record: int) -> bool:
        """Whether each item of `record` was said."""
        proofs = (PROOF[likeness] for likeness in self.items.values())
        return all(score >= proof for score, proof in zip(scores[:, record], proofs, strict=True))

    def _share_heard(self, item: str, record: int, heard: Mapping[str, Sequence[Key]]) -> float:
        """The longest thing heard of an item, as a share of what it should be."""
        whole = len(self._keys[item][record][0])
        return max((len(key[0]) for key in heard.get(item, ())), default=0) / max(1, whole)
