"""Whole turns to commands."""

from __future__ import annotations

import msgspec
import pytest

from voice_agent.conversation.actions import Understand
from voice_agent.conversation.commands import (
    Affirm,
    AnyCommand,
    BeginSlot,
    Cancel,
    CorrectSlot,
    Deny,
    Goodbye,
    Greet,
    HoldOn,
    NotUnderstood,
    Repeat,
    SetSlot,
    ShowFrustration,
    StartJourney,
    WantHuman,
)
from voice_agent.conversation.expectation import OPEN, Choice, Expectation, Setting, SlotView
from voice_agent.understanding.local import commands_for, needs_judging
from voice_agent.understanding.wishes import Judgement

EMPTY_ACCOUNT = SlotView("account", "digits", 8)
ACCOUNT = SlotView("account", "digits", 8, value="55022479")
CHOICES = (Choice("4471", ("the router", "order 4471")), Choice("4479", ("the headphones", "order 4479")))
MORE = (*CHOICES, Choice("4480", ("the lamp", "order 4480")))
ORDER = SlotView("order", "choice", choices=CHOICES)
HELD_ORDER = SlotView("order", "choice", choices=CHOICES, value="4471")

ASK_ACCOUNT = Expectation(kind="digits", slot=EMPTY_ACCOUNT)
ASK_ORDER = Expectation(kind="choice", slot=ORDER, correctable=(ACCOUNT,))
CONFIRM_ACCOUNT = Expectation(kind="yes_no", slot=ACCOUNT, confirming="account")
CONFIRM_HELD = Expectation("yes_no", msgspec.structs.replace(ACCOUNT, value="55012479"), "account")
CONFIRM_ORDER = Expectation(kind="yes_no", confirming="order", correctable=(HELD_ORDER, ACCOUNT))
YES_NO = Expectation(kind="yes_no")
ASK_YES_NO = Expectation(kind="yes_no", slot=SlotView("wants_letter", "yes_no"))
ASK_TEXT = Expectation(kind="open", slot=SlotView("story", "text"))
ASK_COUNT = Expectation(kind="value", slot=SlotView("count", "number"))
ASK_DATE = Expectation(kind="value", slot=SlotView("day", "date"))
VOLUNTEER = Expectation(correctable=(EMPTY_ACCOUNT,))
EARLIER = Expectation(correctable=(ACCOUNT, ORDER))

START = StartJourney("track", 0.9)
TRACK = Judgement(journeys=(START,))
NOTHING = Judgement()


def asked(text: str, expectation: Expectation, alternatives: tuple[str, ...] = (), keys: str = "") -> Understand:
    return Understand(1, 1, text, alternatives, keys, expectation)


def commands(
    text: str,
    expectation: Expectation,
    *,
    alternatives: tuple[str, ...] = (),
    keys: str = "",
    judged: Judgement = TRACK,
) -> tuple[AnyCommand, ...]:
    turn = asked(text, expectation, alternatives, keys)
    return commands_for(turn, judged if needs_judging(turn) else None)


def brief(found: tuple[AnyCommand, ...]) -> list[tuple[object, ...]]:
    """Commands without raw texts and scores."""
    out: list[tuple[object, ...]] = []
    for command in found:
        match command:
            case SetSlot() | CorrectSlot():
                out.append((type(command), command.slot, command.value))
            case StartJourney():
                out.append((StartJourney, command.journey))
            case NotUnderstood():
                out.append((NotUnderstood, command.reason))
            case ShowFrustration():
                out.append((ShowFrustration, command.level))
            case Repeat(slower=True):
                out.append((Repeat, "slower"))
            case _:
                out.append((type(command),))
    return out


