"""What callers say to themselves while they look for something, and what is an answer after all."""

from __future__ import annotations

import pytest

from voice_agent.conversation.expectation import OPEN, Expectation, SlotView
from voice_agent.understanding.murmurs import only_to_oneself

NUMBER = Expectation("digits", SlotView("number", "digits", length=8), holding=True)
NAME = Expectation("value", SlotView("name", "name"), holding=True)
YES_NO = Expectation("yes_no", holding=True)


@pytest.mark.parametrize(
    "text",
    [
        "Where is it?",
        "Let me see, where did I put it?",
        "It must be here somewhere.",
        "Hmm.",
        "No, that's not it.",
        "Okay, one second.",
        "Not that one. Come on.",
        "I know it's here.",
    ],
)
def test_who_looks_for_a_number_talks_to_themselves(text: str) -> None:
    assert only_to_oneself(text, NUMBER)
    assert only_to_oneself(text, OPEN)


@pytest.mark.parametrize(
    ("text", "expectation"),
    [
        ("", NUMBER),
        ("5501 2479", NUMBER),
        ("five five oh one two four seven nine", NUMBER),
        ("Where is it? Ah, 5501.", NUMBER),
        ("I can't find it.", NUMBER),
        ("I want to talk to a person.", NUMBER),
        ("Can you look it up by my name?", NUMBER),
        ("Goodbye.", NUMBER),
        ("Margaret Hill", NAME),
        ("Yes.", YES_NO),
        ("Okay.", YES_NO),
        ("No.", YES_NO),
        ("No.", NUMBER),
        ("Where is my order?", OPEN),
    ],
)
def test_an_answer_or_a_wish_is_none(text: str, expectation: Expectation) -> None:
    assert not only_to_oneself(text, expectation)
