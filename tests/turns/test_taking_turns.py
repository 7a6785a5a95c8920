"""When what a caller said becomes a turn."""

from __future__ import annotations

from tests.turns.floor_script import EIGHT_DIGITS, YES_NO, Call
from voice_agent.conversation.actions import CancelTranscription, DropLate, EndTurn, Transcribe
from voice_agent.conversation.events import CallEnded, SpeechPaused, TextReceived, Woken
from voice_agent.conversation.expectation import Expectation, Setting
from voice_agent.turns.settings import FloorSettings
from voice_agent.turns.signals import AgentDecided, AgentSaid, DecisionOverdue, Expecting, TurnTaken, TurnTooLong
from voice_agent.turns.transitions import State


def test_recognition_starts_at_the_first_pause() -> None:
    call = Call()
    call.voice(1_000)
    assert call.pauses(2_000) == [Transcribe(1, 1, 8_000, 16_000, "open")]
    assert call.is_in(State.CALLER_PAUSED)


def test_turn_is_taken_when_endpoint_has_passed_and_the_words_are_there() -> None:
    call = Call()
    call.voice(1_000)
    call.pauses(2_000)
    assert call.heard("How do I pay my bill?", 2_400) == []
    assert call.until(2_479) == []
    (taken,) = call.until(2_480)
    assert isinstance(taken, TurnTaken)
    assert (taken.turn, taken.text, taken.confidence, taken.failed) == (1, "How do I pay my bill?", 0.9, False)
    assert taken.votes[0].reason == "question"
    assert call.is_in(State.DECIDING)


def test_words_that_come_after_the_endpoint_are_taken_at_once() -> None:
    call = Call()
    call.voice(1_000)
    call.pauses(2_000)
    (taken,) = call.heard("How do I pay my bill?", 3_000)
    assert isinstance(taken, TurnTaken)


def test_yes_is_answered_sooner_than_free_speech() -> None:
    call = Call()
    call.tell(Expecting(YES_NO))
    call.voice(1_000)
    call.pauses(1_400)
    call.heard("Yes.", 1_650)
    assert call.until(1_679) == []
    assert len(call.until(1_680)) == 1


def test_digits_with_a_long_pause_are_not_cut_off() -> None:
    call = Call()
    call.tell(Expecting(EIGHT_DIGITS))
    call.voice(1_000)
    call.pauses(2_000)
    call.heard("1234", 2_300)
    assert call.until(3_500) == []
    call.resumes(3_500)
    assert call.pauses(4_500) == [Transcribe(2, 2, 8_000, 36_000, "digits:8")]
    call.heard("1234 5678", 4_800, job=2, generation=2)
    call.until(4_801)
    assert [taken.text for taken in call.all_of(TurnTaken)] == ["1234 5678"]


def test_voice_that_goes_on_cancels_recognition_and_its_result_is_dropped() -> None:
    call = Call()
    call.voice(1_000)
    call.pauses(2_000)
    assert call.resumes(2_300) == [CancelTranscription(1)]
    assert call.heard("I want", 2_400) == [DropLate("transcribed", 1, "nobody waits for it")]
    assert call.is_in(State.CALLER_SPEAKING)
    call.pauses(3_000)
    assert call.fails(3_250, job=1, generation=1) == [DropLate("transcription_failed", 1, "nobody waits for it")]


def test_a_result_of_another_generation_is_dropped() -> None:
    call = Call()
    call.voice(1_000)
    call.pauses(2_000)
    assert call.heard("I want", 2_300, job=1, generation=7) == [DropLate("transcribed", 1, "nobody waits for it")]


def test_a_cough_is_no_turn() -> None:
    call = Call()
    call.voice(1_000)
    call.pauses(1_200)
    call.heard(" ...", 1_500)
    assert call.until(1_800) == [EndTurn(1, "no words")]
    assert call.is_in(State.IDLE)


def test_words_after_a_cough_are_recognised_together_with_it() -> None:
    call = Call()
    call.voice(1_000)
    call.pauses(1_200)
    call.heard("", 1_500)
    call.resumes(1_700)
    assert call.pauses(2_500) == [Transcribe(2, 2, 8_000, 20_000, "open")]


