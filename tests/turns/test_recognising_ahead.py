"""Recognition that begins before it is known whether the caller has paused."""

from __future__ import annotations

from tests.turns.floor_script import YES_NO, Call
from voice_agent.conversation.actions import CancelTranscription, DropLate, Transcribe
from voice_agent.conversation.events import TranscriptionFailed
from voice_agent.turns.signals import Expecting, TurnTaken
from voice_agent.turns.transitions import State


def test_recognition_begins_at_a_dip_and_is_not_begun_again_at_the_pause() -> None:
    call = Call()
    call.voice(1_000)
    assert call.dips(2_000) == [Transcribe(1, 1, 8_000, 16_000, "open", "early")]
    assert call.is_in(State.CALLER_SPEAKING)
    assert call.pauses(2_000) == []
    assert call.is_in(State.CALLER_PAUSED)
    call.heard("How do I pay my bill?", 2_300)
    (taken,) = call.until(2_600)
    assert isinstance(taken, TurnTaken)
    assert taken.text == "How do I pay my bill?"


def test_words_that_come_before_the_pause_count_from_the_pause() -> None:
    call = Call()
    call.tell(Expecting(YES_NO))
    call.voice(1_000)
    call.dips(1_400)
    assert call.heard("Yes.", 1_550) == []
    assert call.likely == []
    assert call.pauses(1_400) == []
    assert [likely.turn.text for likely in call.likely] == ["Yes."]
    assert [type(done) for done in call.until(1_750)] == [TurnTaken]


def test_a_turn_is_never_taken_with_words_of_less_than_all_its_voice() -> None:
    call = Call()
    call.tell(Expecting(YES_NO))
    call.voice(1_000)
    call.dips(1_400)
    call.heard("No.", 1_550)
    assert call.pauses(2_400) == [Transcribe(2, 2, 8_000, 19_200, "yes_no")]
    assert call.until(4_000) == []
    call.heard("No, wait, yes.", 4_000, job=2, generation=2)
    assert [taken.text for taken in call.all_of(TurnTaken)] == ["No, wait, yes."]


def test_a_later_dip_overtakes_an_earlier_one() -> None:
    call = Call()
    call.voice(1_000)
    call.dips(2_000)
    assert call.dips(2_200) == [CancelTranscription(1), Transcribe(2, 2, 8_000, 17_600, "open", "early")]
    assert call.heard("I want", 2_310, job=1, generation=1) == [DropLate("transcribed", 1, "nobody waits for it")]


def test_a_pause_that_ends_later_than_the_dip_before_it_overtakes_it() -> None:
    call = Call()
    call.voice(1_000)
    call.dips(2_000)
    assert call.pauses(2_040) == [CancelTranscription(1), Transcribe(2, 2, 8_000, 16_320, "open")]


def test_recognition_that_could_not_begin_ahead_begins_at_the_pause() -> None:
    call = Call()
    call.voice(1_000)
    call.dips(2_000)
    assert call.tell(TranscriptionFailed(1, 1, "engine_overload", "none is free"), 2_110) == []
    assert call.pauses(2_000) == [Transcribe(2, 2, 8_000, 16_000, "open")]


def test_recognition_ahead_that_fails_after_the_pause_is_no_failure_of_the_turn() -> None:
    call = Call()
    call.voice(1_000)
    call.dips(2_000)
    call.pauses(2_000)
    assert call.fails(2_300) == [Transcribe(2, 1, 8_000, 16_000, "open")]
    assert call.fails(2_500, job=2) == [Transcribe(3, 1, 8_000, 16_000, "open")]


def test_words_of_before_the_voice_went_on_are_not_taken_at_a_pause_without_more_voice() -> None:
    call = Call()
    call.voice(1_000)
    call.dips(2_000)
    call.pauses(2_000)
    call.heard("I want", 2_250)
    call.resumes(2_300)
    assert call.pauses(2_000) == [Transcribe(2, 2, 8_000, 16_000, "open")]


def test_a_dip_of_another_segment_or_of_no_voice_is_nothing() -> None:
    call = Call()
    assert call.dips(1_000) == []
    call.voice(2_000)
    call.pauses(3_000)
    assert call.dips(3_200) == []


def test_keys_cancel_what_was_begun_ahead() -> None:
    call = Call()
    call.voice(1_000)
    call.dips(2_000)
    assert call.tell_key("5", 2_150) == [CancelTranscription(1)]
