"""Two looks at the words of a voice over the agent: the second is asked for before the first is answered."""

from __future__ import annotations

import pytest

from tests.turns.floor_script import Call
from voice_agent.conversation.actions import (
    CancelTranscription,
    DropLate,
    EndTurn,
    ResumeSpeaking,
    StopSpeaking,
    Transcribe,
)
from voice_agent.conversation.events import Transcribed
from voice_agent.turns.settings import FloorSettings
from voice_agent.turns.signals import AgentSaid, FloorAction

SOMETHING = "the caller said something"


def muted() -> Call:
    """The agent was muted at one second, and two looks are under way, asked for at 1,220 and 1,340 ms."""
    call = Call(FloorSettings())
    call.says(1, 500)
    call.until(1_000)
    call.voice(1_000)
    looks = call.until(1_439)
    assert looks == [
        Transcribe(1, 1, 8_000, 9_760, "open", "early"),
        Transcribe(2, 2, 8_000, 10_720, "open", "early"),
    ]
    return call


def answers(
    call: Call, job: int, text: str, at_ms: int, confidence: float = 0.6, level_dbfs: int | None = None
) -> list[FloorAction]:
    call.until(at_ms)
    return call.tell(Transcribed(job, job, text, (), confidence, "double", 220_000, level_dbfs))


def test_the_first_answer_decides_though_a_second_is_on_its_way() -> None:
    call = muted()
    assert answers(call, 1, "I want", 1_440) == [StopSpeaking(1, SOMETHING)]
    assert answers(call, 2, "I want that", 1_560) == []


def test_the_second_decides_what_the_first_left_open_and_no_third_is_asked_for_meanwhile() -> None:
    call = muted()
    assert answers(call, 1, "That", 1_440) == []
    assert call.until(1_559) == []
    assert answers(call, 2, "That was", 1_560) == [StopSpeaking(1, SOMETHING)]


def test_one_look_at_a_time_follows() -> None:
    call = muted()
    answers(call, 1, "Mm", 1_440)
    answers(call, 2, "Mm", 1_560)
    assert [type(action) for action in call.until(1_599)] == [Transcribe]


def test_words_of_a_look_count_though_the_voice_has_dipped_since() -> None:
    call = muted()
    overtaken, ahead = call.dips(1_350)
    assert overtaken == CancelTranscription(2)
    assert isinstance(ahead, Transcribe)
    assert answers(call, 1, "No", 1_440) == [StopSpeaking(1, SOMETHING)]


def test_words_that_do_not_insist_wait_for_all_of_them_once_the_voice_has_dipped() -> None:
    call = muted()
    call.dips(1_350)
    assert answers(call, 1, "I se", 1_440) == []
    assert answers(call, 3, "I see it.", 1_630) == [StopSpeaking(1, SOMETHING)]


def test_an_answer_that_comes_after_a_newer_one_is_of_no_use() -> None:
    call = muted()
    answers(call, 2, "Mm", 1_430)
    assert answers(call, 1, "No", 1_440) == [DropLate("transcribed", 1, "nobody waits for it")]


def test_a_look_that_failed_leaves_it_to_the_other() -> None:
    call = muted()
    assert call.fails(1_440, job=1, generation=1) == []
    assert answers(call, 2, "That was", 1_560) == [StopSpeaking(1, SOMETHING)]


@pytest.mark.parametrize(("confidence", "words"), [(0.6, True), (0.4, False)])
def test_words_that_were_believed_are_not_taken_back_by_a_look_that_finds_none(confidence: float, words: bool) -> None:
    call = muted()
    answers(call, 1, "Tap", 1_440, confidence)
    (decided,) = answers(call, 2, "", 1_600, 0.0)
    assert isinstance(decided, StopSpeaking if words else ResumeSpeaking)


def test_a_backchannel_is_one_once_all_of_it_was_heard() -> None:
    call = muted()
    call.dips(1_350)
    call.pauses(1_350)
    assert answers(call, 1, "Mm-hm.", 1_560) == []
    assert answers(call, 3, "Mm-hm.", 1_590) == [ResumeSpeaking(1), EndTurn(1, "backchannel")]


