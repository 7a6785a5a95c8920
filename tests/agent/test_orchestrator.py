"""The core as a whole, with the example agent: floor and journeys joined, one event after another."""

from __future__ import annotations

from tests.agent.begun_calls import ACCOUNT, ORDER, WANTS_ORDER, asked_for_account, greeted
from tests.agent.core_script import MAYA, CoreScript, of_kind, words
from voice_agent.conversation import actions as act
from voice_agent.conversation import commands as c
from voice_agent.conversation import events as ev


def test_a_call_begins_with_a_greeting_that_says_what_it_is() -> None:
    call = CoreScript()
    actions = call.starts()
    assert words(actions) == "Hello, this is Riverside Broadband. I'm an automated assistant. How can I help?"
    assert [(said.purpose, said.turn) for said in of_kind(actions, act.Say)] == [("greeting", 0)]


def test_a_turn_is_taken_understood_and_answered() -> None:
    call = greeted()
    taken = call.speaks("Where is my order?")
    asked = [act.Transcribe, act.UnderstandAhead, act.CloseSegment, act.TakeTurn, act.Understand]
    assert [type(action) for action in taken] == asked
    turn = call.last(act.TakeTurn)
    assert (turn.turn, turn.reason) == (1, "answer not ready, question, otherwise")
    assert [vote.reason for vote in turn.votes] == ["answer not ready", "question", "otherwise"]
    assert turn.votes[1].delay_us < turn.votes[0].delay_us < turn.votes[2].delay_us
    understand = call.last(act.Understand)
    assert (understand.request, understand.turn, understand.text, understand.keys) == (1, 1, "Where is my order?", "")
    assert understand.expectation.kind == "open"
    answer = call.understood(WANTS_ORDER)
    assert words(answer) == "What's your eight-digit account number?"
    assert call.last(act.Say).turn == 1


def test_the_floor_and_understanding_know_what_the_journeys_ask_for() -> None:
    call = asked_for_account()
    call.speaks("5501 2479")
    assert call.last(act.Transcribe).expects == "digits:8"
    assert call.last(act.TakeTurn).reason.startswith("complete")
    expectation = call.last(act.Understand).expectation
    assert expectation.kind == "digits"
    assert expectation.slot is not None
    assert (expectation.slot.name, expectation.slot.length) == ("account", 8)


def test_an_incomplete_number_is_waited_for_longer_than_a_complete_one() -> None:
    complete, incomplete = asked_for_account(), asked_for_account()
    began_us = complete.now_us
    complete.speaks("5501 2479")
    incomplete.speaks("5501")
    assert incomplete.now_us - began_us > complete.now_us - began_us + 1_000_000


def test_a_whole_call_comes_to_an_outcome_and_hangs_up() -> None:
    call = asked_for_account()
    call.speaks("5501 2479")
    readback = call.understood(ACCOUNT)
    assert "Is that right?" in words(readback)
    assert call.last(act.CallTool).tool == "find_customer"
    assert call.tool_returns(MAYA) == []
    call.plays_all()
    call.speaks("Yes.")
    call.understood(c.Affirm())
    asked = call.last(act.CallTool)
    assert (asked.tool, asked.arguments["order"]) == ("get_order", "48213")
    told = call.tool_returns(ORDER)
    assert "fibre router" in words(told)
    assert call.last(act.RecordOutcome).outcome == "resolved"
    call.plays_all()
    call.speaks("No, goodbye.")
    assert of_kind(call.understood(c.Deny(), c.Goodbye()), act.HangUp) == []
    assert call.plays_all()[-1] == act.HangUp("goodbye")
    assert call.hangs_up() == []


def test_keys_answer_a_question_and_are_understood_as_keys() -> None:
    call = asked_for_account()
    call.presses("55012479")
    understand = call.last(act.Understand)
    assert (understand.text, understand.keys) == ("", "55012479")
    assert call.last(act.TakeTurn).reason == "at once"


def test_a_typed_turn_needs_no_ears() -> None:
    call = CoreScript(channel="text")
    call.starts()
    call.tell(ev.PlaybackFinished(1))
    actions = call.writes("where is my order")
    assert [type(action) for action in actions] == [act.TakeTurn, act.Understand]
    assert call.core.next_wake() is not None
    call.understood(WANTS_ORDER)
    assert call.core.next_wake() is None


def test_what_was_heard_of_an_interrupted_proposal_reaches_the_journeys() -> None:
    call = asked_for_account()
    call.speaks("5501 2479")
    call.understood(ACCOUNT)
    readback = call.last(act.Say).utterance
    call.begins_to_play()
    call.wait(0.4)
    call.tell(ev.PlayedUntil(readback, 0, 3_200, "That was 5 5 0 1"))
    call.voice_on()
    call.wait(0.5)
    call.voice_off()
    call.heard("No, 2 4 7 8.")
    call.wait(2.0)
    corrected = call.understood(c.Deny(), c.CorrectSlot("account", "55012478", "2478", 0.9))
    assert "5 5 0 1, 2 4 7 8" in words(corrected)


def test_a_segment_is_closed_once_the_floor_is_done_with_it() -> None:
    call = greeted()
    call.voice_on()
    call.wait(0.5)
    call.voice_off()
    assert of_kind(call.heard(""), act.CloseSegment) == []
    actions = call.wait(1.0)
    assert [type(action) for action in actions] == [act.CloseSegment, act.EndTurn]
    assert actions[0] == act.CloseSegment(1)


def test_the_segment_of_a_backchannel_is_closed() -> None:
    call = asked_for_account()
    call.tell(ev.PlaybackStarted(3, 0))
    call.wait(7.5)
    call.begins_to_play()
    call.voice_on()
    call.wait(0.3)
    call.voice_off()
    actions = call.heard("Mm-hm.")
    assert [type(action) for action in actions] == [act.CloseSegment, act.ResumeSpeaking, act.EndTurn]


def test_silence_is_answered_by_the_question_again_then_by_good_bye() -> None:
    call = asked_for_account()
    assert "account number" in words(call.wait(7.1))
    assert call.last(act.Say).purpose == "reprompt"
    call.plays_all()
    assert words(call.wait(7.1)) == "Are you still there?"
    call.plays_all()
    assert "hang up" in words(call.wait(7.1))
    assert of_kind(call.plays_all(), act.HangUp) == [act.HangUp("silence")]


def test_a_caller_who_never_pauses_is_cut_at_the_longest_turn() -> None:
    call = greeted()
    call.voice_on()
    call.wait(60.5)
    call.heard("and so on and so on")
    assert call.last(act.Understand).text == "and so on and so on"


def test_the_same_events_give_the_same_actions() -> None:
    first = asked_for_account()
    first.speaks("5501 2479")
    first.understood(ACCOUNT)
    first.hangs_up()
    second = CoreScript()
    for event, at_us in first.told:
        second.now_us = at_us
        second.tell(event)
    assert second.asked == first.asked
