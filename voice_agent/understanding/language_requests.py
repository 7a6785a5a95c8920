"""Whether a caller asks for another language: "in Spanish please", "do you speak English?", "¿Habla español?". Pure.

Only where nothing else is said: a bill in Spanish is a bill, and Spanish by itself may be an answer.
"""

from __future__ import annotations

import unicodedata
from typing import Final

from voice_agent.understanding.words import words_of

_LANGUAGES: Final = {
    **dict.fromkeys(("spanish", "espanol", "castellano", "castilian"), "es"),
    **dict.fromkeys(("english", "ingles"), "en"),
    **dict.fromkeys(("french", "frances"), "fr"),
    **dict.fromkeys(("german", "aleman"), "de"),
    **dict.fromkeys(("italian", "italiano"), "it"),
    **dict.fromkeys(("portuguese", "portugues"), "pt"),
}
_AROUND: Final = frozenset(
    "hello hi sorry excuse me please can could do does may we you i anyone anybody somebody there would like want "
    "prefer rather to speak speaks talk continue switch change go on it this in into understand is instead now thanks "
    "speaking if possible id hola perdone perdon disculpe por favor puede puedes podemos podria se me usted ustedes "
    "alguien habla hablas hablan hablar hablamos en quiero quisiera prefiero seguir cambiar a al gracias que si es "
    "posible entiende entienden lo".split()
)
_MOST_WORDS: Final = 10


def language_asked_for(text: str) -> str | None:
    """Its code, ISO 639-1."""
    words = [_folded(word) for word in words_of(text)]
    named = {_LANGUAGES[word] for word in words if word in _LANGUAGES}
    rest = [word for word in words if word not in _LANGUAGES]
    if len(named) != 1 or not rest or len(words) > _MOST_WORDS:
        return None
    return named.pop() if all(word.replace("'", "") in _AROUND for word in rest) else None


def _folded(word: str) -> str:
    plain = unicodedata.normalize("NFKD", word.casefold().replace("\u2019", "'"))
    return "".join(mark for mark in plain if not unicodedata.combining(mark))