JOURNEY = (StartJourney, "track")
UNCLEAR = (NotUnderstood, "unclear")
TURNS: list[tuple[str, Expectation, list[tuple[object, ...]]]] = [
    ("five five oh one 2479", ASK_ACCOUNT, [(SetSlot, "account", "55012479")]),
    ("my account number is 5501 2479, thanks", ASK_ACCOUNT, [(SetSlot, "account", "55012479")]),
    ("it's 55012", ASK_ACCOUNT, [(BeginSlot,)]),
    ("hold on a second", ASK_ACCOUNT, [(HoldOn,)]),
    ("what?", ASK_ACCOUNT, [(Repeat,)]),
    ("slower please", ASK_ACCOUNT, [(Repeat, "slower")]),
    ("can I talk to a person", ASK_ACCOUNT, [(WantHuman,)]),
    ("banana", ASK_ACCOUNT, [UNCLEAR]),
    ("", ASK_ACCOUNT, [UNCLEAR]),
    ("actually I want to return my router", ASK_ACCOUNT, [JOURNEY]),
    ("yes", CONFIRM_ACCOUNT, [(Affirm,)]),
    ("No.", CONFIRM_ACCOUNT, [(Deny,)]),
    ("no it's 5 5 0 1 2 4 7 9", CONFIRM_ACCOUNT, [(CorrectSlot, "account", "55012479")]),
    ("no, zero one", CONFIRM_ACCOUNT, [(CorrectSlot, "account", "55012479")]),
    ("no, the last four are 2497", CONFIRM_ACCOUNT, [(CorrectSlot, "account", "55022497")]),
    ("yes, 5502 2479", CONFIRM_ACCOUNT, [(Affirm,)]),
    ("5501 2479", CONFIRM_ACCOUNT, [(CorrectSlot, "account", "55012479")]),
    ("yes, and I want to talk to a person", CONFIRM_ACCOUNT, [(Affirm,), (WantHuman,)]),
    ("correct but I also want to return my router", CONFIRM_ACCOUNT, [(Affirm,), JOURNEY]),
    ("the headphones", ASK_ORDER, [(SetSlot, "order", "4479")]),
    ("the second one", ASK_ORDER, [(SetSlot, "order", "4479")]),
    ("no, my account is 5501 2479", ASK_ORDER, [(CorrectSlot, "account", "55012479")]),
    ("sorry, 5501 2479", ASK_ORDER, [(CorrectSlot, "account", "55012479")]),
    ("one moment", ASK_ORDER, [(HoldOn,)]),
    ("no", ASK_ORDER, [(Deny,)]),
    ("no, the other order", CONFIRM_ORDER, [(CorrectSlot, "order", "4479")]),
    ("yes but it's the other order", CONFIRM_ORDER, [(CorrectSlot, "order", "4479")]),
    ("no the headphones", CONFIRM_ORDER, [(CorrectSlot, "order", "4479")]),
    ("yes the router", CONFIRM_ORDER, [(Affirm,)]),
    ("no wait, the account is 55012479", CONFIRM_ORDER, [(CorrectSlot, "account", "55012479")]),
    ("mm", CONFIRM_ORDER, [UNCLEAR]),
    ("yes please", ASK_YES_NO, [(SetSlot, "wants_letter", True)]),
    ("not really", ASK_YES_NO, [(SetSlot, "wants_letter", False)]),
    (
        "It came broken and nobody cares",
        ASK_TEXT,
        [(SetSlot, "story", "It came broken and nobody cares"), (ShowFrustration, "medium")],
    ),
    ("hold on", ASK_TEXT, [(HoldOn,)]),
    ("No, that's all, thank you. Goodbye.", ASK_TEXT, [(Goodbye,)]),
    ("It's about my bill, goodbye.", ASK_TEXT, [(SetSlot, "story", "It's about my bill, goodbye."), (Goodbye,)]),
    ("twenty two", ASK_COUNT, [(SetSlot, "count", 22)]),
    ("next friday", ASK_DATE, [JOURNEY]),
    ("no thanks", YES_NO, [(Deny,)]),
    ("no that's all", YES_NO, [(Deny,), (Goodbye,)]),
    ("no I want to return my router", YES_NO, [(Deny,), JOURNEY]),
    ("never mind", YES_NO, [(Cancel,)]),
    ("hello", OPEN, [(Greet,)]),
    ("hello, where is my order", OPEN, [JOURNEY]),
    ("sorry, where is my order", OPEN, [JOURNEY]),
    ("wait, I want to know where my order is", OPEN, [JOURNEY]),
    (
        "I want to track my order, my account number is 5501 2479",
        VOLUNTEER,
        [JOURNEY, (SetSlot, "account", "55012479")],
    ),
    ("I want to track the headphones", EARLIER, [JOURNEY, (SetSlot, "order", "4479")]),
    ("sorry, it's 5501 2479", EARLIER, [(CorrectSlot, "account", "55012479")]),
    ("it's 5501 2479 here", EARLIER, [JOURNEY]),
    ("track order 55", VOLUNTEER, [JOURNEY]),
    ("thanks, bye", OPEN, [(Goodbye,)]),
    ("yes", OPEN, [(Affirm,)]),
]


