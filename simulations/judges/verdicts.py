"""What a judge's answers come to: votes with evidence, and how far they agree. Pure.

A vote whose quote isn't in the transcript, word for word, is void: who can't show what it says has said nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final, Literal, TypeAlias

import msgspec

Verdict: TypeAlias = Literal["holds", "broken", "cannot_tell"]

BOUND: Final = 2 / 3
"""Of all votes that were asked for, so many must say that an item is broken before a run may fail by it."""
FEWEST_VOTES: Final = 2


class Vote(msgspec.Struct, frozen=True):
    """One answer. `verdict` None: void, and `problem` says why. `quote` stands in line `line` of the transcript.

    `answered` is false where the model gave no answer at all.
    """

    verdict: Verdict | None
    quote: str = ""
    line: int | None = None
    reason: str = ""
    problem: str = ""
    answered: bool = True


class Judgement(msgspec.Struct, frozen=True):
    """One item of a rubric. `verdict` is what most votes say, None where none leads or all are void.

    `agreement` is the share of all votes, void ones too, that say so.
    """

    item: str
    verdict: Verdict | None
    agreement: float
    votes: tuple[Vote, ...]

    @property
    def quotes(self) -> tuple[str, ...]:
        """The evidence for the verdict, each once."""
        return tuple(dict.fromkeys(vote.quote for vote in self.votes if vote.verdict == self.verdict and vote.quote))

    def fails(self, bound: float = BOUND) -> bool:
        """Whether a run that asks for this item fails by it: it is broken, with evidence, and enough votes say so."""
        return (
            self.verdict == "broken"
            and bool(self.quotes)
            and len(self.votes) >= FEWEST_VOTES
            and self.agreement >= bound - 1e-9
        )


def judgement(item: str, votes: Iterable[Vote]) -> Judgement:
    """Of all votes on one item."""
    listed = tuple(votes)
    leading = _leading([vote.verdict for vote in listed if vote.verdict is not None])
    agreeing = sum(vote.verdict == leading for vote in listed) if leading is not None else 0
    return Judgement(item, leading, agreeing / len(listed) if listed else 0.0, listed)


def _leading(verdicts: Sequence[Verdict]) -> Verdict | None:
    """The one that more votes have than any other."""
    counts = Counter(verdicts).most_common(2)
    if not counts or (len(counts) == 2 and counts[0][1] == counts[1][1]):
        return None
    return counts[0][0]
