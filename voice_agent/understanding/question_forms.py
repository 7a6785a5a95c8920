"""Tells a question from a wish by its form: "do you open on Sundays" wants to know, "can you cancel it" wants done.

Goes by how a clause begins; whether a journey answers it is for the router to say.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from voice_agent.understanding.words import fold_accents, normalise

_CLAUSES: Final = re.compile(r"(?<=[.?!;])\s+|\s+(?=¿)")

_BEFORE: Final[Mapping[str, str]] = {
    "en": r"(?:(?:hi|hello|hey|good (?:morning|afternoon|evening)|there|um|uh|well|so|and|but|also|oh|okay|ok|"
    r"yes|yeah|"
    r"no|sorry|please|just|actually|quick question|one (?:more )?(?:question|thing)|(?:just )?(?:out of curiosity|"
    r"before (?:that|i do that|we go on))|by the way|first|wait) )*",
    "es": r"(?:(?:hola|buenos dias|buenas(?: tardes| noches)?|eh|bueno|pues|y|pero|tambien|oiga|oye|mire|mira|si|no|"
    r"perdon|disculpe|disculpa|por favor|una (?:pregunta|duda|consulta)|por cierto|antes|vale) )*",
}
_ASKS: Final[Mapping[str, str]] = {
    "en": r"(?:"
    r"(?:what|whats|when|whens|where|wheres|why|whys|who|whos|which|whose|how|hows)\b|"
    r"(?:is|are|was|were|does|do|did|has|have|will|am|should|must|isnt|arent|dont|doesnt|wont) "
    r"(?:it|there|that|this|these|those|you|we|they|i|my|your|the|a|an|he|she|anyone|anybody|any|all|everyone)\b|"
    r"(?:can|could|may|would) (?:i|we|they|it|that|this|he|she|my|your|the|anyone|people|one)\b|"
    r"(?:can|could|would|will) you (?:please |just |maybe )?(?:tell|explain|say|let me know|clarify|remind)\b|"
    r"(?:i (?:was|am|m)|im|just) (?:just )?(?:wondering|curious)|i wonder|"
    r"(?:i|id|i would|i just)(?: want| wanted| like| need| would like)* to (?:know|ask|find out|check)"
    r"(?: (?:if|whether|what|when|where|why|how|who|which|about))\b|"
    r"do you know|any idea|tell me (?:what|when|where|why|how|who|which|if|about)|"
    r"(?:im|i am) not sure (?:what|when|where|how|if|whether)|is it (?:possible|true|ok|okay|allowed)"
    r")",
    "es": r"(?:"
    r"(?:a |de |con |en |por |para |desde |hasta )?(?:que|cual|cuales|cuando|cuanto|cuanta|cuantos|cuantas|"
    r"donde|adonde|"
    r"como|quien|quienes)\b(?! (?:no|si)$)|por que|"
    r"(?:hay|tienen|tiene|teneis|tienes|ofrecen|venden|hacen|abren|cierran|aceptan|envian|cobran|puedo|podemos|"
    r"se puede|"
    r"se pueden|es posible|es verdad|es cierto|es gratis|esta permitido|existe|necesito saber|hace falta|tengo que|"
    r"debo|sabe|sabes|saben)\b|"
    r"(?:me )?(?:puede|puedes|podria|podrias) (?:decirme|explicarme|decir|explicar|aclarar|aclararme|informarme)|"
    r"(?:quiero|quisiera|queria|me gustaria|necesito) (?:saber|preguntar|consultar)|(?:digame|dime|expliqueme) "
    r"(?:que|cual|cuando|cuanto|donde|como|si)|me preguntaba"
    r")",
}
_FACTS: Final[Mapping[str, str]] = {
    "en": r"\b(?:policy|policies|terms|rules|opening (?:hours|times)|open|how long (?:does|do|is|are|will|would)|"
    r"how much (?:does|do|is|are|will|would)|how many|what happens (?:if|when)|do i (?:have|need) to|is there a "
    r"(?:fee|charge|limit|minimum|maximum|deadline)|am i allowed|is it (?:possible|allowed|free|ok|okay)|"
    r"what does .* mean|what (?:does|do|would|will) .* cost|(?:which|what) (?:\w+ ){0,3}(?:is|are) the (?:\w+est|most|"
    r"least)|"
    r"difference between|do you (?:offer|have|sell|accept|charge|support|ship|deliver))\b",
    "es": r"\b(?:politica|condiciones|horario|horarios|cuanto (?:tiempo|tarda|dura|cuesta|vale|cobran)|cuantos|"
    r"cuantas|"
    r"que pasa si|que ocurre si|tengo que|hay que|hay (?:algun|alguna) (?:coste|cargo|limite|minimo|plazo)|"
    r"es (?:posible|gratis)|que significa|diferencia entre|(?:ofrecen|venden|aceptan|cobran|envian|tienen))\b",
}
_WHAT: Final[Mapping[str, str]] = {
    "en": r"(?:when|where|why|how (?!about\b)|what(?:s|re)? (?!about\b|if\b)|which .*\b(?:is|are)\b)",
    "es": r"(?:cuando|cuanto|cuanta|donde|por que|como|(?:a |de |en )?que (?!tal\b))",
}
_REQUEST: Final[Mapping[str, str]] = {
    "en": r"(?:can|could|may) i (?:please |just |maybe )?(?:cancel|return|change|track|order|buy|book|pay|get|"
    r"have|make|speak|"
    r"talk|close|open|move|upgrade|report|update|reschedule|send|add|remove|check)\b",
    "es": r"(?:puedo|podria|se puede) (?:cancelar|devolver|cambiar|pedir|comprar|reservar|pagar|hablar|cerrar|"
    r"abrir|anular|"
    r"mover|modificar|consultar|ver)\b",
}


def questions_in(text: str, language: str = "en") -> str:
    """The clauses of `text` that ask to know something, as they were said; empty where none does."""
    return " ".join(clause for clause in _CLAUSES.split(text.strip()) if clause and _asks(clause, language)).strip()


def asks_what(text: str, language: str = "en") -> bool:
    """Whether the turn is nothing but a question of when, where, why, how or what: no answer, whatever word of one it
    has ("when does it start"). "What about the first one" is one."""
    tongue = _tongue(language)
    clauses = [clause for clause in _CLAUSES.split(text.strip()) if clause.strip()]
    return bool(clauses) and all(_asks_what(clause, tongue) for clause in clauses)


def _asks_what(clause: str, tongue: str) -> bool:
    plain = _plain(clause, tongue)
    begun = re.match(_BEFORE[tongue], plain + " ")
    return re.match(_WHAT[tongue], plain[begun.end() :] if begun is not None else plain) is not None


def asks_for_facts(text: str, language: str = "en") -> bool:
    """Whether a question is about how things are in general ("how long does a return take"), not about doing one."""
    tongue = _tongue(language)
    found = questions_in(text, language)
    return found != "" and re.search(_FACTS[tongue], _plain(found, tongue)) is not None


def _asks(clause: str, language: str) -> bool:
    tongue = _tongue(language)
    plain = _plain(clause, tongue)
    begun = re.match(_BEFORE[tongue], plain + " ")
    body = plain[begun.end() :] if begun is not None else plain
    if re.match(_REQUEST[tongue], body) is not None:
        return re.search(_FACTS[tongue], body) is not None
    # Accents carry the question where Spanish is written with care: "que" is also "that".
    return re.match(_ASKS[tongue], body) is not None or (clause.rstrip().endswith("?") and len(body.split()) >= 2)


def _plain(text: str, tongue: str) -> str:
    return fold_accents(normalise(text)) if tongue == "es" else normalise(text)


def _tongue(language: str) -> str:
    return language if language in _ASKS else "en"
