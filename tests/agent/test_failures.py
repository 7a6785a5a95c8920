"""What fails in a call, or comes too late: it is owned up to, given up or dropped, and the call goes on."""

from __future__ import annotations

import pytest

from tests.agent.begun_calls import ACCOUNT, WANTS_ORDER, asked_for_account, greeted
from tests.agent.core_script import MAYA, of_kind, words
from voice_agent.conversation import actions as act
from voice_agent.conversation import commands as c
from voice_agent.conversation import events as ev


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
