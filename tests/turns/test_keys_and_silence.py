"""Keys, typed turns, and nobody saying anything."""

from __future__ import annotations

import pytest

from tests.turns.floor_script import EIGHT_DIGITS, Call
from voice_agent.conversation.actions import CancelTranscription, StopSpeaking, Transcribe
from voice_agent.conversation.events import DigitPressed, EngineWentDown, TextReceived
from voice_agent.conversation.expectation import Expectation
from voice_agent.turns.signals import AgentDecided, AgentSaid, DecisionOverdue, Expecting, SilenceLasted, TurnTaken
from voice_agent.turns.transitions import State


def press(call: Call, keys: str, at_ms: int) -> None:
    for key in keys:
        call.tell(DigitPressed(key), at_ms)


def taken_keys(call: Call) -> list[str]:
    return [taken.keys for taken in call.all_of(TurnTaken)]


def test_a_key_stops_the_agent_at_once() -> None:
    call = Call()
    call.says(1, 500)
    assert call.tell(DigitPressed("2"), 1_000) == [StopSpeaking(1, "a key was pressed")]
    call.until(2_500)
    assert call.all_of(TurnTaken) == [TurnTaken(1, "", keys="2", interrupted_utterance=1)]


def test_a_single_key_is_a_turn_after_a_while() -> None:
    call = Call()
    press(call, "2", 1_000)
    assert call.until(2_499) == []
    assert call.until(2_500) == [TurnTaken(1, "", keys="2")]


def test_digits_are_complete_at_their_length() -> None:
    call = Call()
    call.tell(Expecting(EIGHT_DIGITS))
    press(call, "1234567", 1_000)
    assert taken_keys(call) == []
    press(call, "8", 1_100)
    assert taken_keys(call) == ["12345678"]


def test_hash_after_complete_digits_is_not_a_turn() -> None:
    call = Call()
    call.tell(Expecting(EIGHT_DIGITS))
    press(call, "12345678", 1_000)
    press(call, "#", 1_500)
    assert call.is_in(State.DECIDING)
    press(call, "#", 4_000)
    assert call.is_in(State.KEYING)


def test_hash_ends_digits_of_any_length() -> None:
    call = Call()
    call.tell(Expecting(Expectation("digits")))
    press(call, "123#", 1_000)
    assert taken_keys(call) == ["123"]


def test_digits_without_an_end_are_taken_when_no_more_come() -> None:
    call = Call()
    call.tell(Expecting(EIGHT_DIGITS))
    press(call, "12", 1_000)
    press(call, "3", 3_400)
    assert call.until(5_899) == []
    assert call.until(5_900) == [TurnTaken(1, "", keys="123")]


def test_hash_alone_is_a_key() -> None:
    call = Call()
    call.tell(Expecting(EIGHT_DIGITS))
    press(call, "#", 1_000)
    call.until(3_500)
    assert taken_keys(call) == ["#"]


@pytest.mark.parametrize("expectation", [Expectation(), Expectation("digits")])
def test_a_stuck_key_does_not_keep_the_floor(expectation: Expectation) -> None:
    call = Call()
    call.tell(Expecting(expectation))
    press(call, "5" * 32, 1_000)
    assert taken_keys(call) == ["5" * 32]


def test_keys_take_the_turn_over_from_voice() -> None:
    call = Call()
    call.voice(1_000)
    call.pauses(1_500)
    assert call.tell(DigitPressed("1"), 1_800) == [CancelTranscription(1)]
    assert call.voice(1_850) == []
    assert call.pauses(1_950) == []
    call.until(3_300)
    assert call.all_of(TurnTaken) == [TurnTaken(1, "", keys="1")]


def test_figures_said_before_the_keys_go_with_them_and_end_the_entry_where_it_is_whole() -> None:
    call = Call()
    call.tell(Expecting(EIGHT_DIGITS))
    call.voice(1_000)
    call.pauses(1_500)
    call.heard("5501", at_ms=1_700)
    press(call, "2479", 2_000)
    assert call.all_of(TurnTaken) == [TurnTaken(1, "5501", keys="2479", votes=())]


def test_words_that_come_while_keys_are_pressed_still_count() -> None:
    call = Call()
    call.tell(Expecting(EIGHT_DIGITS))
    call.voice(1_000)
    call.pauses(1_500)
    press(call, "2479", 1_600)
    assert call.all_of(CancelTranscription) == []
    assert call.all_of(TurnTaken) == []
    call.heard("5501", at_ms=2_500)
    assert call.all_of(TurnTaken) == [TurnTaken(1, "5501", keys="2479")]


def test_a_voice_that_is_still_on_is_recognised_up_to_the_first_key() -> None:
    call = Call()
    call.tell(Expecting(EIGHT_DIGITS))
    call.voice(1_000)
    (asked,) = (action for action in call.tell(DigitPressed("2"), 2_000) if isinstance(action, Transcribe))
    assert asked.to_sample >= 16_000
    call.heard("5501", at_ms=2_300)
    press(call, "479", 2_500)
    assert call.all_of(TurnTaken) == [TurnTaken(1, "5501", keys="2479")]


