"""Which words of a clause were heard when so much of it has been played.

Synthesis gives no word times. A word is taken to last in proportion to its characters and the space after it, and it
counts as heard only when it was played to its end: the agent would rather repeat a word than believe one unheard.
"""

from __future__ import annotations


def words_heard(clause: str, played_samples: int, total_samples: int) -> str:
    """The words of `clause` that lie wholly within the played share; all of them where everything was played."""
    words = clause.split()
    if played_samples >= total_samples:
        return " ".join(words)
    characters = sum(len(word) + 1 for word in words)
    count, reached = 0, 0
    for word in words:
        reached += len(word) + 1
        if reached * total_samples > played_samples * characters:
            break
        count += 1
    return " ".join(words[:count])
