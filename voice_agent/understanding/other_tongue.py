"""Yes and no in another language than the one that is spoken: "sí" in an English call, "yes, please" in a Spanish one.

Only where a yes or no was asked for, and nothing else is said: the conversation stays in its language.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from voice_agent.understanding.act_kinds import Act
from voice_agent.understanding.dialogue_acts import read_acts
from voice_agent.understanding.words import fold_accents, words_of

_YES_OR_NO: Final = frozenset({Act.AFFIRM, Act.DENY, Act.THANK})
_BEGIN: Final[Mapping[str, frozenset[str]]] = {
    "en": frozenset("yes yeah yep yup sure right correct thats of no nope".split()),
    "es": frozenset("si claro correcto exacto es asi eso vale de no".split()),
}
"""How such answers begin, in words that mean nothing of the kind in any other language here."""
_SAID: Final[Mapping[str, tuple[str, str]]] = {"en": ("yes", "no"), "es": ("si", "no")}
"""Yes and no."""


def in_own_tongue(text: str, language: str) -> str:
    """Yes or no in `language` where `text` says it in another one; `text` itself where it doesn't."""
    own = read_acts(text, language)
    if language not in _SAID or (own.polarity is not None and own.rest == ""):
        return text
    words = [fold_accents(word) for word in words_of(text)]
    for other, begins in _BEGIN.items():
        if other == language or not words or words[0] not in begins:
            continue
        reading = read_acts(text, other)
        if reading.polarity is not None and reading.rest == "" and _YES_OR_NO.issuperset(reading.acts):
            return _SAID[language][0 if reading.polarity is Act.AFFIRM else 1]
    return text
