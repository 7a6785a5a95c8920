"""Understanding that is asked before a turn is taken."""

from __future__ import annotations

from tests.agent.core_script import CoreScript, words
from voice_agent.conversation import actions as act
from voice_agent.conversation import events as ev
from voice_agent.conversation.commands import StartJourney

WANTS_ORDER = StartJourney("track_order", 0.9)


def greeted() -> CoreScript:
    call = CoreScript()
    call.starts()
    call.plays_all()
    return call


def pauses_with(call: CoreScript, text: str) -> list[act.AnyAction]:
    """Voice, its end and its words, of a turn that is not taken yet."""
    call.voice_on()
    call.wait(1.0)
    call.voice_off()
    return call.heard(text)


def answered(call: CoreScript, request: int) -> list[act.AnyAction]:
    return call.tell(ev.Understood(request, (WANTS_ORDER,), "double", 10_000))


def test_the_answer_that_is_there_when_the_turn_is_taken_counts_at_once() -> None:
    call = greeted()
    (ahead,) = pauses_with(call, "Where is my order?")
    assert isinstance(ahead, act.UnderstandAhead)
    prepared = act.PrepareSpeech(1, "What's your eight-digit account number?")
    assert answered(call, ahead.asked.request) == [prepared]
    taken = call.wait(2.0)
    assert [type(action) for action in taken] == [act.CloseSegment, act.TakeTurn, act.Understand, act.Say]
    understand = call.last(act.Understand)
    assert (understand.request, understand.ahead, understand.text) == (1, True, "Where is my order?")
    assert words(taken) == "What's your eight-digit account number?"


def test_an_answer_that_comes_after_the_turn_was_taken_counts_when_it_comes() -> None:
    call = greeted()
    pauses_with(call, "Where is my order?")
    call.wait(2.0)
    assert words(answered(call, 1)) == "What's your eight-digit account number?"


def test_an_answer_about_other_words_is_dropped_and_asked_anew() -> None:
    call = greeted()
    pauses_with(call, "Where is")
    answered(call, 1)
    call.voice_again()
    call.wait(1.0)
    call.voice_off()
    (ahead,) = call.heard("Where is my order?")
    assert isinstance(ahead, act.UnderstandAhead)
    assert ahead.asked.request == 2
    call.wait(2.0)
    assert call.last(act.Understand).text == "Where is my order?"
    assert answered(call, 1) == [act.DropLate("understood", 1, "nobody waits for it")]
    assert words(answered(call, 2)) == "What's your eight-digit account number?"


def test_understanding_that_failed_ahead_is_asked_once_more() -> None:
    call = greeted()
    pauses_with(call, "Where is my order?")
    assert call.tell(ev.UnderstandingFailed(1, "deadline", "late")) == []
    call.wait(2.0)
    understand = call.last(act.Understand)
    assert (understand.request, understand.ahead) == (2, False)


def test_the_same_words_are_asked_ahead_once() -> None:
    call = greeted()
    pauses_with(call, "Where is my order?")
    call.voice_again()
    call.wait(0.3)
    call.voice_off()
    assert call.heard("Where is my order?") == []
    call.wait(2.0)
    assert call.last(act.Understand).request == 1


def test_a_call_that_asked_ahead_is_decided_again_as_it_was() -> None:
    call = greeted()
    pauses_with(call, "Where is my order?")
    answered(call, 1)
    call.wait(2.0)
    again = CoreScript()
    for event, at_us in call.told:
        again.now_us = at_us
        again.tell(event)
    assert again.asked == call.asked


def test_to_look_at_an_answer_beforehand_changes_nothing() -> None:
    looked, not_looked = greeted(), greeted()
    pauses_with(looked, "Where is my order?")
    answered(looked, 1)
    looked.wait(2.0)
    pauses_with(not_looked, "Where is my order?")
    not_looked.wait(2.0)
    answered(not_looked, 1)
    for call in (looked, not_looked):
        call.plays_all()
        call.speaks("5501 2479")
    assert looked.last(act.Understand) == not_looked.last(act.Understand)
    assert looked.last(act.Say) == not_looked.last(act.Say)


def test_an_answer_that_needs_a_tool_first_is_not_prepared() -> None:
    call = greeted()
    pauses_with(call, "Where is my order?")
    assert [type(action) for action in call.tell(ev.Understood(1, (), "double", 10_000))] == [act.PrepareSpeech]


def test_nothing_is_prepared_once_the_turn_is_taken() -> None:
    call = greeted()
    pauses_with(call, "Where is my order?")
    call.wait(2.0)
    assert act.PrepareSpeech not in [type(action) for action in answered(call, 1)]
