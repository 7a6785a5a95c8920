"""What a recogniser thinks of an answer that was expected and not heard."""

from __future__ import annotations

import msgspec


class Likely(msgspec.Struct, frozen=True):
    """`text` is what was heard with `answer` in the place of one word of it, `score` the natural logarithm of how
    likely that is, given the sound and the words before."""

    answer: str
    text: str
    score: float
