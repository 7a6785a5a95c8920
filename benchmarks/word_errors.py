"""How many words a recogniser got wrong: the edit distance between two lists of words. Pure.

word_errors("press star now".split(), "press start".split())    # WordErrors(words=3, substituted=1, deleted=1)
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec


class WordErrors(msgspec.Struct, frozen=True):
    """`words` counts the reference; what was missed is `deleted`, what was made up `inserted`."""

    words: int
    substituted: int = 0
    deleted: int = 0
    inserted: int = 0

    @property
    def errors(self) -> int:
        return self.substituted + self.deleted + self.inserted

    @property
    def rate(self) -> float:
        """Word error rate; 0 where reference and hypothesis are empty, and above 1 where more was made up than said."""
        return self.errors / self.words if self.words else float(self.errors)


def word_errors(reference: Sequence[str], heard: Sequence[str]) -> WordErrors:
    """The fewest edits that turn `reference` into `heard`; among these, the most substitutions."""
    # One row of (edits, insertions + deletions, substituted, deleted, inserted) a reference word: tuples compare so.
    row = [(at, at, 0, 0, at) for at in range(len(heard) + 1)]
    for position, word in enumerate(reference, 1):
        above, row = row, [(position, position, 0, position, 0)]
        for at, other in enumerate(heard, 1):
            edits, moved, substituted, deleted, inserted = above[at - 1]
            same = word == other
            kept = (edits + (not same), moved, substituted + (not same), deleted, inserted)
            edits, moved, substituted, deleted, inserted = above[at]
            dropped = (edits + 1, moved + 1, substituted, deleted + 1, inserted)
            edits, moved, substituted, deleted, inserted = row[at - 1]
            added = (edits + 1, moved + 1, substituted, deleted, inserted + 1)
            row.append(min(kept, dropped, added))
    _, _, substituted, deleted, inserted = row[-1]
    return WordErrors(len(reference), substituted, deleted, inserted)


def pooled(results: Iterable[WordErrors]) -> WordErrors:
    """All of them as one text: long utterances count by their words."""
    words = substituted = deleted = inserted = 0
    for result in results:
        words += result.words
        substituted += result.substituted
        deleted += result.deleted
        inserted += result.inserted
    return WordErrors(words, substituted, deleted, inserted)
