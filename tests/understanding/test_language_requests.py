"""A caller asks for another language, and nothing else."""

from __future__ import annotations

import pytest

from voice_agent.conversation.actions import Understand
from voice_agent.conversation.commands import SetSlot, SpeakLanguage
from voice_agent.conversation.expectation import Choice, Expectation, SlotView
from voice_agent.understanding.language_requests import language_asked_for
from voice_agent.understanding.local import commands_for


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("in Spanish please", "es"),
        ("Do you speak Spanish?", "es"),
        ("Sorry, can we continue in English?", "en"),
        ("¿Habla español?", "es"),
        ("Hola, ¿alguien habla castellano?", "es"),
        ("en inglés, por favor", "en"),
        ("Is there anyone who speaks German?", None),
        ("does anyone there speak German", "de"),
        ("I want my bill in Spanish", None),
        ("Spanish", None),
        ("I need a Spanish or an English invoice", None),
        ("where is my order", None),
        ("", None),
    ],
)
def test_a_language_is_asked_for_where_nothing_else_is_said(text: str, language: str | None) -> None:
    assert language_asked_for(text) == language


def test_it_is_a_command_but_where_a_language_is_what_is_chosen() -> None:
    asked = Understand(1, 1, "in Spanish please", (), "", Expectation())
    assert commands_for(asked, None) == (SpeakLanguage("es"),)
    slot = SlotView("course", "choice", choices=(Choice("es", ("Spanish",)), Choice("en", ("English",))))
    choosing = Understand(1, 1, "in Spanish please", (), "", Expectation("choice", slot))
    assert [type(command) for command in commands_for(choosing, None)] == [SetSlot]
