"""Letters by words that begin with them, for who spells over the telephone. Pure data, and how it is said.

English by the words of ICAO (Annex 10, volume II), Spanish by those that Spanish operators use. What is said is
read back by the grammars as the same letters; tests hold the two together.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

_ENGLISH: Final = (
    "Alpha Bravo Charlie Delta Echo Foxtrot Golf Hotel India Juliet Kilo Lima Mike November Oscar Papa Quebec Romeo "
    "Sierra Tango Uniform Victor Whiskey Xray Yankee Zulu"
)
_SPANISH: Final = (
    "Antonio Barcelona Carmen Dolores Enrique Francia Gerona Historia Inés José Kilo Lorenzo Madrid Navarra Oviedo "
    "París Querido Ramón Sábado Tarragona Ulises Valencia Washington Xilófono Yegua Zaragoza"
)
ALPHABETS: Final[Mapping[str, Mapping[str, str]]] = {
    "en": {word[0]: word for word in _ENGLISH.split()},
    "es": {**{word[0]: word for word in _SPANISH.split()}, "Ñ": "Ñoño"},
}
_LINKS: Final = {"en": "as in", "es": "de"}


def by_alphabet(text: str, language: str = "en") -> str:
    """ "M as in Mike, 4": every letter by a word that begins with it, what is none by itself."""
    language = language if language in ALPHABETS else "en"
    words, link = ALPHABETS[language], _LINKS[language]
    marks = [mark for mark in text.upper() if mark.isalnum()]
    return ", ".join(f"{mark} {link} {words[mark]}" if mark in words else mark for mark in marks)