def test_keys_that_are_whole_by_themselves_wait_for_no_words() -> None:
    call = Call()
    call.tell(Expecting(EIGHT_DIGITS))
    call.voice(1_000)
    call.pauses(1_500)
    press(call, "55012479", 1_600)
    assert call.all_of(CancelTranscription) == [CancelTranscription(1)]
    assert call.all_of(TurnTaken) == [TurnTaken(1, "", keys="55012479")]


def test_recognition_that_fails_leaves_the_keys_alone() -> None:
    call = Call()
    call.tell(Expecting(EIGHT_DIGITS))
    call.voice(1_000)
    call.pauses(1_500)
    press(call, "2479", 1_600)
    call.fails(2_000)
    call.until(6_000)
    assert call.all_of(TurnTaken) == [TurnTaken(1, "", keys="2479")]


def test_reply_that_comes_while_keys_are_pressed_is_dropped() -> None:
    call = Call()
    press(call, "1", 1_000)
    assert call.tell(AgentSaid(1), 1_200) == [StopSpeaking(1, "keys are being pressed")]
    assert call.until(2_500) == [TurnTaken(1, "", keys="1", interrupted_utterance=1)]


def test_voice_is_listened_to_again_after_the_keys() -> None:
    call = Call()
    press(call, "1", 1_000)
    call.until(2_500)
    call.voice(3_000)
    assert call.pauses(3_500) == [Transcribe(1, 1, 24_000, 28_000, "open")]


def test_silence_is_counted_from_the_end_of_what_the_agent_said() -> None:
    call = Call()
    call.says(1, 500)
    call.played(1, 4_000)
    assert call.until(10_999) == []
    assert call.until(11_000) == [SilenceLasted(1)]
    assert call.until(18_000) == [SilenceLasted(2)]


def test_silence_goes_on_counting_over_what_the_agent_asks() -> None:
    call = Call()
    call.until(7_000)
    call.says(1, 7_100)
    call.played(1, 9_000)
    assert call.until(16_000) == [SilenceLasted(2)]


def test_a_turn_ends_the_count_of_silences() -> None:
    call = Call()
    call.until(7_000)
    press(call, "1", 8_000)
    call.until(9_500)
    call.tell(AgentDecided(1))
    assert call.until(16_500)[-1] == SilenceLasted(1)


def test_a_cough_starts_the_silence_anew() -> None:
    call = Call()
    call.voice(5_000)
    call.pauses(5_200)
    call.heard("", 5_900)
    assert call.until(12_899) == []
    assert call.until(12_900) == [SilenceLasted(1)]


def test_the_caller_speaks_and_the_silence_does_not_count() -> None:
    call = Call()
    call.voice(5_000)
    assert call.until(30_000) == []


def test_a_typed_turn_is_taken_at_once() -> None:
    call = Call(typed=True)
    assert call.tell(TextReceived("hello"), 1_000) == [TurnTaken(1, "hello")]
    assert call.tell(AgentSaid(1), 2_000) == []
    assert call.is_in(State.IDLE)


def test_a_typed_conversation_has_no_silences() -> None:
    call = Call(typed=True)
    assert call.floor.next_wake() is None
    call.tell(TextReceived("hello"), 1_000)
    call.tell(AgentSaid(1), 2_000)
    assert call.until(600_000) == []


def test_a_typed_turn_is_owed_an_answer_too() -> None:
    call = Call(typed=True)
    call.tell(TextReceived("hello"), 1_000)
    call.tell(AgentSaid(1, last=False), 2_000)
    assert call.until(12_000) == [DecisionOverdue(1)]


def test_a_typed_conversation_may_have_keys() -> None:
    call = Call(typed=True)
    press(call, "1", 1_000)
    assert call.tell(AgentSaid(1), 1_100) == []
    call.until(2_500)
    assert taken_keys(call) == ["1"]


def test_writing_stops_the_agent() -> None:
    call = Call()
    call.says(1, 500)
    stopped = StopSpeaking(1, "the caller wrote something")
    assert call.tell(TextReceived("no"), 1_000) == [stopped, TurnTaken(1, "no", interrupted_utterance=1)]
    assert call.is_in(State.DECIDING)


def test_writing_leaves_what_is_being_spoken_alone() -> None:
    call = Call()
    call.says(1, 500)
    call.voice(1_000)
    call.tell(TextReceived("my number is 12"), 1_200)
    assert call.is_in(State.CALLER_SPEAKING)
    call.tell(TextReceived("sorry, 13"), 1_300)
    assert call.is_in(State.CALLER_SPEAKING)
    call.pauses(1_500)
    call.heard("That is it.", 2_200)
    assert [taken.turn for taken in call.all_of(TurnTaken)] == [2, 3, 1]


def test_what_the_floor_has_no_part_in_changes_nothing() -> None:
    call = Call()
    assert call.tell(EngineWentDown("speech-1", "killed"), 1_000) == []
    assert call.is_in(State.IDLE)
