"""Which words of a clause were heard when so much of it has been played.

Synthesis gives no word times. A word is taken to last in proportion to the characters it is said with and the space
after it, and it counts as heard only when it was played to its end: the agent would rather repeat a word than believe
one unheard.
"""

from __future__ import annotations

from collections.abc import Sequence


def words_heard(clause: str, played_samples: int, total_samples: int, sounded: Sequence[str] = ()) -> str:
    """The words of `clause` that lie wholly within the played share; all of them where everything was played.

    `sounded` has what was said for each written word, where that is something else; "" is said with the word before.
    """
    words = clause.split()
    if played_samples >= total_samples:
        return " ".join(words)
    said = sounded if len(sounded) == len(words) else words
    lengths = [len(word) + 1 if word != "" else 0 for word in said]
    characters = sum(lengths)
    count, reached = 0, 0
    for length in lengths:
        reached += length
        if reached * total_samples > played_samples * characters:
            break
        count += 1
    return " ".join(words[:count])
