"""Yes, no and the rest of what steers a conversation, in Spanish callers' words, with and without accents."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice_agent.understanding.act_kinds import Act
from voice_agent.understanding.act_tables import ACT_LANGUAGES
from voice_agent.understanding.dialogue_acts import is_backchannel, read_acts

PHRASES = {
    (Act.AFFIRM,): """sí|Si|Sí, por favor|vale|claro que sí|eso es|por supuesto|de acuerdo|correcto|Exacto.|así es|
        adelante|me parece bien|creo que sí|está bien|perfecto|sí, claro|tiene razón""",
    (Act.DENY,): """no|No, gracias|no es correcto|creo que no|eso está mal|ahora no|no hace falta|todavía no|
        para nada|no es ese|mejor no|equivocado|ninguno de los dos|no quiero cancelar""",
    (Act.REPEAT,): """¿puede repetirlo?|¿Cómo?|otra vez por favor|no le he entendido|¿me lo puedes repetir?|
        ¿qué ha dicho?|perdón, ¿cómo?|no te oigo bien|repítalo por favor""",
    (
        Act.REPEAT,
        Act.SLOWER,
    ): "¿me lo puedes repetir más despacio?|habla muy rápido|más despacio, por favor|no tan deprisa",
    (Act.REPEAT, Act.SPELL): "¿puede deletrearlo?|deletréelo por favor|letra por letra|¿cómo se escribe?",
    (Act.HOLD_ON,): """espere un momento|un segundo|déjeme mirar|déjame buscar el número|un momentito por favor|
        no cuelgue|lo estoy buscando""",
    (Act.WANT_HUMAN,): """quiero hablar con una persona|póngame con un agente|¿me puede pasar con alguien?|operador|
        no quiero hablar con una máquina|páseme con su supervisor|una persona por favor""",
    (Act.CANCEL,): "cancélalo|déjalo|ya no lo quiero|he cambiado de opinión|olvídelo|cancela eso",
    (Act.GOODBYE,): "adiós|hasta luego|eso es todo, gracias|chao|que tenga un buen día",
    (Act.DENY, Act.GOODBYE): "nada más|no, gracias, eso es todo",
    (Act.GREET,): "hola|buenos días|Hola, buenas tardes|¿hay alguien ahí?",
}
ASIDES = {
    Act.THANK: "gracias|muchas gracias por su ayuda|se lo agradezco",
    Act.UNSURE: "no lo sé|no me acuerdo|ni idea|no estoy seguro",
    Act.CORRECT: "perdón, quise decir|mejor dicho|me he equivocado",
}
CASES = [(acts, text.strip()) for acts, texts in PHRASES.items() for text in texts.split("|")]


@pytest.mark.parametrize(("acts", "text"), CASES)
def test_a_phrase_is_read(acts: tuple[Act, ...], text: str) -> None:
    assert read_acts(text, "es").acts == acts
    assert read_acts(text, "es").rest == ""


@pytest.mark.parametrize(("act", "text"), [(act, text) for act, texts in ASIDES.items() for text in texts.split("|")])
def test_an_aside_asks_for_nothing(act: Act, text: str) -> None:
    reading = read_acts(text, "es")
    assert act in reading.asides
    assert reading.acts == ()


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("¿dónde está mi pedido?", "donde esta mi pedido"),
        ("quiero cancelar mi contrato", "quiero cancelar mi contrato"),
        ("sí, pero es el otro", "otro"),
    ],
)
def test_what_no_phrase_covers_is_left_over(text: str, rest: str) -> None:
    assert read_acts(text, "es").rest == rest


def test_each_language_has_its_own_noises_of_listening() -> None:
    assert is_backchannel("ajá, claro", "es")
    assert not is_backchannel("ajá, claro", "en")
    assert not is_backchannel("quiero otra cosa", "es")


def test_a_language_without_a_table_is_read_as_english() -> None:
    assert read_acts("yes please", "fi") == read_acts("yes please", "en")


@given(st.text(max_size=80), st.sampled_from([*ACT_LANGUAGES, "xx"]))
def test_any_text_is_read_in_any_language(text: str, language: str) -> None:
    assert read_acts(text, language) == read_acts(text, language)
