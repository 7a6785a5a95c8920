"""What a question asks for, and whether a passage has it: a price is not answered without an amount, and hardly any
question by an article that has none of its words."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from voice_agent.journeys.articles import Article, Passage
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


IN_OTHER_WORDS: Final = 0.8
"""From this likelihood on, a passage answers a question that it shares no word with."""
_ALIKE: Final = 5
"""Words that begin with the same so many letters are one word here: "automatic", "automatically"."""


def can_answer(question: str, language: str, article: Article, passage: Passage, score: float) -> bool:
    """Whether `passage`, which is likely by `score` to answer `question`, has what is asked for."""
    if not has_what_is_asked_for(question, passage.text):
        return False
    return score >= IN_OTHER_WORDS or shares_a_word(question, language, article, passage)


def shares_a_word(question: str, language: str, article: Article, passage: Passage) -> bool:
    """Whether anything of what the question is about is in the passage, its heading, or the article's title and
    questions. A question that is about nothing, or in a language without a table, passes."""
    empty = _SAYS_NOTHING.get(language)
    about = [] if empty is None else [word for word in telling_words(question, language) if word not in empty]
    held = telling_words(" ".join((article.title, *article.questions, passage.heading, passage.text)), language)
    beginnings = {word[:_ALIKE] for word in held}
    return not about or any(word[:_ALIKE] in beginnings or word.removesuffix("s") in held for word in about)


def has_what_is_asked_for(question: str, passage: str) -> bool:
    """False where a price is asked for and `passage` names none, nor says that it is free. English and Spanish."""
    return PRICE.search(plain(question)) is None or AMOUNT.search(plain(passage)) is not None


def plain(text: str) -> str:
    """Small letters without accents."""
    decomposed = unicodedata.normalize("NFKD", text.casefold().replace("\u2019", "'"))
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))
