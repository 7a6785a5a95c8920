"""Questions that what was said answers: "when will it be fixed?" after "it should be mended in about 4 hours".

Decides which sentence of a journey is said once more, before any article is asked. A sentence answers only where it has
what is asked for (when: a time; why: a reason; how much: an amount) and where the question is about nothing but what
that journey has said, or what its callers say. Quoting an article forgets what was said before it, for "it" may be
about the quotation then.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final, Literal, TypeAlias

from voice_agent.journeys.asked_for import AMOUNT, PRICE, plain
from voice_agent.journeys.open_question import Asking, Told
from voice_agent.journeys.pack import Journey
from voice_agent.journeys.sentences import sentence_spans
from voice_agent.journeys.word_forms import word_forms

_Kind: TypeAlias = Literal["when", "why", "price"]
_KEPT: Final = 6
"""So many of the last texts are remembered."""

_ASKS_WHEN: Final = (
    r"when(?! (?:do|did|can|should|could|may|must) (?:i|we)\b)|how (?:long|soon|much longer)",
    r"(?:by|until|till|at) when|(?:by|at|around) what time|what time (?:will|does|do|are|is (?:he|she|the)|can)",
    r"cuando|hasta cuando|cuanto (?:tiempo|tarda\w*|falta\w*|dura\w*|va a tardar)|a que hora|para cuando",
)
_ASKS_WHY: Final = (
    r"why|how come|what (?:caused|causes|is causing)|whats causing|what (?:happened|went wrong)",
    r"what(?: is|'s|s| was) the (?:cause|reason|problem|matter)",
    r"por que|a que se debe|que (?:ha pasado|paso|lo causo)|cual es (?:la causa|el motivo|la razon|el problema)",
)
_NUMBER: Final = r"(?:\d+|an?|half an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|a few)"
_NUMERO: Final = r"(?:\d+|una?|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|once|doce)"
_TIMES: Final = (
    rf"{_NUMBER} (?:minutes?|hours?|days?|weeks?|months?)|today|tonight|tomorrow",
    r"(?:mon|tues|wednes|thurs|fri|satur|sun)day|january|february|march|april|june|july|august|september|october",
    r"november|december|\d{1,2}(?::\d\d)? ?[ap]\.?m|\d{1,2}:\d\d",
    rf"{_NUMERO} (?:minutos?|horas?|dias?|semanas?|mes(?:es)?)|hoy|manana",
    r"lunes|martes|miercoles|jueves|viernes|sabado|domingo|enero|febrero|marzo|abril|mayo|junio|julio|agosto",
    r"septiembre|octubre|noviembre|diciembre",
)
_REASONS: Final = (
    r"because|due to|caused by|the (?:reason|cause)",
    r"porque|debido a|a causa de|por culpa de|el motivo|la causa",
)


def _any_of(patterns: Iterable[str]) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(patterns)})\b")


_ASKED: Final[tuple[tuple[_Kind, re.Pattern[str]], ...]] = (
    ("price", PRICE),
    ("when", _any_of(_ASKS_WHEN)),
    ("why", _any_of(_ASKS_WHY)),
)
_HAS: Final[dict[_Kind, re.Pattern[str]]] = {"price": AMOUNT, "when": _any_of(_TIMES), "why": _any_of(_REASONS)}
_OF_US: Final = re.compile(r"\byou\b")
_POINTS: Final = re.compile(r"\b(?:it|it's|this|that|that's|they|them)\b")
"""A question with "you" and none of these is about who we are: "when are you working?"."""
_ASKED_OF_ANYTHING: Final = frozenset(
    word
    for language, text in (
        (
            "en",
            "fixed fix fixing repaired repair repairing mended solved sorted resolved restored restore done over back "
            "up running working work ready happen happened last end ended finished finish take takes come comes arrive "
            "start again long much time soon longer until caused causes causing cause reason problem matter wrong "
            "expect going now still today",
        ),
        (
            "es",
            "arreglado arreglan arreglar arreglaran reparado reparan repararan reparar solucionado solucionan resuelto "
            "listo vuelve volvera volver funciona funcionara funcionar tarda tardara tardaran tardar dura durara acaba "
            "acabara termina terminara llega llegara viene vendra empieza tiempo hora causa motivo problema pasado "
            "paso otra vez falta va debe todavia",
        ),
    )
    for word in word_forms(text, language)
)
"""Words that a question about anything may have."""


def remember(asking: Asking, text: str, journey: Journey) -> None:
    """A journey has said `text`."""
    if asking.told and asking.told[-1].text == text:
        return
    asking.told = (*asking.told, Told(text, journey))[-_KEPT:]


def told_already(asking: Asking, question: str, language: str) -> str | None:
    """The sentence that answers `question`, of the text that was said last; None where none does."""
    asked = plain(question)
    kind = next((kind for kind, pattern in _ASKED if pattern.search(asked) is not None), None)
    if kind is None:
        return None
    about = set(word_forms(question, language)) - _ASKED_OF_ANYTHING
    if not about and _OF_US.search(asked) is not None and _POINTS.search(asked) is None:
        return None
    for told in reversed(asking.told):
        fitting = [sentence for sentence in _sentences(told.text) if _HAS[kind].search(plain(sentence)) is not None]
        if fitting and about <= _subject(told, language):
            return max(fitting, key=lambda sentence: len(about & set(word_forms(sentence, language))))
    return None


def _sentences(text: str) -> list[str]:
    """Those that tell something, as they stand."""
    return [text[start:end] for start, end in sentence_spans(text) if not text[start:end].endswith("?")]


def _subject(told: Told, language: str) -> set[str]:
    """What is talked about: the words of the text and of those who want the journey."""
    return set(_forms((told.text, *told.journey.examples), language))


def _forms(texts: Iterable[str], language: str) -> Iterable[str]:
    return (form for text in texts for form in word_forms(text, language))
