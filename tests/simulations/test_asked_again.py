"""Who is asked again for what was answered says it again: a person whose "yes" was lost on the way would."""

from __future__ import annotations

import asyncio

import msgspec
import pytest

from simulations.caller import ScriptedCaller
from simulations.caller_events import CallAnswered, HangUp, PressKeys, SpeakLine
from simulations.callers.asked_again import NOT_CAUGHT, Answered, asked_again
from simulations.callers.behaviour import Behaviour
from simulations.scenario import Answer, Interrupt, Limits, Line, Silence
from simulations.typist import ScriptedTypist
from tests.simulations.callers import Rehearsal, scenario_of

HELLO = Line(after="greeting", say="hello")
NUMBER = Line(when="account number", say="5501")
YES = Line(when="is that right", say="yes")
DONE = Line(when="anything else", hang_up=True)
READ_BACK = "That was 5501. Is that right?"


def asked_for_yes(*lines: Line, limits: Limits | None = None) -> Rehearsal:
    """A call in which the caller has just said yes to what was read back."""
    call = Rehearsal(HELLO, YES, *lines, limits=limits)
    call.agent_says("Welcome. How can I help?")
    call.spoken()
    assert call.agent_says(READ_BACK) == [SpeakLine("yes")]
    call.spoken()
    return call


@pytest.mark.parametrize(
    "asked", ["So that's 5501. Is that right?", "Are you still there?", "Sorry, I didn't catch that."]
)
def test_an_answer_that_was_lost_is_given_again_when_the_agent_asks_again(asked: str) -> None:
    call = asked_for_yes(DONE)
    assert call.agent_says(asked) == [SpeakLine("yes")]
    call.spoken()
    assert call.agent_says("Is there anything else?") == [HangUp("as the scenario says")]
    assert call.caller.unfinished is None


def test_an_answer_is_given_twice_more_at_most_and_patience_ends_as_before() -> None:
    call = asked_for_yes(DONE, limits=Limits(patience=6))
    for _ in range(2):
        assert call.agent_says(READ_BACK) == [SpeakLine("yes")]
        call.spoken()
    assert call.agent_says(READ_BACK) == []
    assert call.wait(6) == [HangUp("6 s of silence while waiting for the agent to say /anything else/")]


def test_what_another_line_waits_for_is_answered_by_that_line() -> None:
    call = asked_for_yes(Line(when="is that right", say="no"), DONE)
    assert call.agent_says(READ_BACK) == [SpeakLine("no")]


def test_a_line_that_answers_anything_goes_before_a_repetition() -> None:
    call = asked_for_yes(Line(after="agent", say="thanks"), DONE)
    assert call.agent_says(READ_BACK) == [SpeakLine("thanks")]


def test_who_stays_silent_on_purpose_is_not_made_to_speak() -> None:
    call = asked_for_yes(Line(on_silence=Silence(9_000), say="oh, yes"), DONE)
    assert call.agent_says(READ_BACK) == []
    assert call.wait(9) == [SpeakLine("oh, yes")]


@pytest.mark.parametrize(("asked", "said"), [("Is that right?", []), ("Are you still there?", [SpeakLine("stop")])])
def test_what_was_said_over_the_agent_answers_no_question_but_can_be_said_again(
    asked: str, said: list[SpeakLine]
) -> None:
    call = Rehearsal(HELLO, Line(interrupt=Interrupt(800), say="stop"), DONE)
    call.agent_says("Welcome.")
    call.spoken()
    began_us = call.now_us
    call.agent_starts()
    assert call.wait(1) == [SpeakLine("stop", over_agent=True)]
    call.agent_finishes("Is that right?", began_us)
    call.spoken()
    assert call.agent_says(asked) == said


def test_the_whole_turn_is_said_again_although_only_its_first_line_had_a_cue() -> None:
    call = Rehearsal(HELLO, NUMBER, Line(say="2479", wait_ms=200), DONE)
    call.agent_says("Welcome.")
    call.spoken()
    call.agent_says("What's your account number?")
    assert call.spoken() == [SpeakLine("2479", continues=True)]
    call.spoken()
    assert call.agent_says("I need your account number.") == [SpeakLine("5501 2479")]


def test_keys_are_pressed_again() -> None:
    call = Rehearsal(HELLO, Line(when="card number", keys="4111#"), DONE)
    call.agent_says("Welcome.")
    call.spoken()
    call.agent_says("Please key in your card number.")
    call.spoken()
    assert call.agent_says("Please key in all the digits of your card number.") == [PressKeys("4111#")]


def test_a_caller_can_be_told_to_say_nothing_twice() -> None:
    call = Rehearsal(HELLO)
    scenario = msgspec.structs.replace(scenario_of(HELLO, YES, DONE), v=2, behaviour=Behaviour(repeats=False))
    call.caller = ScriptedCaller(scenario)
    call.caller.handle(CallAnswered(), call.now_us)
    call.agent_says("Welcome.")
    call.spoken()
    assert call.agent_says(READ_BACK) == [SpeakLine("yes")]
    call.spoken()
    for asked in (READ_BACK, "Are you still there?", "Sorry, I didn't catch that."):
        assert call.agent_says(asked) == []


