"""The core as a whole, with the example agent: floor and journeys joined, one event after another."""

from __future__ import annotations

import pytest

from tests.agent.core_script import MAYA, CoreScript, of_kind, words
from voice_agent.conversation import actions as act
from voice_agent.conversation import commands as c
from voice_agent.conversation import events as ev

WANTS_ORDER = c.StartJourney("track_order", 0.9)
ACCOUNT = c.SetSlot("account", "55012479", "5501 2479", 0.95)
ORDER = {"item": "fibre router", "status": "shipped", "status_text": "on its way", "delivery_date": "2026-03-05"}


def greeted(*, recorded: bool = False) -> CoreScript:
    """The greeting was heard to its end."""
    call = CoreScript(recorded=recorded)
    call.starts()
    call.plays_all()
    return call


def asked_for_account() -> CoreScript:
    """The agent has asked for the account number, and the caller has heard it."""
    call = greeted()
    call.speaks("Where is my order?")
    call.understood(WANTS_ORDER)
    call.plays_all()
    return call


def saying_farewell() -> CoreScript:
    """The agent is in the middle of its good-bye."""
    call = greeted()
    call.speaks("No, that's all, goodbye.")
    call.understood(c.Goodbye())
    call.begins_to_play()
    call.wait(0.5)
    return call


def test_a_call_begins_with_a_greeting_that_says_what_it_is() -> None:
    call = CoreScript()
    actions = call.starts()
    assert words(actions) == "Hello, this is Riverside Broadband. I'm an automated assistant. How can I help?"
    assert [(said.purpose, said.turn) for said in of_kind(actions, act.Say)] == [("greeting", 0)]


def test_a_recorded_call_says_so_before_it_records() -> None:
    call = CoreScript(recorded=True)
    actions = call.starts()
    assert "This call is recorded" in words(actions)
    assert [type(action) for action in actions] == [act.Say]
    assert call.plays_all() == [act.StartRecording()]


def test_nothing_is_recorded_where_the_announcement_was_cut_short() -> None:
    call = CoreScript(recorded=True)
    call.starts()
    call.begins_to_play()
    call.speaks("Where is my order?")
    assert call.all_of(act.StopSpeaking)
    call.plays_all()
    assert call.all_of(act.StartRecording) == []


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


# Who may speak


def test_the_end_of_the_call_waits_until_the_farewell_was_heard() -> None:
    call = saying_farewell()
    assert call.all_of(act.HangUp) == []
    assert call.tell(ev.PlaybackFinished(call.last(act.Say).utterance)) == [act.HangUp("goodbye")]


def test_speaking_into_the_farewell_keeps_the_call() -> None:
    call = saying_farewell()
    farewell = call.last(act.Say).utterance
    assert of_kind(call.voice_on(), act.HoldSpeaking) == [act.HoldSpeaking(farewell)]
    call.wait(0.6)
    call.voice_off()
    assert of_kind(call.heard("Wait, one more thing."), act.StopSpeaking)
    call.wait(2.0)
    assert call.last(act.Understand).text == "Wait, one more thing."
    call.understood(WANTS_ORDER)
    call.plays_all()
    assert call.all_of(act.HangUp) == []
    assert words([call.last(act.Say)]) == "What's your eight-digit account number?"


def test_a_cough_into_the_farewell_does_not_keep_the_call() -> None:
    call = saying_farewell()
    call.voice_on()
    call.wait(0.3)
    call.voice_off()
    assert of_kind(call.heard(""), act.ResumeSpeaking)
    assert call.tell(ev.PlaybackFinished(call.last(act.Say).utterance)) == [act.HangUp("goodbye")]


def test_a_farewell_that_is_never_played_still_ends_the_call() -> None:
    call = saying_farewell()
    actions = call.wait(61.0)
    assert [type(action) for action in actions] == [act.StopSpeaking, act.HangUp]


def test_keys_that_were_begun_before_the_farewell_keep_the_call() -> None:
    call = greeted()
    call.speaks("Goodbye.")
    call.presses("5")
    actions = call.understood(c.Goodbye())
    assert of_kind(actions, act.StopSpeaking)
    assert of_kind(actions, act.HangUp) == []
    call.wait(3.0)
    assert call.last(act.Understand).keys == "5"


def test_words_that_came_before_the_farewell_keep_the_call() -> None:
    call = greeted()
    call.speaks("Goodbye.")
    call.voice_on()
    call.wait(0.5)
    call.voice_off()
    call.heard("One more thing.")
    assert call.last(act.Understand).text == "Goodbye."
    actions = call.understood(c.Goodbye())
    assert of_kind(actions, act.StopSpeaking)
    assert of_kind(actions, act.HangUp) == []
    call.wait(2.0)
    assert call.last(act.Understand).text == "One more thing."


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