@pytest.mark.parametrize(("text", "expectation", "expected"), TURNS)
def test_a_turn_gives_its_commands(text: str, expectation: Expectation, expected: list[tuple[object, ...]]) -> None:
    assert brief(commands(text, expectation)) == expected


def test_a_second_hypothesis_is_read_where_the_best_holds_no_value() -> None:
    (command,) = commands("five five oh fun 2479", ASK_ACCOUNT, alternatives=("blah", "5501 2479"))
    assert isinstance(command, SetSlot)
    assert (command.value, command.score) == ("55012479", 0.8)


def test_the_other_of_three_takes_the_old_one_back_only() -> None:
    order = SlotView("order", "choice", choices=MORE, value="4471")
    found = commands("no, the other order", Expectation(kind="yes_no", slot=order, confirming="order"))
    assert brief(found) == [(CorrectSlot, "order", None)]


def test_sentences_that_no_journey_is_for_are_out_of_scope_and_fragments_unclear() -> None:
    assert commands("turn up the heating in paris", OPEN, judged=NOTHING) == (NotUnderstood("out_of_scope"),)
    assert commands("weather", OPEN, judged=NOTHING) == (NotUnderstood("unclear"),)


@pytest.mark.parametrize(
    ("keys", "expectation", "expected"),
    [
        ("55012479#", ASK_ACCOUNT, [(SetSlot, "account", "55012479")]),
        ("5501", ASK_ACCOUNT, [(BeginSlot,)]),
        ("2", ASK_ORDER, [(SetSlot, "order", "4479")]),
        ("9", ASK_ORDER, [UNCLEAR]),
        ("12", ASK_COUNT, [(SetSlot, "count", 12)]),
        ("1", ASK_YES_NO, [(SetSlot, "wants_letter", True)]),
        ("1", CONFIRM_ACCOUNT, [(Affirm,)]),
        ("55012480", CONFIRM_ACCOUNT, [(CorrectSlot, "account", "55012480")]),
        ("55012479#", CONFIRM_HELD, [(Affirm,)]),
        ("550124", CONFIRM_ACCOUNT, [UNCLEAR]),
        ("2", YES_NO, [(Deny,)]),
        ("0", OPEN, [(WantHuman,)]),
        ("#", OPEN, [UNCLEAR]),
        ("7", OPEN, [UNCLEAR]),
    ],
)
def test_keys_are_read_by_what_is_expected(
    keys: str, expectation: Expectation, expected: list[tuple[object, ...]]
) -> None:
    assert brief(commands("", expectation, keys=keys)) == expected