def test_failed_recognition_is_tried_once_more() -> None:
    call = Call()
    call.voice(1_000)
    call.pauses(2_000)
    assert call.fails(2_300) == [Transcribe(2, 1, 8_000, 16_000, "open")]
    (taken,) = call.heard("Hello.", 2_700, job=2)
    assert isinstance(taken, TurnTaken)
    assert taken.text == "Hello."


def test_each_pause_may_fail_once() -> None:
    call = Call()
    call.voice(1_000)
    call.pauses(2_000)
    call.fails(2_300)
    call.resumes(2_400)
    call.pauses(3_000)
    assert call.fails(3_300, job=3, generation=2) == [Transcribe(4, 2, 8_000, 24_000, "open")]


def test_recognition_that_fails_twice_is_a_turn_the_agent_did_not_hear() -> None:
    call = Call()
    call.voice(1_000)
    call.pauses(2_000)
    call.fails(2_300)
    assert call.fails(2_600, job=2) == [TurnTaken(1, "", failed=True)]
    assert call.is_in(State.DECIDING)


def test_recognition_that_never_answers_is_a_turn_the_agent_did_not_hear() -> None:
    call = Call()
    call.voice(1_000)
    call.pauses(2_000)
    assert call.until(7_000) == [CancelTranscription(1), TurnTaken(1, "", failed=True)]


def test_only_the_end_of_a_very_long_turn_is_recognised() -> None:
    call = Call()
    call.voice(1_000)
    assert call.pauses(41_000) == [Transcribe(1, 1, 16_000 * 8, 41_000 * 8, "open")]


def test_longest_turn_is_taken_while_the_caller_goes_on() -> None:
    call = Call()
    call.voice(1_000)
    assert call.until(61_000) == [TurnTooLong(1), Transcribe(1, 1, 36_000 * 8, 61_000 * 8, "open")]
    assert call.resumes(61_100) == []
    (taken,) = call.heard("and then", 61_500)
    assert isinstance(taken, TurnTaken)
    assert call.floor.open_segment is None
    call.voice(61_600)
    assert call.is_in(State.CALLER_SPEAKING)


def test_longest_turn_is_taken_even_if_it_is_not_recognised() -> None:
    call = Call()
    call.voice(1_000)
    call.until(61_000)
    assert call.until(66_000) == [CancelTranscription(1), TurnTaken(1, "", failed=True)]


def test_caller_who_goes_on_while_the_agent_thinks_opens_another_turn() -> None:
    call = Call()
    call.voice(1_000)
    call.pauses(2_000)
    call.heard("How do I pay?", 2_650)
    assert call.is_in(State.DECIDING)
    call.voice(2_900)
    assert call.is_in(State.CALLER_SPEAKING)
    call.pauses(3_500)
    call.heard("My bill.", 4_600, job=2)
    assert [(taken.turn, taken.text) for taken in call.all_of(TurnTaken)] == [(1, "How do I pay?"), (2, "My bill.")]


def test_a_cough_while_the_agent_thinks_changes_nothing() -> None:
    call = Call()
    call.voice(1_000)
    call.pauses(2_000)
    call.heard("How do I pay?", 2_650)
    call.voice(2_900)
    call.pauses(3_000)
    call.heard("", 3_700, job=2)
    assert call.is_in(State.DECIDING)
    assert call.all_of(EndTurn) == [EndTurn(2, "no words")]


def test_segment_stays_open_until_its_turn_is_settled() -> None:
    call = Call()
    call.voice(1_000)
    assert call.floor.open_segment == 1
    call.pauses(2_000)
    assert call.floor.open_segment == 1
    call.heard("Hello.", 2_700)
    assert call.floor.open_segment is None


def test_voice_that_resumes_after_the_turn_was_taken_opens_another() -> None:
    call = Call()
    call.voice(1_000)
    call.pauses(2_000)
    call.heard("Hello.", 2_700)
    call.resumes(2_750)
    assert call.pauses(3_000) == [Transcribe(2, 1, 22_000, 24_000, "open")]


