"""What a run shows of a layer that failed."""

from __future__ import annotations

from simulations.blame.signs import heard_wrong, missed_by_caller, not_heard, tool_failures
from simulations.runs.records import RunTurn
from voice_agent.conversation.actions import CallTool
from voice_agent.conversation.events import ToolFailed
from voice_agent.conversation.log import ConversationLog
from voice_agent.conversation.records import VERSION, Header

HEADER = Header(VERSION, "c", "text", "Riverside", "00", "00", 0, "2026-03-04T10:00:00+00:00")


def test_the_turn_that_was_heard_worst_is_named() -> None:
    turns = [
        RunTurn("Where is my order?", "", "where is my order"),
        RunTurn("The fibre router.", "", "the fiber root a"),
    ]
    assert heard_wrong(turns) == "'The fibre router.' was heard as 'the fiber root a'"


def test_spelling_and_sounds_that_are_no_words_are_not_heard_wrong() -> None:
    turns = [RunTurn("five five zero one", "", "5501"), RunTurn("[cough]", "", "huh", kind="cough")]
    assert heard_wrong(turns) == ""


def test_the_first_line_of_which_nothing_was_heard_is_named() -> None:
    cough = RunTurn("[cough]", "", None, kind="cough")
    assert not_heard([RunTurn("Hi.", "", "hi"), cough]) == ""
    assert not_heard([cough, RunTurn("Hi.", ""), RunTurn("Yes.", "")]) == "of 'Hi.' no word was heard"


def test_an_answer_that_the_caller_could_not_make_out_is_named() -> None:
    turns = [RunTurn("Hi.", "It is on its way.", caller_heard="it is on its way")]
    assert missed_by_caller(turns) == ""
    told = missed_by_caller([RunTurn("Hi.", "It is on its way.", caller_heard="Eat his honest weigh.")])
    assert "'It is on its way.'" in told
    assert "'Eat his honest weigh.'" in told


def test_tools_that_failed_are_told_by_name() -> None:
    log = ConversationLog(HEADER)
    log.append(CallTool(1, "get_order", {}, "read", ""), 10)
    log.append(ToolFailed(1, "deadline_exceeded", "it took too long"), 20)
    log.append(CallTool(2, "get_order", {}, "read", ""), 30)
    log.append(ToolFailed(2, "deadline_exceeded", "it took too long"), 40)
    assert tool_failures(log) == ("get_order failed (deadline_exceeded: it took too long)",)
    assert tool_failures(None) == ()
