"""Words of a text in the form in which question and article are compared: small, without accents and endings. Pure.

    word_forms("Where are my orders?", "en")     # ["order"]

English and Spanish have endings and empty words of their own; a text in any other language keeps all its words.
Endings are cut lightly (plurals, -ing, -ed; in Spanish plurals and the last vowel): a word cut too short finds what it
should not. After "Light stemming approaches for the French, Portuguese, German and Hungarian languages" (Savoy 2006)
and "How effective is suffixing?" (Harman 1991).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from typing import Final

_WORD: Final = re.compile(r"[^\W_]+(?:'[^\W_]+)?")

_EMPTY_EN: Final = frozenset(
    """a an the and or but if of at by for with about to from in on is are am was were be been being do does did doing
    have has had having i me my mine we our you your he him his she her it its they them their this that these those
    what which who whom whose when where why how can could will would shall should may might must there here as so than
    too very just also please tell know want like need get got any some i'm i've i'd it's what's where's how's don't
    doesn't didn't can't won't hi hello thanks thank yes no not ok okay one s t m d ll ve re""".split()
)
_EMPTY_ES: Final = frozenset(
    """un una unos unas el la los las lo al del de y o u e pero si en con por para a ante desde hasta sin sobre es son
    soy eres fue era ser estar esta estoy estan hay ha he han tengo tiene tienen tener que cual cuales quien quienes
    cuando donde como cuanto cuanta cuantos cuantas porque yo tu el ella nosotros ustedes usted ellos ellas me te se nos
    les le mi mis tus su sus nuestro nuestra este estos estas ese esa esos esas eso esto aqui alli ya muy mas tambien
    puedo puede pueden podria quiero quisiera necesito saber dime digame favor hola gracias no""".split()
)


def word_forms(text: str, language: str) -> list[str]:
    """The words that carry meaning, in order, each as its form; all words where none carries any."""
    _, shorten = _LANGUAGES.get(language, (frozenset(), _as_it_is))
    telling = telling_words(text, language)
    return [shorten(word.partition("'")[0]) for word in (telling if telling else _words(text))]


def telling_words(text: str, language: str) -> list[str]:
    """Those that carry meaning, as they stand, without accents."""
    empty, _ = _LANGUAGES.get(language, (frozenset(), _as_it_is))
    return [word for word in _words(text) if word not in empty]


def _words(text: str) -> list[str]:
    return [_bare(word) for word in _WORD.findall(text.casefold().replace("\u2019", "'"))]


def _bare(word: str) -> str:
    """Without accents."""
    decomposed = unicodedata.normalize("NFKD", word)
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def _as_it_is(word: str) -> str:
    return word


def _english(word: str) -> str:
    if len(word) < 4 or not word.isalpha():
        return word
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("sses", "shes", "ches", "xes", "zes")):
        return word[:-2]
    if word.endswith("s") and not word.endswith(("ss", "us", "is")):
        word = word[:-1]
    for ending in ("ing", "ed"):
        stem = word.removesuffix(ending)
        if stem != word and len(stem) >= 3 and re.search(r"[aeiouy]", stem) is not None:
            word = _mended(stem)
            break
    return word[:-1] if word.endswith("e") and len(word) > 4 else word


def _mended(stem: str) -> str:
    """ "shipp" is "ship", "billl" never was."""
    doubled = len(stem) > 3 and stem[-1] == stem[-2] and stem[-1] not in "lsz"
    return stem[:-1] if doubled else stem


def _spanish(word: str) -> str:
    if len(word) < 5 or not word.isalpha():
        return word
    if word.endswith("ces"):
        return word[:-3] + "z"
    if word.endswith("es") and word[-3] not in "aeiou":
        word = word[:-2]
    elif word.endswith("s"):
        word = word[:-1]
    return word[:-1] if word[-1] in "aeo" and len(word) > 4 else word


_LANGUAGES: Final[dict[str, tuple[frozenset[str], Callable[[str], str]]]] = {
    "en": (_EMPTY_EN, _english),
    "es": (_EMPTY_ES, _spanish),
}
