"""The words of whole numbers and ordinals in English and Spanish, without accents, as tables."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import Final

import msgspec


class CardinalWords(msgspec.Struct, frozen=True):
    """`hundreds` are words that are hundreds by themselves ("doscientos"); `links` may stand inside a number."""

    units: Mapping[str, int]
    teens: Mapping[str, int]
    tens: Mapping[str, int]
    hundreds: Mapping[str, int]
    hundred: frozenset[str]
    scales: Mapping[str, int]
    ordinals: Mapping[str, int]
    links: frozenset[str]
    one: frozenset[str]
    """Articles that are "one" before a hundred or a scale ("a hundred")."""


def _numbered(words: str, first: int, step: int = 1) -> dict[str, int]:
    return {word: first + step * at for at, word in enumerate(words.split())}


ENGLISH: Final = CardinalWords(
    units={**_numbered("zero one two three four five six seven eight nine", 0), "oh": 0, "o": 0, "nought": 0},
    teens=_numbered("ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen", 10),
    tens={**_numbered("twenty thirty forty fifty sixty seventy eighty ninety", 20, 10), "fourty": 40},
    hundreds={},
    hundred=frozenset({"hundred", "hundredth"}),
    scales={
        "thousand": 10**3,
        "thousandth": 10**3,
        "lakh": 10**5,
        "million": 10**6,
        "millionth": 10**6,
        "crore": 10**7,
        "billion": 10**9,
        "billionth": 10**9,
        "trillion": 10**12,
        "quadrillion": 10**15,
        "quintillion": 10**18,
        "sextillion": 10**21,
    },
    ordinals={
        **_numbered("first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth", 1),
        **_numbered("thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth", 13),
        **_numbered("twentieth thirtieth fortieth fiftieth sixtieth seventieth eightieth ninetieth", 20, 10),
        "hundredth": 100,
        "thousandth": 1000,
        "millionth": 10**6,
        "billionth": 10**9,
    },
    links=frozenset({"and"}),
    one=frozenset({"a", "an"}),
)

SPANISH: Final = CardinalWords(
    units={
        **_numbered("cero uno dos tres cuatro cinco seis siete ocho nueve", 0),
        **dict.fromkeys(("un", "una"), 1),
    },
    teens={
        **_numbered("diez once doce trece catorce quince dieciseis diecisiete dieciocho diecinueve", 10),
        **_numbered("veinte veintiuno veintidos veintitres veinticuatro veinticinco veintiseis veintisiete", 20),
        "veintiocho": 28,
        "veintinueve": 29,
        "veintiun": 21,
        "veintiuna": 21,
    },
    tens=_numbered("treinta cuarenta cincuenta sesenta setenta ochenta noventa", 30, 10),
    hundreds={
        "cien": 100,
        "ciento": 100,
        **_numbered("doscientos trescientos cuatrocientos quinientos seiscientos setecientos", 200, 100),
        **_numbered("doscientas trescientas cuatrocientas quinientas seiscientas setecientas", 200, 100),
        "ochocientos": 800,
        "novecientos": 900,
        "ochocientas": 800,
        "novecientas": 900,
    },
    hundred=frozenset(),
    scales={"mil": 10**3, "millon": 10**6, "millones": 10**6},
    ordinals={
        **_numbered("primero segundo tercero cuarto quinto sexto septimo octavo noveno decimo", 1),
        **_numbered("primera segunda tercera cuarta quinta sexta septima octava novena decima", 1),
        "primer": 1,
        "tercer": 3,
    },
    links=frozenset({"y"}),
    one=frozenset(),
)

CARDINALS: Final[dict[str, CardinalWords]] = {"en": ENGLISH, "es": SPANISH}


def words_for(language: str) -> CardinalWords:
    """The tables of a language; English where there are none."""
    return CARDINALS.get(language, ENGLISH)


def folded(word: str) -> str:
    """Without accents and apostrophes, in lower case."""
    plain = unicodedata.normalize("NFKD", word.lower())
    return "".join(ch for ch in plain if not unicodedata.combining(ch) and ch not in "'\u2019")