def test_pauses_of_unknown_segments_change_nothing() -> None:
    call = Call()
    assert call.tell(SpeechPaused(9, 800), 500) == []
    call.voice(1_000)
    assert call.tell(SpeechPaused(9, 8_800), 1_300) == []
    call.pauses(2_000)
    assert call.pauses(2_100) == []
    assert call.is_in(State.CALLER_PAUSED)


def test_a_segment_that_begins_without_the_pause_of_the_last_joins_the_turn() -> None:
    call = Call()
    call.voice(1_000)
    call.voice(1_500)
    assert call.pauses(2_000) == [Transcribe(1, 1, 8_000, 16_000, "open")]


def test_a_track_that_lags_behind_the_clock_does_not_shorten_the_callers_time() -> None:
    call = Call()
    call.voice(10_000)
    call.tell(SpeechPaused(1, 8 * 5_000), 12_000)
    call.heard("How do I pay?", 12_050)
    assert call.until(12_079) == []
    assert len(call.until(12_080)) == 1


def test_a_turn_that_comes_to_nothing_is_overdue_again_and_again() -> None:
    call = Call()
    call.tell(TextReceived("hello"), 1_000)
    assert call.until(31_000) == [DecisionOverdue(1)] * 3


def test_a_filler_puts_off_what_is_owed_until_it_was_heard() -> None:
    call = Call()
    call.tell(TextReceived("hello"), 1_000)
    call.says(1, 2_000, last=False)
    assert call.played(1, 9_000) == []
    assert call.is_in(State.DECIDING)
    assert call.until(18_999) == []
    assert call.until(19_000) == [DecisionOverdue(1)]


def test_an_answer_settles_its_turn_and_those_before() -> None:
    call = Call()
    call.tell(TextReceived("one"), 1_000)
    call.tell(TextReceived("two"), 1_100)
    call.tell(TextReceived("three"), 1_200)
    call.tell(AgentSaid(1, turn=2), 2_000)
    call.played(1, 3_000)
    assert call.is_in(State.DECIDING)
    call.tell(AgentDecided(3))
    assert call.is_in(State.IDLE)


def test_a_decision_without_words_gives_the_floor_back() -> None:
    call = Call()
    call.tell(TextReceived("one"), 1_000)
    call.tell(TextReceived("two"), 1_100)
    call.tell(AgentDecided(1), 1_200)
    assert call.is_in(State.DECIDING)
    call.tell(AgentDecided(2), 1_300)
    assert call.is_in(State.IDLE)
    call.tell(AgentDecided(2), 1_400)
    assert call.is_in(State.IDLE)


def test_the_end_of_the_call_settles_the_open_turn() -> None:
    call = Call()
    call.voice(1_000)
    call.pauses(2_000)
    assert call.tell(CallEnded("caller", "bye"), 2_300) == [CancelTranscription(1), EndTurn(1, "the call ended")]
    assert call.heard("I want", 2_400) == [DropLate("transcribed", 1, "the call has ended")]
    assert call.voice(3_000) == []
    assert call.floor.next_wake() is None


def test_the_end_of_the_call_may_come_at_any_time() -> None:
    call = Call()
    assert call.tell(CallEnded("caller", "bye"), 100) == []
    assert call.is_in(State.CLOSED)


def test_a_wake_that_is_logged_as_an_event_is_a_wake() -> None:
    call = Call(FloorSettings(silence_us=1_000_000))
    assert call.floor.handle(Woken(), 999_999) == []
    assert len(call.floor.handle(Woken(), 1_000_000)) == 1


def test_words_are_asked_for_in_the_language_that_is_spoken() -> None:
    call = Call()
    call.tell(Expecting(Expectation(setting=Setting("", "es", "ES"))))
    call.voice(1_000)
    call.pauses(1_500)
    assert {asked.language for asked in call.all_of(Transcribe)} == {"es"}
