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
from voice_agent.conversation.events import PlayedUntil
from voice_agent.conversation.expectation import Expectation
from voice_agent.turns.signals import AgentSaid, Expecting, TurnTaken
from voice_agent.turns.transitions import State

SOMETHING = "the caller said something"


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


def test_the_words_of_a_voice_over_the_agent_are_asked_for_while_it_is_on() -> None:
    call = speaking()
    call.voice(1_000)
    assert call.until(1_219) == []
    assert call.until(1_220) == [Transcribe(1, 1, 8_000, 9_760, "open", "early")]
    assert call.heard("I want", 1_480) == [StopSpeaking(1, SOMETHING)]
    assert call.votes() == ("words",)
    assert call.is_in(State.CALLER_SPEAKING)


def test_no_stops_the_agent_before_it_is_known_whether_more_follows() -> None:
    call = speaking()
    call.voice(1_000)
    call.until(1_220)
    assert call.heard("No", 1_480) == [StopSpeaking(1, SOMETHING)]
    assert call.votes()[0] == "takes the floor"


def test_one_word_may_yet_turn_out_to_be_okay() -> None:
    call = speaking()
    call.voice(1_000)
    call.until(1_220)
    assert call.heard("Mm", 1_480) == []
    (look,) = call.until(1_480)
    assert isinstance(look, Transcribe)
    assert (look.to_sample, look.urgency) == (11_840, "early")
    call.dips(1_420)
    assert call.pauses(1_420) == []
    assert call.heard("Mm-hm.", 1_740) == [ResumeSpeaking(1), EndTurn(1, "backchannel")]


def test_one_word_is_enough_when_the_time_to_decide_has_come() -> None:
    call = speaking()
    call.voice(1_000)
    call.until(1_220)
    call.heard("Which", 1_480)
    assert not any(isinstance(action, StopSpeaking) for action in call.until(1_690))
    assert call.heard("Which", 1_700) == [StopSpeaking(1, SOMETHING)]
    assert call.is_in(State.CALLER_SPEAKING)


def test_a_cough_does_not_lose_the_reply() -> None:
    call = speaking()
    call.voice(1_000)
    call.pauses(1_200)
    assert call.is_in(State.WEIGHING)
    assert call.heard("", 1_700) == [ResumeSpeaking(1), EndTurn(1, "no words")]
    assert call.votes() == ("no words",)
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
    stopped, taken = call.heard("Yeah.", 1_800)
    assert stopped == StopSpeaking(1, SOMETHING)
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
    assert call.heard("Yeah.", 3_700) == [ResumeSpeaking(2), EndTurn(2, "backchannel")]
    call.tell(PlayedUntil(2, 2, 20_000, "Your order is on its way. It comes tomorrow. Is there"), 5_000)
    call.voice(5_000)
    call.pauses(5_300)
    assert call.heard("Yeah.", 5_700)[0] == StopSpeaking(2, SOMETHING)


READ_BACK = "That is 4 7 1 1. Right?"


def reading_back(heard: str) -> Call:
    """A number is being read back, in one clause, and has been heard so far."""
    call = Call()
    call.tell(Expecting(Expectation("yes_no", confirming="account")))
    call.says(1, 500, words=len(READ_BACK.split()))
    call.tell(PlayedUntil(1, 0, 9_000, heard), 1_000)
    call.voice(1_000)
    call.pauses(1_300)
    return call


def test_yeah_agrees_to_nothing_that_is_still_being_read_back() -> None:
    call = reading_back("That is 4")
    assert call.heard("Yeah.", 1_700) == [ResumeSpeaking(1), EndTurn(1, "backchannel")]


def test_yeah_agrees_to_what_was_read_back_but_for_its_last_words() -> None:
    call = reading_back("That is 4 7 1 1.")
    assert call.heard("Yeah.", 1_700)[0] == StopSpeaking(1, SOMETHING)


def test_no_is_heard_at_once_however_much_is_still_to_be_said() -> None:
    call = speaking()
    call.tell(Expecting(YES_NO))
    call.tell(AgentSaid(2, clauses=3))
    call.voice(1_000)
    call.pauses(1_300)
    assert call.heard("No.", 1_700)[0] == StopSpeaking(1, SOMETHING)
    assert reading_back("That is 4").heard("No.", 1_700)[0] == StopSpeaking(1, SOMETHING)


def test_words_stop_the_agent_before_the_turn_is_over() -> None:
    call = speaking()
    call.voice(1_000)
    call.until(1_220)
    assert call.heard("No, wait and", 1_480) == [StopSpeaking(1, SOMETHING)]
    call.pauses(1_800)
    assert call.is_in(State.CALLER_PAUSED)
    call.resumes(2_400)
    call.pauses(3_000)
    call.heard("No, wait and listen.", 3_400)
    call.until(4_050)
    (taken,) = call.all_of(TurnTaken)
    assert (taken.text, taken.interrupted_utterance) == ("No, wait and listen.", 1)


def test_long_voice_stops_the_agent_where_the_words_are_late() -> None:
    call = speaking()
    call.voice(1_000)
    assert [action for action in call.until(1_899) if not isinstance(action, Transcribe)] == []
    assert call.until(1_900) == [StopSpeaking(1, "the caller goes on")]
    assert call.votes()[0] == "voice goes on"
    assert call.is_in(State.CALLER_SPEAKING)


def test_voice_in_pieces_counts_together() -> None:
    call = speaking()
    call.voice(1_000)
    call.pauses(1_500)
    call.resumes(1_800)
    assert not any(isinstance(action, StopSpeaking) for action in call.until(2_199))
    assert call.until(2_200) == [StopSpeaking(1, "the caller goes on")]


