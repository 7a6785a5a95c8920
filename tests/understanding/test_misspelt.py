"""Yes and no as recognisers misspell them, only where they were asked for, and yes only where nothing else is said."""

from __future__ import annotations

import pytest

from voice_agent.conversation.actions import Understand
from voice_agent.conversation.commands import Affirm, AnyCommand, CorrectSlot, Deny, SetSlot
from voice_agent.conversation.expectation import OPEN, Choice, Expectation, SlotView
from voice_agent.understanding.local import commands_for, needs_judging

ACCOUNT = SlotView("account", "digits", 8, value="55012479")
DAY = SlotView("day", "choice", choices=(Choice("a", ("monday",)), Choice("b", ("tuesday",)), Choice("c", ("friday",))))
PROPOSED = Expectation("yes_no")
READ_BACK = Expectation("yes_no", ACCOUNT, "account", (ACCOUNT,))
CHOOSING = Expectation("choice", DAY)


def turn(text: str, expectation: Expectation, language: str = "en") -> Understand:
    return Understand(1, 1, text, (), "", expectation, language)


def understood(text: str, expectation: Expectation) -> tuple[AnyCommand, ...]:
    return commands_for(turn(text, expectation), None)


@pytest.mark.parametrize("text", ["Know.", "know", "Note.", "Know, thanks.", "Um, know", "Know, that's wrong"])
@pytest.mark.parametrize("expectation", [PROPOSED, READ_BACK])
def test_know_is_no_where_yes_or_no_was_asked_for(text: str, expectation: Expectation) -> None:
    (command,) = understood(text, expectation)
    assert isinstance(command, Deny)


@pytest.mark.parametrize("text", ["Yet.", "yet", "Write.", "That's write.", "Yeah, write"])
@pytest.mark.parametrize("expectation", [PROPOSED, READ_BACK])
def test_yet_and_write_are_yes_where_nothing_else_is_said(text: str, expectation: Expectation) -> None:
    assert understood(text, expectation) == (Affirm(),)
    assert not needs_judging(turn(text, expectation))


def test_know_before_a_choice_is_no_to_another_and_its_words_are_those_that_were_heard() -> None:
    (command,) = understood("Know, the second one", CHOOSING)
    assert isinstance(command, SetSlot)
    assert (command.value, command.raw) == ("b", "Know, the second one")


def test_a_value_of_yes_or_no_has_the_words_that_were_heard() -> None:
    asked = Expectation("yes_no", SlotView("member", "yes_no"))
    assert understood("Note.", asked) == (SetSlot("member", value=False, raw="Note.", score=0.95),)


def test_know_before_a_correction_corrects() -> None:
    (command,) = understood("Know, it's 55012470", READ_BACK)
    assert isinstance(command, CorrectSlot)
    assert command.value == "55012470"


@pytest.mark.parametrize(
    ("text", "expectation"),
    [
        ("know", OPEN),
        ("yet", OPEN),
        ("write", OPEN),
        ("yet", CHOOSING),
        ("not yet", PROPOSED),
        ("I don't know", PROPOSED),
        ("know what it costs", PROPOSED),
        ("write it to me", PROPOSED),
        ("has it come yet", PROPOSED),
    ],
)
def test_elsewhere_the_words_mean_themselves(text: str, expectation: Expectation) -> None:
    commands = understood(text, expectation)
    assert Affirm() not in commands
    assert Deny() not in commands or text == "not yet"


def test_other_languages_are_left_alone() -> None:
    assert commands_for(turn("yet", PROPOSED, "es"), None) != (Affirm(),)
