"""The caller's track gives back any stretch of its newest 64 s by position."""

from __future__ import annotations

import numpy as np

from voice_agent.audio import FRAME_SAMPLES, Pcm
from voice_agent.session.track import KEEP_SAMPLES, CallerTrack


def filled(frames: int) -> CallerTrack:
    track = CallerTrack()
    for number in range(frames):
        track.append(frame(number))
    return track


def frame(number: int) -> Pcm:
    return (np.arange(FRAME_SAMPLES) + number * FRAME_SAMPLES).astype(np.int16)


def test_a_stretch_is_cut_to_the_sample() -> None:
    assert filled(5).cut(150, 330).tolist() == list(range(150, 330))


def test_what_is_not_yet_there_is_left_out() -> None:
    assert filled(2).cut(300, 9_000).tolist() == list(range(300, 320))


def test_nothing_comes_of_an_empty_stretch() -> None:
    assert filled(2).cut(200, 100).size == 0


def test_a_stretch_may_cross_the_end_of_the_ring() -> None:
    frames = KEEP_SAMPLES // FRAME_SAMPLES + 3
    track = filled(frames)
    cut = track.cut(KEEP_SAMPLES - 100, KEEP_SAMPLES + 100)
    expected = np.concatenate([frame(number) for number in range(frames - 5, frames)])
    start = (KEEP_SAMPLES - 100) - (frames - 5) * FRAME_SAMPLES
    assert cut.tolist() == expected[start : start + 200].tolist()


def test_what_is_older_than_the_ring_is_gone() -> None:
    frames = KEEP_SAMPLES // FRAME_SAMPLES + 2
    assert filled(frames).cut(0, 2 * FRAME_SAMPLES + 10).size == 10
