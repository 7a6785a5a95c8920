"""Voices that are too soft to be the caller's, in a track of speech probabilities and levels."""

from __future__ import annotations

from tests.turns.test_segments import DOUBT, SILENCE, VOICE, hear
from voice_agent.conversation.events import SpeechDipped, SpeechPaused, SpeechResumed, SpeechStarted, VoiceLeftAside
from voice_agent.turns.segments import SegmentEvent, Segments
from voice_agent.turns.settings import NearVoiceSettings, SegmentSettings

CALLER, BEHIND, FAR = -20.0, -36.0, -40.0
NEAR = NearVoiceSettings()
SPARED = 7 + NEAR.hangover_ms // 20
"""Frames that a voice lasts by its smoothing and its hangover, at most."""


def knowing() -> Segments:
    """A caller whose level is known."""
    segments = Segments(SegmentSettings())
    segments.listen_for(round(CALLER))
    return segments


def with_people_behind() -> Segments:
    segments = knowing()
    for _ in range(2 * NEAR.behind_stretches):
        hear(segments, DOUBT, 20, FAR)
        hear(segments, SILENCE, 5)
    segments.listen_for(round(CALLER))
    segments.close()
    return segments


def of(events: list[SegmentEvent], kind: type[SegmentEvent]) -> list[SegmentEvent]:
    return [event for event in events if isinstance(event, kind)]


def test_any_voice_may_begin_before_the_caller_is_known() -> None:
    assert of(hear(Segments(SegmentSettings()), VOICE, 3, FAR), SpeechStarted)


def test_a_voice_far_softer_than_the_callers_begins_nothing() -> None:
    segments = knowing()
    assert not of(hear(segments, VOICE, NEAR.let_in_ms // 20 - 1, FAR), SpeechStarted)
    assert not segments.voiced


def test_the_caller_begins_at_once_out_of_voices_behind() -> None:
    segments = with_people_behind()
    hear(segments, VOICE, 20, FAR)
    assert of(hear(segments, VOICE, 3, CALLER), SpeechStarted)


def test_the_log_is_told_of_voices_left_aside_but_not_of_each() -> None:
    segments = with_people_behind()
    told = of(hear(segments, VOICE, 700, FAR), VoiceLeftAside)
    assert 1 <= len(told) <= 2
    assert isinstance(told[-1], VoiceLeftAside)
    assert (told[-1].level_dbfs, told[-1].softest_dbfs) == (FAR, CALLER - NEAR.behind_db)


def test_a_soft_voice_that_lasts_is_let_in_with_its_beginning_where_nobody_was_behind_the_caller() -> None:
    segments = knowing()
    hear(segments, SILENCE, 50)
    started = of(hear(segments, VOICE, NEAR.let_in_ms // 20, FAR), SpeechStarted)
    assert started == [SpeechStarted(1, 50 * 160 - 3_200)]
    assert hear(segments, VOICE, 100, FAR) == []
    assert of(hear(segments, SILENCE, 10), SpeechPaused) == [SpeechPaused(1, (150 + NEAR.let_in_ms // 20) * 160, -40)]


def test_people_behind_the_caller_are_not_let_in_however_long_they_talk() -> None:
    segments = with_people_behind()
    assert not of(hear(segments, VOICE, 500, FAR), SpeechStarted)


def test_voices_behind_do_not_lengthen_the_callers() -> None:
    segments = with_people_behind()
    hear(segments, VOICE, 50, CALLER)
    events = hear(segments, VOICE, 50, BEHIND)
    (paused,) = of(events, SpeechPaused)
    assert isinstance(paused, SpeechPaused)
    spoken = 50 + 2 * NEAR.behind_stretches * 25
    assert spoken * 160 <= paused.end_sample <= (spoken + SPARED) * 160
    assert paused.level_dbfs in (CALLER, CALLER - 1)


def test_the_first_voice_of_a_call_ends_where_only_far_softer_ones_are_left() -> None:
    segments = Segments(SegmentSettings())
    hear(segments, VOICE, 50, CALLER)
    assert of(hear(segments, VOICE, 50, FAR), SpeechPaused)


def test_a_soft_word_end_is_still_the_callers() -> None:
    segments = with_people_behind()
    hear(segments, VOICE, 50, CALLER)
    assert hear(segments, VOICE, NEAR.hangover_ms // 20, FAR) == []
    end = (60 + 2 * NEAR.behind_stretches * 25) * 160
    assert hear(segments, SILENCE, 3) == [SpeechDipped(1, end)]


def test_a_cough_does_not_shut_out_the_words_after_it() -> None:
    segments = Segments(SegmentSettings())
    hear(segments, VOICE, 5, 0.0)
    hear(segments, VOICE, 100, -22.0)
    assert segments.on


def test_once_nobody_knows_the_caller_any_more_all_voices_begin() -> None:
    segments = with_people_behind()
    segments.listen_for(None)
    assert of(hear(segments, VOICE, 3, FAR), SpeechStarted)


def test_a_voice_that_began_loud_enough_goes_on_as_soft_as_it_began_and_resumes_so() -> None:
    segments = knowing()
    assert of(hear(segments, VOICE, 3, CALLER - 11.0), SpeechStarted)
    assert hear(segments, VOICE, 40, CALLER - 16.0) == []
    hear(segments, SILENCE, 20)
    assert of(hear(segments, VOICE, 3, CALLER - 16.0), SpeechResumed)


def test_a_soft_voice_is_let_in_with_the_gaps_between_its_words() -> None:
    segments = knowing()
    hear(segments, VOICE, 8, FAR)
    hear(segments, SILENCE, NEAR.let_in_gap_ms // 20)
    assert hear(segments, VOICE, NEAR.let_in_ms // 20 - 8, FAR) == [SpeechStarted(1, 0)]


def test_two_short_sounds_of_somebody_else_are_no_voice() -> None:
    segments = knowing()
    hear(segments, VOICE, 8, FAR)
    hear(segments, SILENCE, NEAR.let_in_gap_ms // 20 + 1)
    assert not of(hear(segments, VOICE, NEAR.let_in_ms // 20 - 8, FAR), SpeechStarted)
