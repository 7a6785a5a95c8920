"""What ends a call from outside: the caller hears of it, and it ends whatever is said into the last words."""

from __future__ import annotations

from tests.agent.core_script import MAYA, CoreScript, of_kind, words
from voice_agent.config import TurnsConfig
from voice_agent.conversation import actions as act
from voice_agent.conversation import commands as c
from voice_agent.conversation import events as ev
from voice_agent.conversation.actions import AnyAction

LOST = ev.MediaLost("stopped", 5_000_000)
SHORT = TurnsConfig(longest_call_ms=90_000, silence_ms=600_000)
PATIENT = TurnsConfig(silence_ms=600_000)


def greeted(turns: TurnsConfig = PATIENT) -> CoreScript:
    call = CoreScript(turns=turns)
    call.starts()
    call.plays_all()
    return call


def hang_ups(actions: list[AnyAction]) -> list[str]:
    return [action.reason for action in of_kind(actions, act.HangUp)]


def test_who_is_on_the_line_when_the_server_stops_hears_an_apology_and_then_the_call_ends() -> None:
    call = greeted()
    told = call.tell(ev.StopAnnounced())
    assert words(told).startswith("I'm sorry, our service is about to pause")
    assert of_kind(told, act.Say)[0].purpose == "farewell"
    assert hang_ups(told) == []
    assert hang_ups(call.plays_all()) == ["stopping"]


def test_a_caller_who_speaks_into_the_apology_hears_it_again_and_nothing_else() -> None:
    call = greeted()
    call.tell(ev.StopAnnounced())
    call.begins_to_play()
    call.wait(0.3)
    call.speaks("But where is my order?", seconds=1.5)
    answer = call.understood(c.StartJourney("track_order", 0.9))
    assert words(answer).startswith("I'm sorry, our service is about to pause")
    assert of_kind(answer, act.CallTool) == []
    assert hang_ups(call.plays_all()) == ["stopping"]


def test_a_call_whose_last_words_are_never_over_ends_all_the_same() -> None:
    call = greeted()
    call.tell(ev.StopAnnounced())
    assert hang_ups(call.wait(19.9)) == []
    assert hang_ups(call.wait(0.2)) == ["stopping"]
    assert call.tell(ev.CallEnded("agent", "stopping"))[-1:] != [act.HangUp("stopping")]
    assert call.core.next_wake() is None


def test_being_told_twice_says_it_once() -> None:
    call = greeted()
    call.tell(ev.StopAnnounced())
    assert call.tell(ev.StopAnnounced()) == []
    assert call.tell(LOST) == []


def test_work_under_way_is_abandoned_when_the_server_stops() -> None:
    call = greeted()
    call.speaks("Where is my order?")
    call.understood(c.StartJourney("track_order", 0.9))
    call.tell(ev.StopAnnounced())
    ended = call.tell(ev.CallEnded("agent", "stopping"))
    assert [(o.journey, o.outcome) for o in of_kind(ended, act.RecordOutcome)] == [("track_order", "abandoned")]


def test_the_longest_call_is_announced_a_minute_before_it_ends() -> None:
    call = greeted(SHORT)
    assert words(call.wait(28.5)) == ""
    assert words(call.wait(1.0)) == "I'm sorry, we have only a minute left for this call."
    call.plays_all()
    assert words(call.wait(57)) == ""
    assert words(call.wait(3)).startswith("I'm sorry, this call has lasted as long as it can.")
    assert hang_ups(call.plays_all()) == ["too_long"]


def test_a_notice_does_not_stand_for_the_answer_that_is_owed() -> None:
    call = greeted(SHORT)
    call.wait(25)
    call.speaks("Where is my order?")
    call.understood(c.StartJourney("track_order", 0.9))
    call.plays_all()
    call.speaks("5501 2479")
    call.wait(4)
    assert "a minute left" in words(call.asked[-3:])
    answer = call.understood(c.SetSlot("account", "55012479", "5501 2479", 0.95))
    assert "5 5 0 1, 2 4 7 9" in words(answer)


def test_a_call_may_last_for_ever_where_that_is_set() -> None:
    call = greeted(TurnsConfig(longest_call_ms=0, silence_ms=100_000_000))
    assert call.wait(20_000) == []


def test_a_line_without_sound_is_told_once_and_hung_up_at_the_limit() -> None:
    call = greeted()
    assert words(call.tell(LOST)).startswith("I'm sorry, no sound reaches me")
    call.plays_all()
    assert call.tell(LOST) == []
    assert words(call.wait(18)) == ""
    assert words(call.wait(2)).startswith("I still can't hear anything")
    assert hang_ups(call.plays_all()) == ["no_sound"]


def test_sound_that_comes_back_lets_the_call_go_on() -> None:
    call = greeted()
    call.tell(LOST)
    call.plays_all()
    call.tell(ev.MediaCameBack())
    assert words(call.wait(60)) == ""
    call.speaks("Where is my order?")
    assert "account number" in words(call.understood(c.StartJourney("track_order", 0.9)))


def test_nobody_is_asked_whether_they_are_there_while_no_sound_arrives() -> None:
    call = greeted(TurnsConfig())
    call.tell(LOST)
    call.plays_all()
    assert words(call.wait(15)) == ""


def test_a_tool_that_comes_back_into_the_last_words_says_nothing() -> None:
    call = greeted()
    call.speaks("Where is my order, my number is 5501 2479")
    call.understood(c.StartJourney("track_order", 0.9), c.SetSlot("account", "55012479", "5501 2479", 0.95))
    call.plays_all()
    call.speaks("Yes")
    call.understood(c.Affirm())
    call.tell(ev.StopAnnounced())
    assert words(call.tool_returns(MAYA)) == ""


def test_typed_conversations_have_no_limits() -> None:
    call = CoreScript(channel="text", turns=SHORT)
    call.starts()
    call.plays_all()
    assert call.wait(1_000) == []
    assert call.core.next_wake() is None


def test_every_call_that_was_bounded_is_decided_the_same_again() -> None:
    call = greeted(SHORT)
    call.wait(40)
    call.tell(LOST)
    call.plays_all()
    call.wait(30)
    again = CoreScript(turns=SHORT)
    for event, now_us in call.told:
        again.now_us = now_us
        again.tell(event)
    assert again.asked == call.asked