# What fails, or comes late


def test_voice_without_a_word_recognised_is_answered_by_a_reprompt() -> None:
    call = greeted()
    call.voice_on()
    call.wait(1.0)
    call.voice_off()
    assert of_kind(call.not_heard(), act.Transcribe)
    actions = call.not_heard()
    assert of_kind(actions, act.TakeTurn)
    assert of_kind(actions, act.Understand) == []
    assert "didn't catch" in words(actions)


def test_understanding_that_fails_is_answered_by_a_reprompt() -> None:
    call = greeted()
    call.speaks("Where is my order?")
    actions = call.tell(ev.UnderstandingFailed(1, "deadline", "too late"))
    assert "didn't catch" in words(actions)


def test_understanding_that_takes_too_long_is_given_up_as_unclear() -> None:
    call = greeted()
    call.speaks("Where is my order?")
    actions = call.wait(10.1)
    assert "didn't catch" in words(actions)
    assert call.last(act.Say).turn == 1
    late = call.understood(WANTS_ORDER)
    assert late == [act.DropLate("understood", 1, "nobody waits for it")]


def test_a_tool_that_takes_too_long_is_not_given_up_by_the_core() -> None:
    call = asked_for_account()
    call.speaks("5501 2479")
    call.understood(ACCOUNT)
    call.plays_all()
    call.speaks("Yes.")
    call.understood(c.Affirm())
    call.plays_all()
    call.wait(25.0)
    call.tool_returns(MAYA)
    assert call.last(act.CallTool).tool == "get_order"


def test_a_tool_that_fails_is_owned_up_to() -> None:
    call = asked_for_account()
    call.speaks("5501 2479")
    call.understood(ACCOUNT)
    call.plays_all()
    call.speaks("Yes.")
    call.understood(c.Affirm())
    assert "didn't work" in words(call.tool_fails())


@pytest.mark.parametrize("event", [ev.ToolReturned(7, {}, 1), ev.ToolFailed(7, "tool", "it broke")])
def test_the_answer_to_a_call_that_nobody_made_is_dropped(event: ev.ToolReturned | ev.ToolFailed) -> None:
    (dropped,) = of_kind(greeted().tell(event), act.DropLate)
    assert (dropped.number, dropped.reason) == (7, "nobody waits for it")
    assert dropped.event == event.__struct_config__.tag


def test_a_second_answer_to_one_call_is_dropped() -> None:
    call = asked_for_account()
    call.speaks("5501 2479")
    call.understood(ACCOUNT)
    call.tool_returns(MAYA)
    assert of_kind(call.tool_returns(MAYA), act.DropLate)


@pytest.mark.parametrize("fails", [False, True])
def test_a_tools_answer_after_the_call_is_kept_in_the_log_and_told_to_nobody(fails: bool) -> None:
    call = asked_for_account()
    call.speaks("5501 2479")
    call.understood(ACCOUNT)
    ended = call.hangs_up()
    assert call.last(act.RecordOutcome).outcome == "abandoned"
    assert of_kind(ended, act.StopSpeaking)
    assert call.core.next_wake() is None
    answer = call.tool_fails() if fails else call.tool_returns(MAYA)
    tag = "tool_failed" if fails else "tool_returned"
    assert answer == [act.DropLate(tag, 1, "the call has ended")]


def test_nothing_is_said_after_the_end_of_the_call() -> None:
    call = greeted()
    call.speaks("Where is my order?")
    call.hangs_up()
    assert call.understood(WANTS_ORDER) == []
    assert call.wait(60.0) == []


def test_a_person_is_asked_for_and_the_transfer_is_confirmed() -> None:
    call = greeted()
    call.speaks("I want to talk to a person.")
    actions = call.understood(c.WantHuman())
    assert call.last(act.Transfer).target == "callbacks"
    assert "call you back" in words(actions)
    confirmed = call.tell(ev.Transferred("callbacks"))
    assert [outcome.outcome for outcome in of_kind(confirmed, act.RecordOutcome)] == ["transferred"]


def test_a_transfer_that_fails_is_owned_up_to() -> None:
    call = greeted()
    call.speaks("I want to talk to a person.")
    call.understood(c.WantHuman())
    assert "couldn't" in words(call.tell(ev.TransferFailed("callbacks", "store", "disk full")))


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
