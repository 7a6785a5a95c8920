"""What a voice makes at once: a sentence, or a clause of a long one, so that the first sound comes soon. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from voice_agent.audio import RATE_HZ

_BETWEEN_SENTENCES: Final = RATE_HZ // 5
_BETWEEN_CLAUSES: Final = RATE_HZ // 8
_LONG_PHONEMES: Final = 80
_CLAUSE_END: Final = re.compile(r"(?<=[,;:\u2014])\s+")


def clauses(sentences: Iterable[str]) -> Iterator[tuple[str, int]]:
    """Each sentence's phonemes, cut at punctuation where there are many; with the samples of pause after it (8 kHz)."""
    for sentence in sentences:
        pieces = _CLAUSE_END.split(sentence) if len(sentence) > _LONG_PHONEMES else [sentence]
        for clause in pieces[:-1]:
            yield clause, _BETWEEN_CLAUSES
        yield pieces[-1], _BETWEEN_SENTENCES
