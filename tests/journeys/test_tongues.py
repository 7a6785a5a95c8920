"""Over to another language: when asked, or heard in it: a sentence, or twice a few words; in writing once."""

from __future__ import annotations

import pytest

from tests.journeys.dialogue import Dialogue, load_example, riverside_database, riverside_tools, wants
from voice_agent.conversation.commands import NotUnderstood, SpeakLanguage
from voice_agent.journeys.engine_events import TurnUnderstood


def call(channel: str = "phone") -> Dialogue:
    made = Dialogue(load_example(), riverside_tools(riverside_database()), channel=channel)
    made.starts()
    return made


def test_who_asks_for_a_language_gets_it_with_the_open_question_at_once() -> None:
    talk = call()
    talk.says("where is my order", wants("track_order"))
    said = talk.says("¿Habla español?", SpeakLanguage("es"))
    assert said.startswith("Claro, sigamos en español.")
    assert "cuenta" in said
    assert talk.engine.language == "es"
    assert talk.engine.expectation.setting.language == "es"
    assert talk.says("in English please", SpeakLanguage("en")).startswith("Sure, let's go on in English.")


def test_a_language_that_the_agent_does_not_speak_is_owned_up_to() -> None:
    talk = call()
    talk.says("where is my order", wants("track_order"))
    said = talk.says("do you speak German", SpeakLanguage("de"))
    assert said.startswith("I'm sorry, I don't speak that language.")
    assert "account number" in said
    assert talk.engine.language == "en"


def heard_in(talk: Dialogue, *languages: str | None) -> list[str]:
    spoken = []
    for turn, language in enumerate(languages, start=1):
        talk.feed(TurnUnderstood(turn, "mi pedido, hola", (NotUnderstood("unclear"),), language=language))
        spoken.append(talk.engine.language)
    return spoken


@pytest.mark.parametrize(
    ("languages", "spoken"),
    [
        (("es", "es"), ["en", "es"]),
        (("es", None, "es"), ["en", "en", "es"]),
        (("es", "en", "es", "es"), ["en", "en", "en", "es"]),
        (("de", "de", "de"), ["en", "en", "en"]),
        (("es", "es", "en", "es"), ["en", "es", "es", "es"]),
    ],
)
def test_on_the_phone_a_caller_has_to_be_heard_in_it_twice(
    languages: tuple[str | None, ...], spoken: list[str]
) -> None:
    assert heard_in(call(), *languages) == spoken


def test_a_sentence_is_enough_on_the_phone_too() -> None:
    talk = call()
    talk.feed(TurnUnderstood(1, "¿Dónde está mi pedido?", (NotUnderstood("unclear"),), language="es"))
    assert talk.engine.language == "es"


def test_in_writing_once_is_enough() -> None:
    assert heard_in(call("text"), "es", "en") == ["es", "en"]