def test_an_agent_that_noise_does_not_mute_any_more_is_looked_at_once() -> None:
    call = Call(FloorSettings())
    call.says(1, 500)
    for begin in (1_000, 2_000):
        call.voice(begin)
        call.dips(begin + 100)
        call.pauses(begin + 100)
        call.heard("", begin + 400)
    call.voice(3_000)
    assert [type(action) for action in call.until(3_600)] == [Transcribe]


@pytest.mark.parametrize(("level_dbfs", "stops"), [(-21, True), (-25, False)])
def test_several_words_of_the_caller_count_though_all_of_it_sounds_like_none(level_dbfs: int, stops: bool) -> None:
    call = Call(FloorSettings())
    call.voice(500)
    call.pauses(1_500)
    call.heard("My bill, please.", 1_900, level_dbfs=-20)
    call.says(1, 3_000)
    call.voice(4_000)
    call.dips(4_300)
    answers(call, 2, "That will hold", 4_440, 0.4, level_dbfs)
    call.pauses(4_300)
    (decided, *_) = call.heard("", 4_630)
    assert isinstance(decided, StopSpeaking if stops else ResumeSpeaking)


@pytest.mark.parametrize(("text", "stops"), [("Stop late.", True), ("So late.", False)])
def test_a_stop_among_words_that_are_hardly_believed_is_worth_an_answer(text: str, stops: bool) -> None:
    call = Call(FloorSettings())
    call.tell(AgentSaid(1, clauses=3), 500)
    call.voice(1_000)
    call.dips(1_100)
    call.pauses(1_100)
    (decided, *_) = answers(call, 1, text, 1_380, 0.2)
    assert isinstance(decided, StopSpeaking if stops else ResumeSpeaking)


def test_a_dip_that_was_no_pause_is_looked_past() -> None:
    call = muted()
    call.dips(1_350)
    assert answers(call, 1, "I see", 1_440) == []
    assert call.until(1_598) == []
    assert call.until(1_599) == [Transcribe(4, 4, 8_000, 12_792, "open", "early")]
    assert answers(call, 3, "I see", 1_630) == [StopSpeaking(1, SOMETHING)]


def test_a_pause_after_a_dip_needs_no_look() -> None:
    call = muted()
    call.dips(1_350)
    call.pauses(1_350)
    answers(call, 1, "I see", 1_440)
    assert call.until(1_620) == []


def test_a_backchannel_does_not_keep_the_agent_silent_until_all_of_it_is_recognised() -> None:
    call = muted()
    answers(call, 1, "Mm-hm.", 1_440)
    call.dips(1_500)
    assert call.until(1_599) == []
    assert call.until(1_600) == [ResumeSpeaking(1)]
    call.pauses(1_500)
    assert answers(call, 3, "Mm-hm.", 1_780) == [EndTurn(1, "backchannel")]


def test_what_follows_a_backchannel_stops_the_agent_that_had_gone_on() -> None:
    call = muted()
    answers(call, 1, "Mm-hm.", 1_440)
    call.dips(1_500)
    assert call.until(1_600) == [ResumeSpeaking(1)]
    call.pauses(1_500)
    assert answers(call, 3, "Mm-hm, but when?", 1_780) == [StopSpeaking(1, SOMETHING)]


def test_other_words_before_a_pause_wait_for_all_of_them_however_long_the_agent_is_muted() -> None:
    call = muted()
    answers(call, 1, "Which", 1_440)
    call.dips(1_500)
    call.pauses(1_500)
    assert call.until(1_779) == []
    assert answers(call, 3, "Which one?", 1_780)[0] == StopSpeaking(1, SOMETHING)


def test_words_before_a_pause_tell_something_though_the_voice_has_gone_on() -> None:
    call = muted()
    call.dips(1_350)
    call.pauses(1_350)
    answers(call, 1, "", 1_440)
    assert call.voice(1_560) == []
    assert answers(call, 3, "I want", 1_630) == [StopSpeaking(1, SOMETHING)]
