"""Another than the present value, and none named; and reasons that come with a no."""

from __future__ import annotations

import msgspec
import pytest

from voice_agent.conversation.actions import Understand
from voice_agent.conversation.commands import (
    Affirm,
    AnyCommand,
    CorrectSlot,
    Deny,
    Goodbye,
    NotUnderstood,
    SetSlot,
    StartJourney,
    Thank,
)
from voice_agent.conversation.expectation import OPEN, Choice, Expectation, Setting, SlotView
from voice_agent.understanding.act_kinds import Act
from voice_agent.understanding.local import commands_for
from voice_agent.understanding.wishes import Judgement

DAY = SlotView("from_day", "date", value="2026-04-03")
REASONS = (Choice("moving", ("i'm moving",)), Choice("other", ("other", "no reason")))
WHY = SlotView("why", "choice", choices=REASONS, value="moving")
ACCOUNT = SlotView("account", "digits", 8, value="55012479")
CHOICE = SlotView("opening", "choice", choices=(Choice("a", ("monday at eight",)), Choice("b", ("tuesday at ten",))))
SETTING = Setting("2026-03-04T10:00:00+00:00")
NO_MORE = StartJourney("move_appointment", 0.5)


def understood(text: str, expectation: Expectation, *wishes: StartJourney) -> tuple[AnyCommand, ...]:
    return commands_for(Understand(1, 1, text, (), "", expectation), Judgement(journeys=wishes))


@pytest.mark.parametrize("text", ["no, I want another day", "no, a different date please", "Is there some other day?"])
def test_another_day_takes_back_the_one_there_is(text: str) -> None:
    commands = understood(text, Expectation("yes_no", None, None, (DAY, ACCOUNT), SETTING))
    assert [(each.slot, each.value) for each in commands if isinstance(each, CorrectSlot)] == [("from_day", None)]
    assert (Deny() in commands) is text.startswith("no")


def test_another_day_that_is_named_is_that_day() -> None:
    commands = understood("no, another day, the day is April 5th", Expectation("yes_no", None, None, (DAY,), SETTING))
    assert [(each.slot, each.value) for each in commands if isinstance(each, CorrectSlot)] == [
        ("from_day", "2026-04-05")
    ]


def test_another_day_is_no_other_reason() -> None:
    assert understood("no, I want another day for that", Expectation("yes_no", None, None, (WHY,), SETTING)) == (
        Deny("another day"),
    )


@pytest.mark.parametrize(
    "expectation",
    [
        Expectation("yes_no"),
        Expectation("yes_no", ACCOUNT, "account", (ACCOUNT,)),
        Expectation("choice", CHOICE),
    ],
)
@pytest.mark.parametrize(
    "text",
    ["No, I'm in the middle of a meeting", "No, I'm driving right now", "no, I can't talk now", "No, I am at work"],
)
def test_a_reason_said_with_no_is_neither_a_wish_nor_a_yes(text: str, expectation: Expectation) -> None:
    assert understood(text, expectation, NO_MORE) == (Deny(),)


def test_an_unsure_wish_said_with_no_to_a_read_back_is_none() -> None:
    read_back = Expectation("yes_no", ACCOUNT, "account", (ACCOUNT,))
    assert Affirm() not in understood("no, the visit of my aunt from Boston", read_back, NO_MORE)
    assert NO_MORE not in understood("no, the visit of my aunt from Boston", read_back, NO_MORE)
    sure = StartJourney("move_appointment", 0.9)
    assert sure in understood("no, the visit of my aunt from Boston", read_back, sure)


def test_asked_what_should_be_different_a_value_needs_no_words_for_it() -> None:
    asked = Expectation("open", None, None, (DAY, ACCOUNT), SETTING)
    assert not any(isinstance(each, CorrectSlot) for each in understood("the fifth of April", asked))
    changing = msgspec.structs.replace(asked, changing=True)
    (command,) = understood("the fifth of April", changing)
    assert isinstance(command, CorrectSlot)
    assert (command.slot, command.value) == ("from_day", "2026-04-05")


@pytest.mark.parametrize("text", ["none of those", "neither of them", "none of these, thanks"])
def test_none_of_those_is_no_and_no_wish(text: str) -> None:
    assert understood(text, Expectation("choice", CHOICE), NO_MORE)[0] == Deny()


def test_in_the_middle_of_something_only_a_clear_wish_begins_another() -> None:
    choosing = Expectation("choice", CHOICE)
    assert understood("can I get it sooner than that", choosing, StartJourney("change_plan", 0.58)) == (
        NotUnderstood("unclear"),
    )
    clear = StartJourney("change_plan", 0.7)
    assert understood("can I get it sooner than that", choosing, clear) == (clear,)


def test_an_answer_that_does_not_fit_is_unclear_and_not_beyond_the_agent() -> None:
    asked = Expectation("value", SlotView("day", "date"), None, (), SETTING)
    assert commands_for(Understand(1, 1, "anytime next week", (), "", asked), Judgement()) == (
        NotUnderstood("unclear"),
    )
    far = "please reserve tables in restaurants downtown"
    assert commands_for(Understand(1, 1, far, (), "", asked), Judgement()) == (NotUnderstood("out_of_scope"),)


@pytest.mark.parametrize("text", ["so what should I do", "what do I do", "what can I do about that"])
def test_a_question_that_ends_in_i_do_is_no_yes(text: str) -> None:
    assert not any(isinstance(each, Affirm) for each in understood(text, Expectation("yes_no")))


def test_thanks_along_with_yes_are_kept() -> None:
    assert understood("okay thanks", Expectation("yes_no")) == (Affirm(), Thank())


@pytest.mark.parametrize(
    "text", ["when does Monday start", "how much is the one at eight", "why not on tuesday", "where is that"]
)
def test_a_question_about_the_choices_is_no_answer(text: str) -> None:
    commands = understood(text, Expectation("choice", CHOICE))
    assert not any(isinstance(each, SetSlot) for each in commands)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("what about the second one", "b"),
        ("how about monday", "a"),
        ("can I have the first one?", "a"),
        ("tuesday?", "b"),
    ],
)
def test_a_choice_may_be_asked_for(text: str, value: str) -> None:
    (command,) = understood(text, Expectation("choice", CHOICE))
    assert isinstance(command, SetSlot)
    assert command.value == value


def test_a_good_bye_that_is_only_guessed_ends_nothing_in_the_middle() -> None:
    guessed = Judgement(acts=(Act.GOODBYE,))
    said = "I do not need him any more"
    asked = Expectation("choice", CHOICE)
    assert Goodbye() not in commands_for(Understand(1, 1, said, (), "", asked), guessed)
    assert Goodbye() in commands_for(Understand(1, 1, said, (), "", OPEN), guessed)
