"""Which words of a clause were heard when so much of it has been played.

Synthesis gives no word times. A word is taken to last in proportion to the characters it is said with and the space
after it, of the time in which the voice sounds. It counts as heard once all but `UNPLAYED` of that was played:
listeners know most words before their end (Grosjean, Perception & Psychophysics 28, 1980), and the agent would rather
repeat a word than believe one unheard. docs/measurements.md has how often that is right.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

UNPLAYED: Final = 0.25
"""Of a word's time."""


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
    count, reached, unplayed = 0, 0, 0.0
    for length in lengths:
        reached += length
        unplayed = length * UNPLAYED if length > 0 else unplayed
        if (reached - unplayed) * total_samples > played_samples * characters:
            break
        count += 1
    return " ".join(words[:count])
