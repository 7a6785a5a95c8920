"""Thanks, "what can you do", "call me back", and a no that says more than no: in callers' words, before any engine."""

from __future__ import annotations

import pytest

from voice_agent.conversation import commands as c
from voice_agent.conversation.actions import Understand
from voice_agent.conversation.expectation import OPEN, Choice, Expectation, SlotView
from voice_agent.understanding.act_kinds import Act
from voice_agent.understanding.dialogue_acts import read_acts
from voice_agent.understanding.local import commands_for, needs_judging
from voice_agent.understanding.turn_values import volunteered
from voice_agent.understanding.wishes import Judgement

YES_NO = Expectation("yes_no")
CALLS = Judgement((c.StartJourney("call_me", 0.9),))


def turn(text: str, expectation: Expectation = OPEN, language: str = "en") -> Understand:
    return Understand(1, 1, text, (), "", expectation, language)


@pytest.mark.parametrize("expectation", [OPEN, YES_NO])
@pytest.mark.parametrize(
    ("text", "language"), [("Thanks.", "en"), ("thank you so much", "en"), ("Cheers", "en"), ("gracias", "es")]
)
def test_thanks_are_thanks(text: str, language: str, expectation: Expectation) -> None:
    assert commands_for(turn(text, expectation, language), None) == (c.Thank(),)


@pytest.mark.parametrize("text", ["yes thanks", "no thanks", "thanks, bye"])
def test_thanks_with_something_else_are_that(text: str) -> None:
    assert c.Thank() not in commands_for(turn(text, YES_NO), None)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("What can you do?", "en"),
        ("what can you help me with", "en"),
        ("what can I ask you?", "en"),
        ("How can you help me?", "en"),
        ("Help.", "en"),
        ("can you help me", "en"),
        ("¿Qué puede hacer por mí?", "es"),
        ("¿en qué me puede ayudar?", "es"),
        ("ayuda", "es"),
    ],
)
def test_what_is_offered_is_asked_in_many_words(text: str, language: str) -> None:
    assert commands_for(turn(text, OPEN, language), None) == (c.AskWhatIsOffered(),)


@pytest.mark.parametrize("text", ["what can you do about my broken router", "can you help me pay my bill"])
def test_who_says_with_what_has_said_more(text: str) -> None:
    assert c.AskWhatIsOffered() not in commands_for(turn(text), None)
    assert needs_judging(turn(text))


CALL_BACKS = (
    "I want somebody to call me back",
    "Could you call me back please?",
    "can someone call me",
    "I'd like a callback",
    "I would like a colleague to ring me back",
)


@pytest.mark.parametrize("text", CALL_BACKS)
def test_a_call_back_is_asked_of_a_person_and_of_the_journey_that_is_surely_for_it(text: str) -> None:
    person = c.WantHuman(call_back=True)
    assert commands_for(turn(text), None) == (person,)
    assert commands_for(turn(text), CALLS) == (*CALLS.journeys, person)
    assert needs_judging(turn(text))
    unsure = Judgement((c.StartJourney("call_me", 0.6),))
    assert commands_for(turn(text), unsure) == (person,)


@pytest.mark.parametrize("text", ["I want somebody to call me back about my bill", "call me back because it is down"])
def test_who_says_what_a_call_back_is_about_wants_a_person(text: str) -> None:
    assert commands_for(turn(text), CALLS) == (c.WantHuman(call_back=True),)


def test_in_the_middle_of_something_a_call_back_is_a_persons() -> None:
    asked = Expectation("digits", SlotView("account", "digits", 8))
    assert commands_for(turn(CALL_BACKS[0], asked), CALLS) == (c.WantHuman(call_back=True),)


@pytest.mark.parametrize("text", ["don't call me back", "call me Maya", "you called me yesterday"])
def test_other_calls_are_no_call_back(text: str) -> None:
    assert not any(isinstance(one, c.WantHuman) for one in commands_for(turn(text), None))
    assert Act.CALL_BACK not in read_acts(text).acts


