from __future__ import annotations

from itertools import pairwise

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from simulations.ears import CUT_AT_LAST, EarEvent, Ears, PieceEnded, UtteranceBegan
from simulations.loudness import voiced_runs, voiced_windows
from simulations.measures.statistics import percentile
from simulations.mouth import Mouth, prepared
from simulations.timing import Timing, first_voice_ms, measure
from voice_agent.audio import Pcm, silence


def track(*stretches: tuple[int, int], length: int = 2_000) -> bytes:
    """Voiced windows from one to another, both in windows of 10 ms."""
    out = bytearray(length)
    for start, end in stretches:
        out[start:end] = b"\x01" * (end - start)
    return bytes(out)


def hear(windows: bytes, *, step: int = 2) -> list[EarEvent]:
    ears = Ears()
    events = [event for at in range(0, len(windows), step) for event in ears.hear(windows[at : at + step])]
    return [*events, *ears.close()]


def tone(level_dbfs: float, samples: int = 160) -> Pcm:
    amplitude = 32_768 * 10 ** (level_dbfs / 20)
    return np.full(samples, round(amplitude), np.int16)


def test_a_window_is_voiced_above_its_threshold() -> None:
    assert voiced_windows(silence(160)) == b"\0\0"
    assert voiced_windows(tone(-46)) == b"\0\0"
    assert voiced_windows(tone(-44)) == b"\1\1"
    assert voiced_windows(np.concatenate((silence(80), tone(-10, 80)))) == b"\0\1"
    assert voiced_windows(silence(0)) == b""


def test_runs_are_joined_over_short_gaps_and_clicks_are_dropped() -> None:
    voiced = track((10, 20), (24, 30), (60, 61), (90, 100), length=100)
    assert voiced_runs(voiced, gap=5, least=2) == [(10, 30), (90, 100)]
    assert voiced_runs(b"", gap=5, least=2) == []


def test_an_utterance_lasts_until_seven_tenths_of_silence() -> None:
    assert hear(track((100, 150), (210, 260))) == [
        UtteranceBegan(100),
        PieceEnded(100, 100, 260, last=True),
    ]
    assert hear(track((100, 150), (221, 260))) == [
        UtteranceBegan(100),
        PieceEnded(100, 100, 150, last=True),
        UtteranceBegan(221),
        PieceEnded(221, 221, 260, last=True),
    ]


def test_a_click_is_no_utterance() -> None:
    assert hear(track((100, 101), (130, 131))) == []


def test_a_long_utterance_is_cut_at_a_pause() -> None:
    windows = track((0, 900), (930, 1_000))
    assert hear(windows) == [
        UtteranceBegan(0),
        PieceEnded(0, 0, 900, last=False),
        PieceEnded(0, 930, 1_000, last=True),
    ]


def test_a_cut_that_took_all_leaves_an_empty_end() -> None:
    assert hear(track((0, 900)))[1:] == [PieceEnded(0, 0, 900, last=False), PieceEnded(0, 900, 900, last=True)]


def test_speech_without_a_pause_is_cut_nevertheless() -> None:
    events = hear(track((0, 6_000), length=7_000))
    pieces = [event for event in events if isinstance(event, PieceEnded)]
    assert [piece.end - piece.start for piece in pieces] == [CUT_AT_LAST, CUT_AT_LAST, 1_000, 0]


def test_an_utterance_under_way_ends_with_the_call() -> None:
    assert hear(track((100, 200), length=200)) == [UtteranceBegan(100), PieceEnded(100, 100, 200, last=True)]


@settings(deadline=None)
@given(st.lists(st.integers(0, 1), max_size=4_000), st.integers(1, 7))
def test_all_voice_is_in_exactly_one_piece(flags: list[int], step: int) -> None:
    windows = bytes(flags)
    pieces = [event for event in hear(windows, step=step) if isinstance(event, PieceEnded)]
    assert all(left.end <= right.start for left, right in pairwise(pieces))
    inside = bytearray(len(windows))
    for piece in pieces:
        assert piece.end - piece.start <= CUT_AT_LAST
        inside[piece.start : piece.end] = b"\x01" * (piece.end - piece.start)
    outside = bytes(flag & ~covered for flag, covered in zip(windows, inside, strict=True))
    assert b"\x01\x01" not in outside