def test_noise_that_goes_on_and_on_does_not_keep_the_agent_silent() -> None:
    call = speaking()
    call.voice(1_000)
    call.until(1_220)
    assert call.heard("", 1_480) == []
    assert call.heard("", 1_700) == [ResumeSpeaking(1)]
    assert call.is_in(State.AGENT_SPEAKING)
    looks = [call.heard("", at_ms) for at_ms in range(2_400, 12_000, 400)]
    assert not any(isinstance(action, StopSpeaking | HoldSpeaking) for done in looks for action in done)
    assert len(call.all_of(Transcribe)) <= 8, "each look comes later than the one before"
    assert call.is_in(State.AGENT_SPEAKING)
    call.pauses(12_000)
    assert call.heard("", 12_400) == [EndTurn(1, "no words")]


def test_words_that_come_out_of_the_noise_stop_the_agent_after_all() -> None:
    call = speaking()
    call.voice(1_000)
    call.until(1_220)
    call.heard("", 1_480)
    call.heard("", 1_700)
    call.until(2_310)
    assert call.heard("I have a question", 2_500) == [StopSpeaking(1, SOMETHING)]
    assert call.is_in(State.CALLER_SPEAKING)


def test_noise_that_came_twice_for_nothing_does_not_mute_the_agent_again() -> None:
    call = speaking()
    for job, at_ms in enumerate((1_000, 3_000), start=1):
        assert call.voice(at_ms) == [HoldSpeaking(1)]
        call.pauses(at_ms + 200)
        assert call.heard("", at_ms + 700) == [ResumeSpeaking(1), EndTurn(job, "no words")]
    assert call.voice(5_000) == []
    assert call.is_in(State.AGENT_SPEAKING)
    call.until(5_220)
    assert call.heard("Hang on", 5_480) == [StopSpeaking(1, SOMETHING)]


def test_a_turn_that_was_taken_lets_voice_mute_the_agent_again() -> None:
    call = speaking()
    for at_ms in (1_000, 3_000):
        call.voice(at_ms)
        call.pauses(at_ms + 200)
        call.heard("", at_ms + 700)
    call.played(1, 4_500)
    call.voice(5_000)
    call.pauses(6_000)
    call.heard("My bill, please.", 6_400)
    call.says(2, 7_500)
    assert call.voice(8_000) == [HoldSpeaking(2)]


def learned(level_dbfs: int) -> Call:
    """The caller has spoken, so loud, and the agent answers."""
    call = Call()
    call.voice(500)
    call.pauses(1_500)
    call.heard("My bill, please.", 1_900, level_dbfs=level_dbfs)
    call.says(1, 3_000)
    call.voice(4_000)
    call.pauses(4_500)
    return call


def test_a_voice_much_softer_than_the_callers_is_somebody_else() -> None:
    call = learned(-20)
    assert call.heard("Dinner is ready.", 4_900, level_dbfs=-32) == [ResumeSpeaking(1), EndTurn(2, "somebody else")]
    assert call.votes() == ("somebody else", "words")


def test_a_caller_who_speaks_a_little_softer_is_the_caller() -> None:
    assert learned(-20).heard("Dinner is ready.", 4_900, level_dbfs=-26)[0] == StopSpeaking(1, SOMETHING)
    assert learned(-20).heard("Dinner is ready.", 4_900)[0] == StopSpeaking(1, SOMETHING)


def test_a_soft_no_is_a_no() -> None:
    assert learned(-20).heard("No.", 4_900, level_dbfs=-40)[0] == StopSpeaking(1, SOMETHING)


def test_noise_that_stopped_the_agent_is_answered() -> None:
    call = speaking()
    call.voice(1_000)
    call.pauses(3_000)
    call.heard("", 3_300)
    taken = TurnTaken(1, "", interrupted_utterance=1, failed=True)
    assert taken in call.until(3_600) or taken in call.done


def test_agent_goes_on_when_the_words_do_not_come_in_time() -> None:
    call = speaking()
    call.voice(1_000)
    call.pauses(1_500)
    assert call.until(2_499) == []
    assert call.until(2_500) == [ResumeSpeaking(1)]
    assert call.is_in(State.AGENT_SPEAKING)


def test_late_words_still_stop_the_agent() -> None:
    call = speaking()
    call.voice(1_000)
    call.pauses(1_500)
    call.until(4_000)
    stopped, taken = call.heard("Stop.", 4_500)
    assert stopped == StopSpeaking(1, SOMETHING)
    assert isinstance(taken, TurnTaken)
    assert (taken.text, taken.interrupted_utterance) == ("Stop.", 1)


def test_late_words_are_waited_for_no_longer_than_any_others() -> None:
    call = speaking()
    call.voice(1_000)
    call.pauses(1_500)
    call.until(4_000)
    assert call.until(6_500) == [CancelTranscription(2), EndTurn(1, "not recognised")]
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
    assert call.resumes(4_100) == [CancelTranscription(2), HoldSpeaking(1)]


def test_failed_recognition_lets_a_held_agent_go_on() -> None:
    call = speaking()
    call.voice(1_000)
    call.pauses(1_300)
    call.fails(1_600)
    assert call.fails(1_900) == [ResumeSpeaking(1), EndTurn(1, "not recognised")]


def test_an_agent_that_ends_under_a_voice_without_words_leaves_the_floor_to_the_caller() -> None:
    call = speaking()
    call.voice(1_000)
    call.until(1_220)
    call.heard("", 1_480)
    call.heard("", 1_700)
    call.played(1, 1_800)
    assert call.is_in(State.CALLER_SPEAKING)