def test_in_spanish_too() -> None:
    assert commands_for(turn("quiero que me llame alguien", language="es"), None) == (c.WantHuman(call_back=True),)
    assert commands_for(turn("¿me pueden llamar?", language="es"), None) == (c.WantHuman(call_back=True),)


def test_a_person_now_is_a_person_now() -> None:
    assert commands_for(turn("I want to talk to somebody"), None) == (c.WantHuman(),)


def wish(score: float) -> Judgement:
    return Judgement((c.StartJourney("cancel_contract", score),))


def test_after_no_a_wish_must_be_sure_and_what_is_left_is_kept() -> None:
    text = "No, I want to use another card"
    assert commands_for(turn(text, YES_NO), wish(0.65)) == (c.Deny("use another card"),)
    assert commands_for(turn(text, YES_NO), wish(0.95)) == (c.Deny(), *wish(0.95).journeys)
    assert commands_for(turn("no thanks", YES_NO), None) == (c.Deny(),)


def test_a_single_word_after_no_may_be_a_wish() -> None:
    assert needs_judging(turn("no, I have a question about my bill", YES_NO))


@pytest.mark.parametrize(
    "text", ["no, thank you very much", "no that's all for today", "no thanks, you were a great help", "no I'm good"]
)
def test_a_polite_no_is_a_no(text: str) -> None:
    (no, *_) = commands_for(turn(text, YES_NO), Judgement())
    assert no == c.Deny()


MOVING = Choice("moving", ("I'm moving", "moving house", "moving"))
WHY = SlotView("why", "choice", None, (MOVING, Choice("other", ("x",))))
AHEAD = Expectation("open", None, None, (WHY,))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("I'm moving, so cancel my contract", True),
        ("I'm moving to another city", True),
        ("we are moving house next month", True),
        ("I'm moving my appointment to Friday", False),
        ("I am moving to another provider", False),
        ("we are moving on", False),
        ("no moving around the subject", False),
    ],
)
def test_what_is_done_to_something_is_no_reason_that_nobody_asked_for(text: str, said: bool) -> None:
    assert bool(volunteered(text, AHEAD)) is said


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("are you a robot?", "en"),
        ("wait, am I talking to a real person", "en"),
        ("is this a person or a machine", "en"),
        ("who are you", "en"),
        ("what's your name?", "en"),
        ("¿hablo con una máquina?", "es"),
        ("¿Es usted una persona de verdad?", "es"),
    ],
)
@pytest.mark.parametrize("expectation", [OPEN, YES_NO])
def test_who_speaks_is_asked(text: str, language: str, expectation: Expectation) -> None:
    assert commands_for(turn(text, expectation, language), None) == (c.AskWhoSpeaks(),)


@pytest.mark.parametrize("text", ["can I speak to a real person", "I want a human, not a robot"])
def test_a_person_is_still_asked_for(text: str) -> None:
    assert c.WantHuman() in commands_for(turn(text, OPEN), None)


def test_a_no_that_disagrees_says_so() -> None:
    (no,) = commands_for(turn("no, you are wrong", YES_NO), None)
    assert isinstance(no, c.Deny)
    assert no.besides != ""


def test_what_is_not_wanted_any_more_is_dropped() -> None:
    assert c.Cancel() in commands_for(turn("no no, I don't want to change it", YES_NO), None)


@pytest.mark.parametrize("text", ["can I ask you something", "I have a question."])
def test_who_announces_a_question_is_told_to_go_on(text: str) -> None:
    assert commands_for(turn(text, OPEN), None) == (c.Greet(),)


def test_a_wish_to_cancel_that_comes_with_a_value_is_kept() -> None:
    account = SlotView("account", "digits", 8)
    asked = Expectation("open", None, None, (account,))
    wish = c.StartJourney("cancel_contract", 0.9)
    commands = commands_for(turn("My account is 55012479, I'd like to cancel", asked), Judgement(journeys=(wish,)))
    assert wish in commands
