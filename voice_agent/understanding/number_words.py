"""The words of figures in one language, as tables. Another language is another `NumberWords`."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec


class NumberWords(msgspec.Struct, frozen=True):
    """`*_phrases` are tuples of words. Apostrophes are dropped from all words ("its")."""

    digits: Mapping[str, str]
    """One word for one digit; `zero_interjections` of them are also cries ("oh")."""
    zero_interjections: frozenset[str]
    teens: Mapping[str, str]
    tens: Mapping[str, str]
    hundred: str
    thousand: str
    one_before_hundred: frozenset[str]
    """"a hundred"."""
    link: str
    """"two hundred and five"."""
    times: Mapping[str, int]
    homophones: Mapping[str, str]
    """Other words that recognisers write for a digit; believed between digits only."""
    homophones_beside: frozenset[str]
    """Beside a digit these may be one, where the length asks for one more."""
    homophones_at_end: frozenset[str]
    """So may these at the end of a text: no sentence ends in "for"."""
    homophones_at_start: frozenset[str]
    """And these at the beginning of one, before a figure: no answer begins with "for"."""
    pronoun_one_after: frozenset[str]
    """Words after which "one" is a pronoun."""
    pronoun_one_unless_digit_follows: frozenset[str]
    fillers: frozenset[str]
    """Sounds inside a number."""
    joiners: frozenset[str]
    """Words that may stand between groups of one number."""
    strong_cues: frozenset[str]
    """Words between groups that take back what was said before."""
    weak_cues: frozenset[str]
    """Words that take back, or only ask for patience."""
    restart_phrases: tuple[tuple[str, ...], ...]
    negation: str | None
    """The word that denies what follows; None where it can't be told from one that takes back what went before."""
    suffix_anchor: frozenset[str]
    prefix_anchor: frozenset[str]
    links_tens: bool = False
    """"treinta y cinco": the link stands within tens too."""


_FILLERS = frozenset("um uh er erm hmm mm ah eh uhm".split())

ENGLISH = NumberWords(
    digits={
        **dict(zip("zero one two three four five six seven eight nine".split(), "0123456789", strict=True)),
        **dict.fromkeys("oh o nought naught nil null ought aught".split(), "0"),
        "niner": "9",
    },
    zero_interjections=frozenset({"oh", "o", "ought"}),
    teens={
        word: str(10 + at)
        for at, word in enumerate(
            "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split()
        )
    },
    tens={
        **{
            word: str(20 + 10 * at)
            for at, word in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split())
        },
        "fourty": "40",
    },
    hundred="hundred",
    thousand="thousand",
    one_before_hundred=frozenset({"a"}),
    link="and",
    times={"double": 2, "triple": 3, "treble": 3, "quadruple": 4},
    homophones={
        **dict.fromkeys("to too tu".split(), "2"),
        **dict.fromkeys("for fore".split(), "4"),
        **dict.fromkeys("tree free".split(), "3"),
        "ate": "8",
        "won": "1",
        "owe": "0",
        "fife": "5",
        "sex": "6",
    },
    homophones_beside=frozenset({"ate", "won", "fife", "owe"}),
    homophones_at_end=frozenset({"to", "for", "fore"}),
    homophones_at_start=frozenset({"to", "too", "tu", "for", "fore"}),
    pronoun_one_after=frozenset(
        "that this which no another first last wrong right other second third new old any every each some".split()
    ),
    pronoun_one_unless_digit_follows=frozenset({"the", "a"}),
    fillers=_FILLERS,
    joiners=_FILLERS
    | frozenset(
        "and then so i think its it is thats that dash hyphen space comma dot slash followed by yeah yes ok okay "
        "let lets me see next the number rest".split()
    ),
    strong_cues=frozenset(
        "no nope correction mean meant scratch strike rather actually oops whoops mistake wrong make".split()
    ),
    weak_cues=frozenset("sorry wait hold hang apologies pardon".split()),
    restart_phrases=(
        ("start", "again"),
        ("start", "over"),
        ("from", "the", "beginning"),
        ("from", "the", "start"),
        ("from", "the", "top"),
        ("again", "from"),
    ),
    negation="not",
    suffix_anchor=frozenset("last final end ends ending".split()),
    prefix_anchor=frozenset("first start starts starting begin begins beginning".split()),
)

SPANISH = NumberWords(
    digits=dict(zip("cero uno dos tres cuatro cinco seis siete ocho nueve".split(), "0123456789", strict=True)),
    zero_interjections=frozenset(),
    teens={
        **{
            word: str(10 + at)
            for at, word in enumerate(
                "diez once doce trece catorce quince dieciséis diecisiete dieciocho diecinueve veinte veintiuno "
                "veintidós veintitrés veinticuatro veinticinco veintiséis veintisiete veintiocho veintinueve".split()
            )
        },
        "dieciseis": "16",
        "veintidos": "22",
        "veintitres": "23",
        "veintiseis": "26",
    },
    tens={
        word: str(30 + 10 * at)
        for at, word in enumerate("treinta cuarenta cincuenta sesenta setenta ochenta noventa".split())
    },
    hundred="cientos",
    thousand="mil",
    one_before_hundred=frozenset(),
    link="y",
    times={"doble": 2, "triple": 3},
    homophones={},
    homophones_beside=frozenset(),
    homophones_at_end=frozenset(),
    homophones_at_start=frozenset(),
    pronoun_one_after=frozenset("ese este otro ninguno cada algún".split()),
    pronoun_one_unless_digit_follows=frozenset({"el", "un"}),
    fillers=frozenset("eh em pues este".split()),
    joiners=frozenset("eh em pues y luego después creo es guion espacio coma punto barra seguido de sí vale".split()),
    strong_cues=frozenset("no corrijo digo equivoqué error mejor".split()),
    weak_cues=frozenset("perdón perdone espera espere".split()),
    restart_phrases=(("de", "nuevo"), ("otra", "vez"), ("desde", "el", "principio")),
    negation=None,
    suffix_anchor=frozenset("últimos últimas final termina acaba".split()),
    prefix_anchor=frozenset("primeros primeras empieza comienza".split()),
    links_tens=True,
)


def number_words(language: str) -> NumberWords:
    """English where the language is not known."""
    return SPANISH if language == "es" else ENGLISH
