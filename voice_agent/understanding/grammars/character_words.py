"""How letters, figures and marks are said one by one, and how recognisers write that, in English and Spanish."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import msgspec

_NATO: Final = (
    "alpha bravo charlie delta echo foxtrot golf hotel india juliet kilo lima mike november oscar papa quebec romeo "
    "sierra tango uniform victor whiskey xray yankee zulu"
).split()


class CharacterWords(msgspec.Struct, frozen=True):
    """`names` are sure, `sounds` are words of other meanings too; `options` of a word are tried in order."""

    names: Mapping[str, str]
    sounds: Mapping[str, tuple[str, ...]]
    marks: Mapping[str, str]
    as_in: frozenset[tuple[str, ...]]
    fillers: frozenset[str]
    times: Mapping[str, int]


_FILLERS: Final = frozenset(
    "um uh er erm hmm mm ah eh and then space comma capital letter number digit the yes so".split()
)

ENGLISH: Final = CharacterWords(
    names={
        **{word: word[0] for word in _NATO},
        "alfa": "a",
        "juliett": "j",
        "whisky": "w",
        "x-ray": "x",
        "zebra": "z",
        "apple": "a",
        "sugar": "s",
        "dee": "d",
        "eff": "f",
        "gee": "g",
        "aitch": "h",
        "haitch": "h",
        "jay": "j",
        "kay": "k",
        "ell": "l",
        "em": "m",
        "en": "n",
        "pee": "p",
        "cue": "q",
        "queue": "q",
        "ess": "s",
        "tee": "t",
        "vee": "v",
        "ex": "x",
        "wye": "y",
        "zee": "z",
        "zed": "z",
        "bee": "b",
        "ee": "e",
        "ar": "r",
        "el": "l",
        "dubya": "w",
    },
    sounds={
        "be": ("b",),
        "see": ("c",),
        "sea": ("c",),
        "are": ("r",),
        "you": ("u",),
        "why": ("y",),
        "pea": ("p",),
        "tea": ("t",),
        "ye": ("e",),
        "eye": ("i",),
        "aye": ("i",),
        "hey": ("a",),
        "okay": ("k",),
        "em": ("m",),
        "oh": ("0", "o"),
        "o": ("0", "o"),
        "zero": ("0", "o"),
        "i": ("i", "1"),
        "l": ("l",),
        "a": ("a",),
        "to": ("2",),
        "too": ("2",),
        "for": ("4",),
        "fore": ("4",),
        "ate": ("8",),
        "won": ("1",),
        "tree": ("3",),
    },
    marks={
        "dash": "-",
        "hyphen": "-",
        "minus": "-",
        "slash": "/",
        "dot": ".",
        "point": ".",
        "underscore": "_",
        "plus": "+",
        "-": "-",
        "/": "/",
    },
    as_in=frozenset({("as", "in"), ("for",), ("like",), ("like", "in"), ("is", "for"), ("as",)}),
    fillers=_FILLERS,
    times={"double": 2, "triple": 3, "treble": 3, "quadruple": 4},
)

SPANISH: Final = CharacterWords(
    names={
        "be": "b",
        "ce": "c",
        "efe": "f",
        "ge": "g",
        "hache": "h",
        "jota": "j",
        "ka": "k",
        "ele": "l",
        "eme": "m",
        "ene": "n",
        "pe": "p",
        "cu": "q",
        "erre": "r",
        "ere": "r",
        "ese": "s",
        "uve": "v",
        "equis": "x",
        "zeta": "z",
        "ceta": "z",
        "i": "i",
        "u": "u",
    },
    sounds={"de": ("d",), "te": ("t",), "a": ("a",), "e": ("e",), "o": ("o",), "y": ("y",), "cero": ("0", "o")},
    marks={"guion": "-", "barra": "/", "punto": ".", "-": "-", "/": "/"},
    as_in=frozenset({("de",), ("como", "en"), ("como", "de")}),
    fillers=frozenset("eh em pues y espacio coma letra numero la el si".split()),
    times={"doble": 2, "triple": 3},
)


def character_words(language: str) -> CharacterWords:
    """English where the language is not known."""
    return SPANISH if language == "es" else ENGLISH
