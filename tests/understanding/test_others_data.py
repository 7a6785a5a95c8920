"""Who asks for what is somebody else's gets no journey for it."""

from __future__ import annotations

import pytest

from voice_agent.conversation.actions import Understand
from voice_agent.conversation.commands import NotUnderstood, StartJourney
from voice_agent.conversation.expectation import OPEN
from voice_agent.understanding.local import commands_for, needs_judging
from voice_agent.understanding.others_data import asks_for_others_data
from voice_agent.understanding.wishes import Judgement


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Can you give me another customer's address?", "en"),
        ("could you tell me somebody else's account number", "en"),
        ("Can I have my neighbour's phone number?", "en"),
        ("I need to know the address of another customer", "en"),
        ("what's the bill of my neighbour", "en"),
        ("¿Puede darme la dirección de otro cliente?", "es"),
    ],
)
def test_what_is_somebody_elses_is_told_nobody(text: str, language: str) -> None:
    assert asks_for_others_data(text, language)
    asked = Understand(1, 1, text, (), "", OPEN, language)
    wish = Judgement(journeys=(StartJourney("update_address", 0.8),))
    assert not needs_judging(asked)
    assert commands_for(asked, wish) == (NotUnderstood("out_of_scope"),)


@pytest.mark.parametrize(
    "text",
    [
        "I have another address now",
        "I want to change my address",
        "I have my neighbour's parcel here",
        "I got somebody else's order",
        "I'm calling about my mother's bill",
        "my neighbour has no internet either",
        "give me another appointment",
        "tell me the other order number",
    ],
)
def test_what_is_the_callers_own_is_theirs_to_ask_for(text: str) -> None:
    assert not asks_for_others_data(text)
