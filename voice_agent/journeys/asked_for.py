"""What kind of thing a question asks for, and whether a passage has one: a price is not answered without an amount."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from voice_agent.journeys.word_forms import telling_words

PRICE: Final = re.compile(
    r"\bhow much (?:is|are|does|do|would|will|for)\b(?! (?:time|data|notice|longer|space|warning|of)\b)|"
    r"\bwhat(?: is|s|'s) the (?:price|cost)\b|\bwhat (?:does|do|would|will) .{1,60}\bcost\b|"
    r"\bcuanto (?:cuesta|cuestan|vale|valen|cobran|costaria)\b|\bque (?:precio|coste) (?:tiene|tienen)\b"
)
AMOUNT: Final = re.compile(
    r"[$\u20ac\u00a3]|\b(?:dollars?|cents?|euros?|pounds?|pence|usd|eur|gbp|centimos?|dolar(?:es)?|pesos?)\b|"
    r"\bfree\b|\bcosts? nothing\b|\b(?:no|without) (?:extra |additional )?(?:charge|cost|fee)s?\b|"
    r"\bgratis\b|\bgratuit[oa]s?\b|\bsin (?:coste|cargo)\b|\bno cuesta nada\b|\bno cobramos\b"
)


_SAYS_NOTHING: Final = {
    "en": frozenset(
        "long much many cost costs take takes time happen happens mean means work works go goes come comes exactly "
        "actually really again else more now then way thing things".split()
    ),
    "es": frozenset(
        "cuesta cuestan tarda tardan tiempo pasa significa funciona va viene exactamente ahora entonces cosa".split()
    ),
}


def is_bare(question: str, language: str) -> bool:
    """Whether it says nothing of what it is about ("how long will that take?"): no article can answer that."""
    empty = _SAYS_NOTHING.get(language)
    return empty is not None and empty.issuperset(telling_words(question, language))


def has_what_is_asked_for(question: str, passage: str) -> bool:
    """False where a price is asked for and `passage` names none, nor says that it is free. English and Spanish."""
    return PRICE.search(plain(question)) is None or AMOUNT.search(plain(passage)) is not None


def plain(text: str) -> str:
    """Small letters without accents."""
    decomposed = unicodedata.normalize("NFKD", text.casefold().replace("\u2019", "'"))
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))
