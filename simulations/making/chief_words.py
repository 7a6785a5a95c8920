"""What a question is known by, whatever else is said with it: its longest words, as a pattern. Pure."""

from __future__ import annotations

import re
from typing import Final

from simulations.matching import plain_text

MOST: Final = 3
_WORD: Final = re.compile(r"[^\W\d_]{3,}(?:'[^\W\d_]+)?")
_PLUMBING: Final = frozenset({"that", "this", "with", "have", "your", "you", "the", "and", "for", "are", "was", "can"})
_DAYS: Final = frozenset({
    *("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "today", "tomorrow"),
    *("january", "february", "march", "april", "may", "june", "july", "august", "september", "october"),
    *("november", "december", "morning", "afternoon", "evening", "noon"),
})  # fmt: skip
"""What differs from call to call, and between what is said and what is written."""


def chief_words(text: str) -> str | None:
    """A regular expression of the longest words of the last sentence, in their order; None where it has none."""
    sentences = [part for part in re.split(r"(?<=[.?!])\s+", plain_text(text)) if part]
    words = [
        word for word in _WORD.findall(sentences[-1] if sentences else "") if word.lower() not in _PLUMBING | _DAYS
    ]
    longest = sorted(sorted(range(len(words)), key=lambda at: -len(words[at]))[:MOST])
    return ".*".join(re.escape(words[at]) for at in longest) or None
