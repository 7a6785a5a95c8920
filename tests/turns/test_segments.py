"""Stretches of voice out of speech probabilities, 20 ms each."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from voice_agent.conversation.events import SpeechDipped, SpeechPaused, SpeechResumed, SpeechStarted, VoiceLeftAside
from voice_agent.turns.segments import SegmentEvent, Segments
from voice_agent.turns.settings import SegmentSettings

VOICE, DOUBT, SILENCE = 0.9, 0.4, 0.1
LIKELY, DOUBTED = 0.32, 0.28
"""Voice enough to mute the agent, and for nothing else; and not even that."""


def hear(segments: Segments, probability: float, frames: int, level_dbfs: float = -20.0) -> list[SegmentEvent]:
    return [event for _ in range(frames) for event in segments.frame(probability, level_dbfs)]


def test_voice_begins_once_it_has_lasted() -> None:
    segments = Segments(SegmentSettings())
    assert hear(segments, SILENCE, 50) == []
    assert hear(segments, VOICE, 2) == []
    assert hear(segments, VOICE, 1) == [SpeechStarted(1, 50 * 160 - 3_200)]


def test_start_is_never_before_the_track() -> None:
    assert hear(Segments(SegmentSettings()), VOICE, 3) == [SpeechStarted(1, 0)]


def test_a_click_is_no_voice() -> None:
    segments = Segments(SegmentSettings())
    assert hear(segments, VOICE, 2) + hear(segments, SILENCE, 1) + hear(segments, VOICE, 2) == []


def test_voice_counts_sooner_while_the_agent_speaks_for_it_only_mutes_it() -> None:
    segments = Segments(SegmentSettings())
    segments.agent_speaking = True
    assert hear(segments, DOUBTED, 5) == []
    assert hear(segments, LIKELY, 1) == [SpeechStarted(1, 0)]
    assert segments.may_be_voice(LIKELY)
    assert not segments.may_be_voice(DOUBTED)


def test_voice_must_last_longer_where_the_agents_comes_back() -> None:
    segments = Segments(SegmentSettings())
    segments.agent_speaking = segments.echoing = True
    assert hear(segments, VOICE, 4) == []
    assert hear(segments, VOICE, 1) == [SpeechStarted(1, 0)]


def test_doubtful_frames_neither_begin_nor_end_voice() -> None:
    segments = Segments(SegmentSettings())
    assert hear(segments, DOUBT, 50) == []
    hear(segments, VOICE, 3)
    assert hear(segments, DOUBT, 50) == []


def test_doubtful_frames_do_not_break_an_onset() -> None:
    segments = Segments(SegmentSettings())
    assert len(hear(segments, VOICE, 1) + hear(segments, DOUBT, 2)) == 1


def test_pause_is_told_where_the_voice_ended() -> None:
    segments = Segments(SegmentSettings())
    hear(segments, VOICE, 20)
    assert hear(segments, SILENCE, 2) == []
    assert hear(segments, SILENCE, 1) == [SpeechDipped(1, 20 * 160)]
    assert hear(segments, SILENCE, 6) == []
    assert hear(segments, SILENCE, 1) == [SpeechPaused(1, 20 * 160, -20)]
    assert hear(segments, SILENCE, 100) == []


def test_a_short_gap_is_no_pause() -> None:
    segments = Segments(SegmentSettings())
    hear(segments, VOICE, 20)
    assert hear(segments, SILENCE, 9) == [SpeechDipped(1, 20 * 160)]
    assert hear(segments, VOICE, 5) + hear(segments, SILENCE, 2) == []
    assert hear(segments, SILENCE, 7) == [SpeechDipped(1, 34 * 160)]
    assert hear(segments, SILENCE, 1) == [SpeechPaused(1, 34 * 160, -20)]


def test_without_dips_a_pause_comes_unannounced() -> None:
    segments = Segments(SegmentSettings(dip_ms=200))
    hear(segments, VOICE, 20)
    assert hear(segments, SILENCE, 100) == [SpeechPaused(1, 20 * 160, -20)]


def test_voice_that_returns_goes_on_with_the_segment_and_never_overlaps_it() -> None:
    segments = Segments(SegmentSettings())
    hear(segments, VOICE, 20)
    hear(segments, SILENCE, 22)
    assert hear(segments, VOICE, 3) == [SpeechResumed(1, 42 * 160 - 3_200)]
    hear(segments, SILENCE, 10)
    assert hear(segments, VOICE, 3) == [SpeechResumed(1, 45 * 160)]


def test_voice_after_close_is_a_new_segment() -> None:
    segments = Segments(SegmentSettings())
    hear(segments, VOICE, 20)
    hear(segments, SILENCE, 10)
    segments.close()
    assert hear(segments, VOICE, 3) == [SpeechStarted(2, 30 * 160 - 1_600)]
    assert hear(segments, SILENCE, 10) == [SpeechDipped(2, 33 * 160), SpeechPaused(2, 33 * 160, -20)]


def test_voice_that_goes_on_over_a_close_is_a_new_segment_that_begins_where_the_last_ended() -> None:
    segments = Segments(SegmentSettings())
    hear(segments, VOICE, 20)
    segments.close()
    assert hear(segments, VOICE, 3) == [SpeechStarted(2, 20 * 160)]


def test_what_is_hardly_audible_is_no_voice() -> None:
    assert hear(Segments(SegmentSettings()), VOICE, 50, level_dbfs=-70.0) == []


def test_an_onset_of_no_length_still_takes_a_frame() -> None:
    assert hear(Segments(SegmentSettings(onset_ms=0)), VOICE, 1) == [SpeechStarted(1, 0)]


@settings(deadline=None)
@given(st.lists(st.tuples(st.floats(0, 1), st.floats(-120, 0), st.booleans(), st.booleans()), max_size=400))
def test_segments_are_in_order_and_never_overlap(frames: list[tuple[float, float, bool, bool]]) -> None:
    segments = Segments(SegmentSettings())
    segment, end, voice = 0, 0, False
    segments.listen_for(-30)
    for number, (probability, level_dbfs, agent_speaking, close) in enumerate(frames, start=1):
        segments.agent_speaking = agent_speaking
        for event in segments.frame(probability, level_dbfs):
            match event:
                case SpeechStarted():
                    assert event.segment == segment + 1
                    assert end <= event.at_sample < number * 160
                    segment, voice = event.segment, True
                case SpeechResumed():
                    assert (event.segment, voice) == (segment, False)
                    assert end <= event.at_sample < number * 160
                    voice = True
                case SpeechDipped():
                    assert (event.segment, voice) == (segment, True)
                    assert end <= event.end_sample < number * 160
                case SpeechPaused():
                    assert (event.segment, voice) == (segment, True)
                    assert end < event.end_sample < number * 160
                    end, voice = event.end_sample, False
                case VoiceLeftAside():
                    assert not voice
                    assert event.level_dbfs < 0
        if close:
            segments.close()
            voice = False


def rise(segments: Segments, frames: int, probability: float = SILENCE) -> list[SegmentEvent]:
    return [event for _ in range(frames) for event in segments.frame(probability, -20.0, rises=True)]


def test_what_the_network_doubts_counts_as_voice_where_it_rises_a_little_longer() -> None:
    segments = Segments(SegmentSettings())
    segments.agent_speaking = True
    assert rise(segments, 2) == []
    assert rise(segments, 1) == [SpeechStarted(1, 0)]
    assert segments.unsure
    assert rise(segments, 20) == []
    assert hear(segments, SILENCE, 10) == [SpeechDipped(1, 23 * 160), SpeechPaused(1, 23 * 160, -20)]
    assert not segments.unsure


def test_a_voice_that_rose_is_one_like_any_other_once_the_network_believes_in_it() -> None:
    segments = Segments(SegmentSettings())
    segments.agent_speaking = True
    rise(segments, 3)
    hear(segments, VOICE, 1)
    assert segments.on
    assert not segments.unsure


def test_rising_frames_join_an_onset_that_the_network_believes_in() -> None:
    segments = Segments(SegmentSettings())
    segments.agent_speaking = True
    assert rise(segments, 1) == []
    assert hear(segments, LIKELY, 1) == [SpeechStarted(1, 0)]
    assert not segments.unsure


def test_a_rise_that_breaks_off_is_no_voice() -> None:
    segments = Segments(SegmentSettings())
    segments.agent_speaking = True
    assert rise(segments, 2) + hear(segments, SILENCE, 1) + rise(segments, 2) == []
    segments.close()
    assert rise(segments, 2) == []
