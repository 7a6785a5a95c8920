"""Replies that come while the caller speaks, and what of the agent's words is dropped together."""

from __future__ import annotations

from tests.turns.floor_script import Call
from voice_agent.conversation.actions import (
    EndTurn,
    HoldSpeaking,
    ResumeSpeaking,
    StopSpeaking,
)
from voice_agent.conversation.events import CallEnded, PlaybackFinished, PlayedUntil, TextReceived
from voice_agent.turns.signals import AgentSaid, TurnTaken
from voice_agent.turns.transitions import State

SOMETHING = "the caller said something"


def speaking() -> Call:
    """The agent is in the middle of its first utterance, at one second."""
    call = Call()
    call.says(1, 500)
    call.until(1_000)
    return call


def test_reply_that_comes_while_the_caller_goes_on_is_held_before_its_first_word() -> None:
    call = Call()
    call.voice(1_000)
    call.pauses(2_000)
    call.heard("How do I pay?", 2_650)
    call.voice(2_900)
    assert call.tell(AgentSaid(1), 3_000) == [HoldSpeaking(1)]
    assert call.is_in(State.YIELDING)
    call.pauses(3_200)
    stopped = call.heard("My bill.", 4_400)[0]
    assert stopped == StopSpeaking(1, SOMETHING)
    assert [taken.interrupted_utterance for taken in call.all_of(TurnTaken)] == [None, 1]


def test_reply_that_comes_in_a_pause_is_held_until_the_words_decide() -> None:
    call = Call()
    call.tell(TextReceived("pay"), 500)
    call.voice(1_000)
    call.pauses(1_200)
    assert call.tell(AgentSaid(1), 1_500) == [HoldSpeaking(1)]
    assert call.is_in(State.WEIGHING)
    assert call.heard("", 1_600) == [ResumeSpeaking(1), EndTurn(2, "no words")]


def test_reply_that_comes_when_the_words_are_known_is_decided_at_once() -> None:
    call = Call()
    call.tell(TextReceived("pay"), 500)
    call.voice(1_000)
    call.pauses(1_200)
    call.heard("Yeah", 1_500)
    assert call.tell(AgentSaid(1), 1_600) == [HoldSpeaking(1), ResumeSpeaking(1), EndTurn(2, "backchannel")]
    call.voice(2_000)
    call.pauses(2_200)
    call.heard("My bill", 2_500)
    stopped = StopSpeaking(2, SOMETHING)
    assert call.tell(AgentSaid(2), 2_600) == [HoldSpeaking(2), stopped]
    call.until(4_000)
    assert [taken.interrupted_utterance for taken in call.all_of(TurnTaken)] == [None, 1]


def test_all_that_was_to_be_said_is_stopped_one_by_one() -> None:
    call = speaking()
    call.tell(AgentSaid(2))
    call.voice(1_000)
    call.tell(AgentSaid(3))
    call.tell(PlayedUntil(1, 0, 4_000, "Good"))
    stops = call.until(2_200)
    assert [stop.utterance for stop in stops if isinstance(stop, StopSpeaking)] == [1, 2, 3]


def test_agent_speaks_until_its_last_utterance_was_heard() -> None:
    call = speaking()
    call.tell(AgentSaid(2))
    call.played(1, 2_000)
    assert call.is_in(State.AGENT_SPEAKING)
    call.played(2, 3_000)
    assert call.is_in(State.IDLE)
    assert call.played(2, 3_100) == []


def test_the_end_of_an_utterance_is_the_end_of_those_before_it() -> None:
    call = speaking()
    call.tell(AgentSaid(2))
    call.played(2, 3_000)
    assert call.is_in(State.IDLE)


def test_hold_that_crosses_with_the_end_of_playback_is_undone() -> None:
    call = speaking()
    call.voice(1_000)
    assert call.tell(PlaybackFinished(1), 1_020) == [ResumeSpeaking(1)]
    assert call.is_in(State.CALLER_SPEAKING)


def test_playback_that_gives_no_sign_of_life_is_given_up() -> None:
    call = speaking()
    assert call.until(60_500) == [StopSpeaking(1, "playback made no progress")]
    assert call.is_in(State.IDLE)


def test_the_end_of_the_call_stops_what_was_held() -> None:
    call = speaking()
    call.voice(1_000)
    ended = call.tell(CallEnded("caller", "bye"), 1_100)
    assert ended == [EndTurn(1, "the call ended"), StopSpeaking(1, "the call ended")]
