"""Recordings are stereo, by sample position, silent until announced, and valid after every flush."""

from __future__ import annotations

import io
import os
import time
import wave
from pathlib import Path

import numpy as np
import pytest

from voice_agent.audio import FRAME_SAMPLES, Pcm
from voice_agent.stores.recordings import Recordings, audio_path, delete_older_than, wav_header


def frame(value: int) -> Pcm:
    return np.full(FRAME_SAMPLES, value, np.int16)


def read(path: Path) -> Pcm:
    """`int16[samples, 2]`."""
    with wave.open(str(path), "rb") as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (2, 2, 8_000)
        return np.frombuffer(file.readframes(file.getnframes()), np.int16).reshape(-1, 2)


def test_both_sides_stand_at_the_same_sample_positions(tmp_path: Path) -> None:
    recordings = Recordings(tmp_path)
    recording = recordings.start("c-1")
    recording.announce()
    for number in range(1, 121):
        recording.frame(frame(number), frame(-number))
    recording.end()
    recordings.close()
    audio = read(audio_path(tmp_path, "c-1"))
    assert audio.shape == (120 * FRAME_SAMPLES, 2)
    assert audio[77 * FRAME_SAMPLES].tolist() == [78, -78]


def test_nothing_is_heard_from_before_the_announcement_but_positions_stay(tmp_path: Path) -> None:
    recordings = Recordings(tmp_path)
    recording = recordings.start("c-1")
    for _ in range(10):
        recording.frame(frame(9), frame(9))
    recording.announce()
    recording.announce()
    recording.frame(frame(5), frame(6))
    recording.end()
    recordings.close()
    audio = read(audio_path(tmp_path, "c-1"))
    assert not audio[: 10 * FRAME_SAMPLES].any()
    assert audio[10 * FRAME_SAMPLES].tolist() == [5, 6]


def test_a_call_that_was_never_announced_leaves_no_file(tmp_path: Path) -> None:
    recordings = Recordings(tmp_path)
    recording = recordings.start("c-1")
    recording.frame(frame(1), frame(1))
    recording.end()
    recordings.close()
    assert not audio_path(tmp_path, "c-1").exists()


def test_the_file_is_valid_after_each_flush(tmp_path: Path) -> None:
    recordings = Recordings(tmp_path)
    recording = recordings.start("c-1")
    recording.announce()
    for _ in range(75):
        recording.frame(frame(1), frame(2))
    recordings.close()
    assert read(audio_path(tmp_path, "c-1")).shape == (50 * FRAME_SAMPLES, 2)


def test_a_disk_that_refuses_loses_sound_and_counts_it(tmp_path: Path) -> None:
    recordings = Recordings(tmp_path)
    audio_path(tmp_path, "c-1").mkdir()
    recording = recordings.start("c-1")
    recording.announce()
    recording.frame(frame(1), frame(2))
    recording.end()
    recordings.close()
    assert recordings.lost_seconds == 1


def test_a_stretch_that_was_lost_is_silence_and_moves_nothing(tmp_path: Path) -> None:
    recordings = Recordings(tmp_path)
    path = audio_path(tmp_path, "c-1")
    for start in (0, 640):
        recordings.write(path, start, np.full(640, 1 + start, "<i2").tobytes())
    recordings.close()
    assert read(path)[:, 0].tolist() == [1] * 320 + [0] * 320 + [641] * 320


def test_the_header_is_what_the_standard_library_reads() -> None:
    with wave.open(io.BytesIO(wav_header(2) + bytes(8)), "rb") as file:
        assert file.getnframes() == 2


@pytest.mark.parametrize(("newest_kept", "left"), [(50.0, ["old.wav", "new.wav"]), (150.0, ["new.wav"])])
def test_only_recordings_past_retention_are_deleted(tmp_path: Path, newest_kept: float, left: list[str]) -> None:
    (tmp_path / "audio").mkdir()
    for name, written in (("old.wav", 100), ("new.wav", 200)):
        (tmp_path / "audio" / name).write_bytes(b"")
        os.utime(tmp_path / "audio" / name, (written, written))
    delete_older_than(tmp_path, newest_kept=newest_kept)
    assert sorted(path.name for path in (tmp_path / "audio").iterdir()) == sorted(left)


def test_a_recording_that_cannot_be_deleted_keeps_none_of_the_others(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "audio").mkdir()
    (tmp_path / "audio" / "a.wav").mkdir()
    (tmp_path / "audio" / "b.wav").write_bytes(b"")
    (tmp_path / "audio" / "c.wav").symlink_to(tmp_path / "gone")
    gone = delete_older_than(tmp_path, newest_kept=time.time() + 60)
    assert [path.name for path in gone] == ["b.wav"]
    assert [record.message.split(":")[0] for record in caplog.records] == [
        "recording a.wav could not be deleted",
        "recording c.wav could not be deleted",
    ]
