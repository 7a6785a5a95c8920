"""Rooms and music as they are opened: by name, from files, and what is told where that can't be."""

from __future__ import annotations

import wave
from pathlib import Path

import numpy as np
import pytest

from models.loudness_meter import loudness_lufs
from models.tunes import MUSIC_LUFS
from voice_agent.app.backdrops import open_sounds
from voice_agent.audio import level_dbfs
from voice_agent.config import AudioConfig
from voice_agent.errors import AgentFolderError, ConfigurationError
from voice_agent.journeys.pack import Hold
from voice_agent.journeys.problems import Place


def write(path: Path, seconds: float, rate_hz: int = 16_000) -> Path:
    at = np.arange(round(seconds * rate_hz)) / rate_hz
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate_hz)
        file.writeframes((8_000 * np.sin(2 * np.pi * 440 * at)).astype("<i2").tobytes())
    return path


def test_nothing_is_played_unless_it_is_asked_for(tmp_path: Path) -> None:
    sounds = open_sounds(tmp_path, None, AudioConfig())
    assert (sounds.room, sounds.music) == (None, None)


def test_a_room_has_the_level_of_the_settings_and_a_file_may_be_one(tmp_path: Path) -> None:
    path = write(tmp_path / "room.wav", 2)
    for name in ("street", str(path)):
        sounds = open_sounds(tmp_path, None, AudioConfig(ambience=name, ambience_dbfs=-44))
        assert sounds.room is not None
        assert level_dbfs(sounds.room) == pytest.approx(-44, abs=0.3)


def test_music_is_as_loud_whether_generated_or_from_a_file(tmp_path: Path) -> None:
    write(tmp_path / "hold.wav", 3)
    for music in ("soft", "hold.wav"):
        tune = open_sounds(tmp_path, Hold(music), AudioConfig()).music
        assert tune is not None
        assert loudness_lufs(np.asarray(tune / 32_768, np.float32)) == pytest.approx(MUSIC_LUFS, abs=0.5)


def test_a_room_that_there_is_not_is_told_with_those_that_there_are(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"\[audio\] ambience 'beach' is no room") as told:
        open_sounds(tmp_path, None, AudioConfig(ambience="beach"))
    assert told.value.hint == "one of none, comfort, office, street, or a .wav file"
    with pytest.raises(ConfigurationError, match=r"\[audio\] ambience: .*gone.wav can't be played"):
        open_sounds(tmp_path, None, AudioConfig(ambience=str(tmp_path / "gone.wav")))


def test_music_that_can_not_be_played_names_its_line(tmp_path: Path) -> None:
    hold = Hold("hold.wav", place=Place("agent.yaml", 7))
    with pytest.raises(AgentFolderError, match=r"agent.yaml:7: found music that can't be played: .*hold.wav"):
        open_sounds(tmp_path, hold, AudioConfig())
    write(tmp_path / "hold.wav", 0.001)
    with pytest.raises(AgentFolderError, match=r"agent.yaml:7: .* lasts 0.00 s"):
        open_sounds(tmp_path, hold, AudioConfig())
