"""A yes with conditions, in quotation or about something else agrees to nothing that is written."""

from __future__ import annotations

import pytest

from voice_agent.conversation import commands as c
from voice_agent.conversation.actions import Understand
from voice_agent.conversation.expectation import Expectation
from voice_agent.journeys.agreeing import says_nothing_else
from voice_agent.understanding.local import commands_for

PROPOSAL = ("Fibre router, thank you.", "Shall I book the return of your fibre router?")
SPANISH = ("Le ofrezco el lunes.", "¿Reservo la devolución del router?")


def agrees(text: str, language: str = "en") -> bool:
    commands = commands_for(Understand(1, 1, text, (), "", Expectation("yes_no"), language), None)
    yes = [command for command in commands if isinstance(command, c.Affirm)]
    proposal = PROPOSAL if language == "en" else SPANISH
    return bool(yes) and says_nothing_else(yes[0].besides, proposal)


@pytest.mark.parametrize(
    "text",
    [
        "yes",
        "Yes, please.",
        "yeah go ahead",
        "Yes, book it, thank you!",
        "yes, I want to return the fibre router",
        "okay, that's fine, do it",
        "Sure, sounds good.",
        "yes thanks, bye",
        "exactly that one, yes",
    ],
)
def test_a_plain_yes_agrees(text: str) -> None:
    assert agrees(text)


@pytest.mark.parametrize(
    "text",
    [
        "What would happen if I said yes?",
        "My husband said yes, but I still have to think about it.",
        "Yes? What is it?",
        "Yes, but only if I can be out tomorrow.",
        "Only if it costs 20 dollars, then yes.",
        "I'll probably say yes next week.",
        "I can't say yes to that.",
        "yes please, a person",
        "Yes, I'm back, sorry. What were we doing?",
        "Yes, but it's 14 Baker Street.",
        "Yes, no wait, I want to keep it.",
        "I don't want to return the router, yes, you heard right.",
        "no no no yes",
        "I am absolutely furious",
        "yes, one moment",
        "the word yes",
    ],
)
def test_a_yes_with_anything_else_does_not(text: str) -> None:
    assert not agrees(text)


@pytest.mark.parametrize(("text", "agreed"), [("sí, por favor", True), ("sí, pero solo si es gratis", False)])
def test_it_is_the_same_in_spanish(text: str, agreed: bool) -> None:
    assert agrees(text, "es") is agreed
