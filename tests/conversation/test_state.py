"""State is a fold over the log: what was said, heard, done and how it ended."""

from __future__ import annotations

from voice_agent.conversation import actions as act
from voice_agent.conversation import events as ev
from voice_agent.conversation.expectation import OPEN
from voice_agent.conversation.records import Entry, Record, record_of
from voice_agent.conversation.state import CallerTurn, ConversationState, fold


def folded(*entries: Entry) -> ConversationState:
    return fold(record_of(number, number * 1_000, entry) for number, entry in enumerate(entries, start=1))


def test_what_was_interrupted_counts_as_heard_only_so_far() -> None:
    state = folded(act.Say(1, 0, ("Your router", "is on its way.")), ev.PlayedUntil(1, 0, 900, "Your"))
    assert state.spoken[0].text == "Your router is on its way."
    assert state.spoken[0].heard == "Your"


def test_what_was_played_to_the_end_was_heard_whole() -> None:
    state = folded(act.Say(1, 0, ("Hello.",)), ev.PlaybackStarted(1, 0), ev.PlaybackFinished(1))
    assert state.spoken[0].heard == "Hello."
    assert state.spoken[0].started_us == 2_000


def test_a_turn_is_what_understanding_was_asked_about() -> None:
    state = folded(act.Understand(1, 1, "track my order", (), "", OPEN))
    assert state.caller_turns == (CallerTurn(1, "track my order", 1_000),)


def test_a_tool_call_gets_its_result_or_its_error() -> None:
    state = folded(
        act.CallTool(1, "find", {"a": 1}, "read", "k1"),
        act.CallTool(2, "book", {}, "write", "k2"),
        ev.ToolReturned(1, {"ok": True}, 40),
        ev.ToolFailed(2, "deadline", "too late"),
    )
    assert state.tools[0].result == {"ok": True}
    assert state.tools[0].took_us == 40
    assert state.tools[1].error == "deadline: too late"


def test_outcome_transfer_and_end_are_kept() -> None:
    transfer = act.Transfer("queue.care", "asked", "Ada wants a person")
    state = folded(
        ev.CallStarted("phone", "sip:a", "sip:b", "2026-03-02T09:00:00+00:00"),
        transfer,
        act.RecordOutcome("track_order", "resolved", ("get_order.ok",)),
        ev.CallEnded("caller", "hung up"),
    )
    assert state.transfers == (transfer,)
    assert state.outcomes[0].outcome == "resolved"
    assert state.ended == ev.CallEnded("caller", "hung up")
    assert state.started is not None
    assert state.last_us == 4_000


def test_an_erased_record_changes_nothing_but_the_time() -> None:
    erased = [Record(1, 70, "say", "action", None), Record(2, 80, "tool_returned", "event", None)]
    assert fold(erased) == ConversationState(last_us=80)


def test_a_fold_goes_on_where_it_stopped() -> None:
    first = folded(act.Say(1, 0, ("Hello.",)))
    assert fold([record_of(2, 9_000, ev.PlaybackFinished(1))], first).spoken[0].heard == "Hello."