@pytest.mark.parametrize(
    ("text", "keys", "expected"),
    [
        ("it's five five oh one", "2479", [(SetSlot, "account", "55012479")]),
        ("5501", "2479#", [(SetSlot, "account", "55012479")]),
        ("five five oh one two four seven", "9", [(SetSlot, "account", "55012479")]),
        ("five five oh one", "55012479", [(SetSlot, "account", "55012479")]),
        ("my number is five five", "2479", [(BeginSlot,)]),
        ("five five oh one two", "2479", [(BeginSlot,)]),
        ("hang on", "2479", [(BeginSlot,)]),
        ("five five oh one two four seven nine", "#", [(SetSlot, "account", "55012479")]),
    ],
)
def test_figures_said_before_keys_join_them_where_that_makes_the_value_whole(
    text: str, keys: str, expected: list[tuple[object, ...]]
) -> None:
    assert brief(commands(text, ASK_ACCOUNT, keys=keys)) == expected


def test_what_the_words_may_also_have_been_is_tried_with_the_keys() -> None:
    found = commands("five five nine", ASK_ACCOUNT, alternatives=("five five oh one",), keys="2479")
    assert found == (SetSlot("account", "55012479", "five five oh one 2479", 1.0),)


def test_what_was_said_before_keys_counts_nowhere_else() -> None:
    assert brief(commands("five five oh one", CONFIRM_ACCOUNT, keys="1")) == [(Affirm,)]
    assert brief(commands("two", ASK_ORDER, keys="1")) == [(SetSlot, "order", "4471")]


def test_a_telephone_number_may_be_said_and_keyed() -> None:
    view = SlotView("phone", "phone")
    asked = Expectation("digits", view, setting=Setting("", "en", "US"))
    assert brief(commands("two one two five five five", asked, keys="0199")) == [(SetSlot, "phone", "+12125550199")]
    assert brief(commands("two one two", asked, keys="2125550199")) == [(SetSlot, "phone", "+12125550199")]


@pytest.mark.parametrize(
    ("text", "expectation", "needed"),
    [
        ("five five oh one 2479", ASK_ACCOUNT, False),
        ("yes", CONFIRM_ACCOUNT, False),
        ("a person please", OPEN, False),
        ("", OPEN, False),
        ("whatever I say is the text", ASK_TEXT, False),
        ("where is my order", OPEN, True),
        ("no I want to return my router", YES_NO, True),
    ],
)
def test_the_router_is_asked_only_where_grammar_leaves_something_over(
    text: str, expectation: Expectation, needed: bool
) -> None:
    assert needs_judging(asked(text, expectation)) is needed


@pytest.mark.parametrize(
    ("said", "expectation", "found"),
    [
        ("Thanks. And where is my order?", YES_NO, (START,)),
        ("Okay, where is my order?", YES_NO, (Affirm("where is my order"), START)),
        ("track my order", YES_NO, (START,)),
        ("where is my order?", ASK_ACCOUNT, (START,)),
        ("yes, my order", YES_NO, (Affirm("my order"),)),
    ],
)
def test_a_wish_of_few_words_is_heard_where_an_answer_is_waited_for(
    said: str, expectation: Expectation, found: tuple[AnyCommand, ...]
) -> None:
    assert commands(said, expectation) == found


def test_few_words_are_a_wish_only_where_the_journey_is_sure() -> None:
    vague = Judgement(journeys=(StartJourney("track", 0.6),))
    assert commands("where is my order?", YES_NO, judged=vague) == (NotUnderstood("unclear"),)


@pytest.mark.parametrize(
    ("written", "account"),
    [
        ("5501-2479.", "55012479"),
        ("It's 5501-2479.", "55012479"),
        ("7-812-3046", "78123046"),
        ("823-4-0965", "82340965"),
        ("3142 0987", "31420987"),
    ],
)
def test_an_account_number_as_the_recogniser_wrote_it_on_the_telephone(written: str, account: str) -> None:
    assert brief(commands(written, ASK_ACCOUNT)) == [(SetSlot, "account", account)]
