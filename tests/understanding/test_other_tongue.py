"""Yes and no in another language than that spoken, where they were asked for and nothing else is said."""

from __future__ import annotations

import pytest

from voice_agent.conversation.actions import Understand
from voice_agent.conversation.commands import Affirm, AnyCommand, Deny, SetSlot
from voice_agent.conversation.expectation import OPEN, Expectation, SlotView
from voice_agent.understanding.completeness import completeness
from voice_agent.understanding.local import commands_for, needs_judging

ACCOUNT = SlotView("account", "digits", 8, value="55012479")
PROPOSED = Expectation("yes_no")
READ_BACK = Expectation("yes_no", ACCOUNT, "account", (ACCOUNT,))


def turn(text: str, language: str, expectation: Expectation) -> Understand:
    return Understand(1, 1, text, (), "", expectation, language)


def understood(text: str, language: str, expectation: Expectation) -> tuple[AnyCommand, ...]:
    return commands_for(turn(text, language, expectation), None)


@pytest.mark.parametrize("expectation", [PROPOSED, READ_BACK])
@pytest.mark.parametrize(
    ("language", "text"),
    [
        *(("en", text) for text in ("Sí.", "si", "Sí, claro.", "sí, correcto", "Claro que sí", "Vale", "es correcto")),
        *(("es", text) for text in ("Yes.", "yes please", "yeah", "Yes, that's right", "Sure", "That's correct.")),
    ],
)
def test_yes_in_another_language_is_yes(language: str, text: str, expectation: Expectation) -> None:
    assert understood(text, language, expectation) == (Affirm(),)
    assert not needs_judging(turn(text, language, expectation))


@pytest.mark.parametrize("expectation", [PROPOSED, READ_BACK])
@pytest.mark.parametrize(("language", "text"), [("en", "no, gracias"), ("es", "nope"), ("es", "no, thank you")])
def test_no_in_another_language_is_no(language: str, text: str, expectation: Expectation) -> None:
    assert Deny() in understood(text, language, expectation)


@pytest.mark.parametrize(("language", "text", "value"), [("en", "Sí", True), ("en", "claro que no", False)])
def test_a_value_of_yes_or_no_has_the_words_that_were_heard(language: str, text: str, value: bool) -> None:
    asked = Expectation("yes_no", SlotView("member", "yes_no"))
    assert understood(text, language, asked) == (SetSlot("member", value=value, raw=text, score=0.95),)


@pytest.mark.parametrize(
    ("language", "text", "expectation"),
    [
        ("en", "si", OPEN),
        ("en", "si mi hermano quiere", PROPOSED),
        ("en", "bueno", READ_BACK),
        ("es", "yes if it is free", PROPOSED),
        ("es", "me", PROPOSED),
    ],
)
def test_anything_else_agrees_to_nothing(language: str, text: str, expectation: Expectation) -> None:
    assert not any(isinstance(command, Affirm) for command in understood(text, language, expectation))


def test_such_an_answer_is_all_there_is_to_wait_for() -> None:
    assert completeness("Sí.", READ_BACK) == "complete"