def test_answers_for_whenever_keep_their_own_count_but_say_that_somebody_is_there() -> None:
    answer = Answer(when="account number", say="5501", times=1)
    scenario = msgspec.structs.replace(scenario_of(HELLO, DONE), v=2, whenever=(answer,))
    call = Rehearsal(HELLO)
    call.caller = ScriptedCaller(scenario)
    call.caller.handle(CallAnswered(), call.now_us)
    call.agent_says("Welcome.")
    call.spoken()
    assert call.agent_says("What's your account number?") == [SpeakLine("5501")]
    call.spoken()
    assert call.agent_says("Please tell me your account number.") == []
    call = Rehearsal(HELLO)
    call.caller = ScriptedCaller(scenario)
    call.caller.handle(CallAnswered(), call.now_us)
    call.agent_says("Welcome.")
    call.spoken()
    call.agent_says("What's your account number?")
    call.spoken()
    assert call.agent_says("Are you still there?") == [SpeakLine("5501")]


def test_who_types_says_it_again_as_well() -> None:
    typist = ScriptedTypist(scenario_of(HELLO, YES, DONE))

    async def typed() -> list[str]:
        turns = [
            await typist.next(said) for said in ("Welcome.", READ_BACK, "So 5501. Is that right?", "Anything else?")
        ]
        return ["" if turn is None else turn.shown for turn in turns]

    assert asyncio.run(typed())[:3] == ["hello", "yes", "yes"]


PRICE = Answered("may I ask why", "May I ask why: is it the price, are you moving, or something else?")


@pytest.mark.parametrize(
    ("answered", "heard"),
    [
        (PRICE, "Is it the price, a move, the quality, or something else?"),
        (Answered("account number", "Your account number, please?"), "I still need your account number."),
        (Answered(None, "Hello. How can I help?", opening=True), "What can I do for you?"),
        (Answered(None, "¿En qué puedo ayudarle?", opening=True), "¿Qué puedo hacer por usted?"),
        (Answered("account number", "Your account number?"), "5 0 1, 4 7 9, and the rest?"),
        (Answered("account number", "Your account number?"), "So far I have 5 0 1. What comes next?"),
        (Answered(None, ""), "¿Sigue usted ahí?"),
        (Answered(None, ""), "Hello? Can you hear me?"),
    ],
)
def test_a_question_is_known_again_in_other_words(answered: Answered, heard: str) -> None:
    assert asked_again(answered, heard)


@pytest.mark.parametrize(
    ("answered", "heard"),
    [
        (Answered("account number", "Your account number, please?"), "I'm looking for that account number."),
        (Answered("account number", "Your account number, please?"), "Account number 5501. Please hold the line."),
        (PRICE, "Shall I cancel your contract? Its last day would be 4 May."),
        (PRICE, "I could lower your price to 35 dollars. Would you like to stay with that?"),
        (Answered("order", "Which order?"), "The router is on its way. Are you still there?"),
        (Answered(None, "Hello. How can I help?", opening=True), "What's your account number?"),
        (Answered(None, "Hello. How can I help?"), "Is there anything else I can help you with?"),
    ],
)
def test_what_was_not_answered_before_is_not_asked_again(answered: Answered, heard: str) -> None:
    assert not asked_again(answered, heard)


@pytest.mark.parametrize("text", ["Perdone, no le he entendido.", "¿Puede repetirlo?", "Sigo sin entenderle."])
def test_an_agent_that_speaks_spanish_asks_again_too(text: str) -> None:
    assert NOT_CAUGHT.search(text) is not None


def test_an_earlier_answer_that_is_asked_for_once_more_is_the_one_that_is_given() -> None:
    call = Rehearsal(HELLO, NUMBER, YES, DONE)
    call.agent_says("Welcome.")
    call.spoken()
    call.agent_says("What's your account number?")
    call.spoken()
    assert call.agent_says(READ_BACK) == [SpeakLine("yes")]
    call.spoken()
    lost = "I can't find that. Could you give me your account number?"
    assert call.agent_says(lost) == [SpeakLine("5501")]
    call.spoken()
    assert call.agent_says(READ_BACK) == [SpeakLine("yes")]
    call.spoken()
    assert call.agent_says("Sorry, I didn't catch that.") == [SpeakLine("yes")]
    call.spoken()
    assert call.agent_says("Sorry, I didn't catch that. What's your account number?") == [SpeakLine("5501")]
    call.spoken()
    assert call.agent_says(lost) == []


def test_what_is_told_in_the_words_of_an_earlier_question_asks_for_nothing() -> None:
    call = Rehearsal(HELLO, Line(when="book", say="yes"), DONE)
    call.agent_says("Welcome.")
    call.spoken()
    call.agent_says("Book 1 2 3 4?")
    call.spoken()
    assert call.agent_says("Booked. Is there anythin else I can help you with?") == []
