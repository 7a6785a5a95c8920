"""Which voice says a sentence: one that speaks its language, or the agent's own, with one word to the log."""

from __future__ import annotations

import logging

import pytest

from tests.session.test_speaking import Face, NotingSynthesiser, run
from voice_agent.app.engines import voices_of
from voice_agent.clock import LoopClock
from voice_agent.config import Config, SpeechConfig
from voice_agent.conversation.actions import Say
from voice_agent.session.speaking import Mouth
from voice_agent.session.voices import Voices


def test_each_sentence_is_said_by_the_voice_of_its_language() -> None:
    spanish = NotingSynthesiser()

    async def play(face: Face) -> None:
        face.mouth.say(Say(1, 1, ("Hello.",), language="en"))
        face.mouth.say(Say(2, 1, ("Buenos días.",), language="es"))
        await face.lets_pass(3.0)

    class Bilingual(Face):
        def __init__(self) -> None:
            super().__init__()
            voices = {"en": self.synthesiser, "es": spanish}
            self.mouth = Mouth("c-1", self.synthesiser, LoopClock(), self.fed.append, voices)

    face = run(play, Bilingual)
    assert [text for text, _ in face.synthesiser.begun] == ["Hello."]
    assert [text for text, _ in spanish.begun] == ["Buenos días."]


def test_a_language_without_a_voice_is_logged_once(caplog: pytest.LogCaptureFixture) -> None:
    own, other = NotingSynthesiser(), NotingSynthesiser()
    voices = Voices("c-1", own, {"en": other})
    with caplog.at_level(logging.WARNING):
        assert [voices.speaking("es"), voices.speaking("es"), voices.speaking("en")] == [own, own, other]
    assert [record.getMessage() for record in caplog.records] == ["no voice speaks es: it is said as it is"]


def test_where_nothing_is_known_of_voices_nothing_is_said_of_them(caplog: pytest.LogCaptureFixture) -> None:
    own = NotingSynthesiser()
    assert Voices("c-1", own, {}).speaking("es") is own
    assert caplog.records == []


def test_the_catalogue_says_what_a_voice_speaks() -> None:
    voice = NotingSynthesiser()
    assert voices_of(Config(speech=SpeechConfig(synthesiser="hibari")), ("en", "es"), voice) == {"en": voice}
    both = {"en": voice, "es": voice}
    assert voices_of(Config(speech=SpeechConfig(synthesiser="scripted")), ("en", "es"), voice) == both
