"""One or two words that end like half a sentence, and that no answer begins with: misheard rather than begun. English.

Only where a few answers are possible: yes or no, figures, one of a few. "Have" for a misheard "half" is one; "my", "I'd
like", "it's the" and "no, that" are beginnings, and so is what the recogniser itself leaves open ("just...").
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from voice_agent.conversation.expectation import Expectation

_CLOSED: Final = ("yes_no", "digits", "choice")
_LONGEST: Final = 2
_OPEN_ENDS: Final = (",", "-", "...", "\u2026", ":", ";")
_BEGINNINGS: Final = frozenset(
    "um uh er erm uhm hmm well oh okay ok so and but or because if just maybe like yes yeah yep yup sure no nope not "
    "nah please sorry i im id ill ive it its that thats this we the a an my our another double triple treble for from "
    "to of in on at by with without about into as can could would will do what whats when which who how number account "
    "order name code reference address".split()
)


def is_fragment(text: str, words: Sequence[str], expectation: Expectation) -> bool:
    """Whether `text`, whose `words` end like half a sentence, is none. `words` are lower case, not empty."""
    if expectation.kind not in _CLOSED or expectation.setting.language != "en" or len(words) > _LONGEST:
        return False
    return not text.rstrip().endswith(_OPEN_ENDS) and _BEGINNINGS.isdisjoint(words)
