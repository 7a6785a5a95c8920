"""Voice over the agent: when it is held, stopped, or left to go on."""

from __future__ import annotations

from tests.turns.floor_script import YES_NO, Call
from voice_agent.conversation.actions import (
    CancelTranscription,
    EndTurn,
    HoldSpeaking,
    ResumeSpeaking,
    StopSpeaking,
    Transcribe,
)
from voice_agent.conversation.events import CallEnded, PlaybackFinished, PlayedUntil, TextReceived
from voice_agent.turns.signals import AgentSaid, Expecting, TurnTaken
from voice_agent.turns.transitions import State


def speaking() -> Call:
    """The agent is in the middle of its first utterance, at one second."""
    call = Call()
    call.says(1, 500)
    call.until(1_000)
    return call


def test_agent_falls_silent_at_the_first_sound_of_the_caller() -> None:
    call = speaking()
    assert call.voice(1_000) == [HoldSpeaking(1)]
    assert call.is_in(State.YIELDING)


def test_a_cough_does_not_lose_the_reply() -> None:
    call = speaking()
    call.voice(1_000)
    call.pauses(1_200)
    assert call.is_in(State.WEIGHING)
    assert call.heard("", 1_700) == [ResumeSpeaking(1), EndTurn(1, "no words")]
    assert call.is_in(State.AGENT_SPEAKING)
    call.played(1, 4_000)
    assert call.is_in(State.IDLE)


def test_backchannel_does_not_take_the_floor() -> None:
    call = speaking()
    call.voice(1_000)
    call.pauses(1_300)
    assert call.heard("Mm-hm.", 1_700) == [ResumeSpeaking(1), EndTurn(1, "backchannel")]
    assert call.all_of(TurnTaken) == []


def test_yeah_is_an_answer_where_yes_or_no_was_asked() -> None:
    call = speaking()
    call.tell(Expecting(YES_NO))
    call.voice(1_000)
    call.pauses(1_300)
    stopped, taken = call.heard("Yeah.", 1_700)
    assert stopped == StopSpeaking(1, "the caller said something")
    assert isinstance(taken, TurnTaken)
    assert taken.interrupted_utterance == 1


def test_yeah_is_no_answer_to_a_question_that_has_not_been_asked_yet() -> None:
    call = speaking()
    call.tell(Expecting(YES_NO))
    call.tell(AgentSaid(2, clauses=3))  # two sentences of news, then the question
    call.voice(1_000)
    call.pauses(1_300)
    assert call.heard("Yeah.", 1_700) == [ResumeSpeaking(1), EndTurn(1, "backchannel")]
    call.played(1, 2_000)
    call.tell(PlayedUntil(2, 1, 9_000, "Your order is on its way. It comes tomorrow."), 3_000)
    call.voice(3_000)
    call.pauses(3_300)
    assert call.heard("Yeah.", 3_700, job=2) == [ResumeSpeaking(2), EndTurn(2, "backchannel")]
    call.tell(PlayedUntil(2, 2, 20_000, "Your order is on its way. It comes tomorrow. Is there"), 5_000)
    call.voice(5_000)
    call.pauses(5_300)
    assert call.heard("Yeah.", 5_700, job=3)[0] == StopSpeaking(2, "the caller said something")


def test_no_is_heard_at_once_however_much_is_still_to_be_said() -> None:
    call = speaking()
    call.tell(Expecting(YES_NO))
    call.tell(AgentSaid(2, clauses=3))
    call.voice(1_000)
    call.pauses(1_300)
    assert call.heard("No.", 1_700)[0] == StopSpeaking(1, "the caller said something")


def test_words_stop_the_agent_before_the_turn_is_over() -> None:
    call = speaking()
    call.voice(1_000)
    call.pauses(1_800)
    assert call.heard("No, wait and", 2_100) == [StopSpeaking(1, "the caller said something")]
    assert call.is_in(State.CALLER_PAUSED)
    call.resumes(2_400)
    assert call.pauses(3_000) == [Transcribe(2, 2, 8_000, 24_000, "open")]
    call.heard("No, wait and listen.", 3_400, job=2, generation=2)
    call.until(3_650)
    (taken,) = call.all_of(TurnTaken)
    assert (taken.text, taken.interrupted_utterance) == ("No, wait and listen.", 1)