def test_an_answer_is_timed_from_voice_to_voice() -> None:
    sent, heard = track((100, 190)), track((0, 60), (280, 400))
    assert measure(sent, heard, 95, 200, 2_000) == Timing(900, True, answer_ms=(2_800, 4_000))
    assert first_voice_ms(heard) == 0
    assert first_voice_ms(track()) is None


def test_a_click_is_no_answer() -> None:
    assert measure(track((100, 190)), track((220, 221)), 95, 200, 2_000) == Timing(None, False)


def test_what_comes_after_the_next_turn_is_no_answer() -> None:
    assert measure(track((100, 190)), track((500, 600)), 95, 200, 480) == Timing(None, False)


def test_what_the_agent_was_saying_is_no_answer() -> None:
    sent, heard = track((100, 190)), track((50, 130), (260, 300))
    assert measure(sent, heard, 100, 190, 2_000) == Timing(700, True, stopped_after_ms=300, answer_ms=(2_600, 3_000))


def test_an_agent_that_stops_after_a_short_line_has_still_to_answer() -> None:
    sent, heard = track((100, 130)), track((0, 160), (230, 300))
    assert measure(sent, heard, 100, 130, 2_000) == Timing(1_000, True, stopped_after_ms=600, answer_ms=(2_300, 3_000))


def test_an_answer_before_the_line_is_over_has_no_delay() -> None:
    sent, heard = track((100, 190)), track((150, 300))
    assert measure(sent, heard, 100, 190, 2_000) == Timing(None, True, spoken_over=True, answer_ms=(1_500, 3_000))


def test_an_agent_that_begins_and_gives_way_answers_later() -> None:
    sent, heard = track((100, 190)), track((150, 170), (290, 300))
    assert measure(sent, heard, 100, 190, 2_000) == Timing(1_000, True, spoken_over=True, answer_ms=(2_900, 3_000))


def test_keys_are_timed_from_the_last_one() -> None:
    assert measure(track(), track((300, 400)), 100, 200, 2_000) == Timing(1_000, True, answer_ms=(3_000, 4_000))


def test_a_line_is_spoken_frame_by_frame() -> None:
    mouth = Mouth()
    mouth.say(prepared(np.arange(1, 241).astype(np.int16) * 100))
    assert mouth.busy
    first, keys, voiced = mouth.pull()
    assert (int(first[0]), keys, voiced) == (100, (), b"\1\1")
    second, _, voiced = mouth.pull()
    assert (int(second[79]), int(second[80]), voiced) == (24_000, 0, b"\1\0")
    assert not mouth.busy
    assert not mouth.pull()[0].any()


def test_a_line_without_sound_is_over_at_once() -> None:
    mouth = Mouth()
    mouth.say(prepared(silence(0)))
    assert not mouth.busy


def test_keys_are_pressed_one_after_another() -> None:
    mouth = Mouth()
    mouth.press("12")
    pressed = [mouth.pull()[1] for _ in range(24)]
    assert pressed == [("1",), *[()] * 11, ("2",), *[()] * 11]
    assert not mouth.busy


def test_a_caller_can_fall_silent_in_the_middle() -> None:
    mouth = Mouth()
    mouth.say(prepared(tone(-10, 1_600)))
    mouth.pull()
    mouth.stop()
    assert not mouth.busy
    assert not mouth.pull()[0].any()


def test_percentiles_are_values_that_occurred() -> None:
    assert percentile([], 50) is None
    assert percentile([7], 95) == 7
    assert percentile([30, 10, 20, 40], 50) == 20
    assert percentile(list(range(1, 101)), 95) == 95
    assert percentile([1, 2], 0) == 1
