"""Tells which of the agent's languages a turn is in, and only where that is sure: a short answer changes nothing."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from lingua import IsoCode639_1, Language, LanguageDetectorBuilder

from voice_agent.understanding.words import words_of

_FEWEST_WORDS: Final = 3
_SURE: Final = 0.9
_LIKELY: Final = 0.6
"""Enough where the little words say the same."""
_LITTLE_WORDS: Final[Mapping[str, frozenset[str]]] = {
    "en": frozenset(
        "the a an i is are my to you can do of and it in on for what where how want would this that".split()
    ),
    "es": frozenset(
        "el la los las un una mi mis es está de que en por para con quiero cómo dónde me se lo le y".split()
    ),
}


class LanguageDetector:
    """Takes a tenth of a second and 100 MB for two languages, once; nothing at all for one."""

    def __init__(self, languages: Sequence[str]) -> None:
        """`languages` are ISO 639-1 codes; those that lingua does not know are never detected."""
        known = {language.iso_code_639_1: language for language in Language.all()}
        found = [known[code] for code in map(_code, languages) if code in known]
        self._detector = None
        if len(found) > 1:
            self._detector = LanguageDetectorBuilder.from_languages(*found).with_preloaded_language_models().build()

    def detect(self, text: str, current: str) -> str | None:
        """The language of `text`, None where that is not sure. `current` is the conversation's."""
        words = [word for word in words_of(text) if not re.fullmatch(r"\d+", word)]
        if self._detector is None or len(words) < _FEWEST_WORDS:
            return None
        best = self._detector.compute_language_confidence_values(text)[0]
        language = best.language.iso_code_639_1.name.lower()
        if best.value >= _SURE or (best.value >= _LIKELY and _little_words_say(words, language)):
            return language
        return None


def _little_words_say(words: Sequence[str], language: str) -> bool:
    counts = {code: sum(word in little for word in words) for code, little in _LITTLE_WORDS.items()}
    return counts.get(language, 0) >= 2 and all(
        count == 0 or counts[language] >= 3 * count for code, count in counts.items() if code != language
    )


def _code(language: str) -> IsoCode639_1 | None:
    return getattr(IsoCode639_1, language.upper(), None)