def test_long_voice_stops_the_agent_without_waiting_for_words() -> None:
    call = speaking()
    call.voice(1_000)
    assert call.until(2_199) == []
    assert call.until(2_200) == [StopSpeaking(1, "the caller goes on")]
    assert call.is_in(State.CALLER_SPEAKING)


def test_voice_in_pieces_counts_together() -> None:
    call = speaking()
    call.voice(1_000)
    call.pauses(1_800)
    call.resumes(2_100)
    assert call.until(2_499) == []
    assert call.until(2_500) == [StopSpeaking(1, "the caller goes on")]


def test_noise_that_stopped_the_agent_is_answered() -> None:
    call = speaking()
    call.voice(1_000)
    call.pauses(3_000)
    call.heard("", 3_300)
    assert call.until(3_600) == [TurnTaken(1, "", interrupted_utterance=1, failed=True)]


def test_agent_goes_on_when_the_words_do_not_come_in_time() -> None:
    call = speaking()
    call.voice(1_000)
    call.pauses(1_500)
    assert call.until(3_999) == []
    assert call.until(4_000) == [ResumeSpeaking(1)]
    assert call.is_in(State.AGENT_SPEAKING)


def test_late_words_still_stop_the_agent() -> None:
    call = speaking()
    call.voice(1_000)
    call.pauses(1_500)
    call.until(4_000)
    stopped, taken = call.heard("Stop.", 4_500)
    assert stopped == StopSpeaking(1, "the caller said something")
    assert isinstance(taken, TurnTaken)
    assert (taken.text, taken.interrupted_utterance) == ("Stop.", 1)


def test_late_words_are_waited_for_no_longer_than_any_others() -> None:
    call = speaking()
    call.voice(1_000)
    call.pauses(1_500)
    call.until(4_000)
    assert call.until(6_500) == [CancelTranscription(1), EndTurn(1, "not recognised")]
    assert call.is_in(State.AGENT_SPEAKING)


def test_late_backchannel_leaves_the_agent_speaking() -> None:
    call = speaking()
    call.voice(1_000)
    call.pauses(1_500)
    call.until(4_000)
    assert call.heard("Mm-hm.", 4_500) == [EndTurn(1, "backchannel")]
    assert call.is_in(State.AGENT_SPEAKING)


def test_words_that_are_late_for_the_agent_are_a_turn_when_it_has_finished() -> None:
    call = speaking()
    call.voice(1_000)
    call.pauses(1_500)
    call.until(4_000)
    call.played(1, 4_200)
    assert call.is_in(State.CALLER_PAUSED)
    (taken,) = call.heard("Stop.", 4_500)
    assert isinstance(taken, TurnTaken)
    assert taken.interrupted_utterance is None


def test_voice_after_the_agent_went_on_holds_it_again() -> None:
    call = speaking()
    call.voice(1_000)
    call.pauses(1_500)
    call.until(4_000)
    assert call.resumes(4_100) == [CancelTranscription(1), HoldSpeaking(1)]


def test_caller_who_is_still_heard_at_the_hold_limit_has_won() -> None:
    call = speaking()
    call.voice(1_000)
    for start in (1_000, 1_600, 2_200, 2_800):
        call.pauses(start + 100)
        call.resumes(start + 600)
    assert call.until(4_000) == [StopSpeaking(1, "the caller goes on")]
    assert call.is_in(State.CALLER_SPEAKING)


def test_failed_recognition_lets_a_held_agent_go_on() -> None:
    call = speaking()
    call.voice(1_000)
    call.pauses(1_300)
    call.fails(1_600)
    assert call.fails(1_900, job=2) == [ResumeSpeaking(1), EndTurn(1, "not recognised")]


def test_reply_that_comes_while_the_caller_goes_on_is_held_before_its_first_word() -> None:
    call = Call()
    call.voice(1_000)
    call.pauses(2_000)
    call.heard("I want to pay.", 2_650)
    call.voice(2_900)
    assert call.tell(AgentSaid(1), 3_000) == [HoldSpeaking(1)]
    assert call.is_in(State.YIELDING)
    call.pauses(3_300)
    stopped, _ = call.heard("My bill.", 4_400, job=2)
    assert stopped == StopSpeaking(1, "the caller said something")
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
    call.heard("My bill", 2_500, job=2)
    stopped = StopSpeaking(2, "the caller said something")
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
