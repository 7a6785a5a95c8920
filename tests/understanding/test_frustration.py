"""How annoyed callers sound by their words, and questions told from wishes by their form."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice_agent.understanding.frustration import frustration_in
from voice_agent.understanding.question_forms import asks_for_facts, questions_in

ANNOYED = [
    ("high", "en", "what the hell is wrong with you|you are useless|I will sue you|this is outrageous|"
        "you bunch of idiots"),
    ("medium", "en", "this is ridiculous|I'm fed up|this is the third time I call|you're not listening|"
        "I already told you that|I've been on hold for an hour|what a joke|THIS DOES NOT WORK|terrible service"),
    ("low", "en", "I'm still waiting|I'm a bit annoyed|that's disappointing|not very happy with this|oh come on"),
    ("high", "es", "esto es una estafa, ladrones|son unos inútiles|voy a denunciarles|vaya mierda de servicio"),
    ("medium", "es", "estoy harto|es la tercera vez que llamo|ya se lo he dicho|qué servicio pésimo|nadie me ayuda"),
    ("low", "es", "sigo esperando|estoy un poco molesto|no estoy contento|llevo tres semanas esperando"),
]  # fmt: skip
CALM = [
    ("en", "where is my order|I'm not angry|thanks that was very helpful|no|my number is 5501|it is the second one|OK"),
    ("es", "dónde está mi pedido|no estoy enfadado|muchas gracias|quiero pagar mi factura|es el segundo"),
]


def flat(table: list[tuple[str, str, str]]) -> list[tuple[str, str, str]]:
    return [(level, language, text) for level, language, texts in table for text in texts.split("|")]


@pytest.mark.parametrize(("level", "language", "text"), flat(ANNOYED))
def test_annoyance_has_a_level(level: str, language: str, text: str) -> None:
    assert frustration_in(text, language) == level


@pytest.mark.parametrize(("language", "text"), [(language, t) for language, texts in CALM for t in texts.split("|")])
def test_calm_words_show_none(language: str, text: str) -> None:
    assert frustration_in(text, language) is None


@pytest.mark.parametrize(
    ("language", "text", "question"),
    [
        ("en", "what are your opening hours", True),
        ("en", "Hi, I was wondering if you ship abroad", True),
        ("en", "do you open on Sundays", True),
        ("en", "can you tell me how that works", True),
        ("en", "and is there a fee?", True),
        ("en", "can you cancel my order", False),
        ("en", "can I return my router", False),
        ("en", "I want to pay my bill", False),
        ("en", "my router is broken", False),
        ("es", "¿qué horario tienen?", True),
        ("es", "cuánto cuesta el envío", True),
        ("es", "quería saber si abren los domingos", True),
        ("es", "quiero pagar la factura", False),
        ("es", "puedo devolver el router", False),
    ],
)
def test_a_question_is_told_from_a_wish(language: str, text: str, question: bool) -> None:
    assert (questions_in(text, language) != "") is question


def test_only_the_clause_that_asks_is_the_question() -> None:
    assert questions_in("Yes, that's right. And when do you open on Sundays?") == "And when do you open on Sundays?"


def test_a_question_about_facts_is_not_a_wish_to_do_it() -> None:
    assert asks_for_facts("how long does a return take")
    assert asks_for_facts("¿cuánto tarda una devolución?", "es")
    assert not asks_for_facts("how do I return an item")
    assert not asks_for_facts("where is my order")


@given(st.text(max_size=120), st.sampled_from(["en", "es", "xx"]))
def test_any_text_is_judged_and_the_same_every_time(text: str, language: str) -> None:
    assert frustration_in(text, language) == frustration_in(text, language)
    assert questions_in(text, language) == questions_in(text, language)
