"""What waits until the agent's words were heard: recording, and the end of the call."""

from __future__ import annotations

from tests.agent.begun_calls import WANTS_ORDER, greeted
from tests.agent.core_script import CoreScript, of_kind, words
from voice_agent.conversation import actions as act
from voice_agent.conversation import commands as c
from voice_agent.conversation import events as ev


def saying_farewell() -> CoreScript:
    """The agent is in the middle of its good-bye."""
    call = greeted()
    call.speaks("No, that's all, goodbye.")
    call.understood(c.Goodbye())
    call.begins_to_play()
    call.wait(0.5)
    return call


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
