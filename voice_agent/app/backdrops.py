"""Opens what sounds behind the agent's words: the room of the settings, the music of the agent folder."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import numpy as np

from models.ambience import ROOMS, at_level, room
from models.resample import Samples
from models.tunes import as_loop, soft_music
from voice_agent.app.wav_files import read_wav
from voice_agent.audio import FRAME_SAMPLES, RATE_HZ, Pcm
from voice_agent.config import AudioConfig
from voice_agent.errors import AgentFolderError, ConfigurationError, UsageError
from voice_agent.journeys.pack import Hold
from voice_agent.journeys.vocabulary import SOFT_MUSIC
from voice_agent.session.backdrop import Sounds

SILENT: Final = "none"
LONGEST_S: Final = 600
"""Of a file that is played round: it is kept in memory, 16 kB a second."""


def open_sounds(folder: Path, hold: Hold | None, audio: AudioConfig) -> Sounds:
    """Raises ConfigurationError for a room that there isn't, AgentFolderError for music that can't be played."""
    return Sounds(_room(audio), None if hold is None else music_of(folder, hold))


def music_of(folder: Path, hold: Hold) -> Pcm:
    """Raises AgentFolderError."""
    if hold.music == SOFT_MUSIC:
        return soft_music()
    try:
        return as_loop(_loop(folder / hold.music))
    except UsageError as problem:
        found = f"{hold.place.file}:{hold.place.line}: found music that can't be played: {problem.message}"
        raise AgentFolderError(found, hint=problem.hint) from problem


def _room(audio: AudioConfig) -> Pcm | None:
    name = audio.ambience
    if name == SILENT:
        return None
    if name in ROOMS:
        return room(name, audio.ambience_dbfs)
    if not name.endswith(".wav"):
        rooms = ", ".join((SILENT, *ROOMS))
        raise ConfigurationError(f"[audio] ambience {name!r} is no room", hint=f"one of {rooms}, or a .wav file")
    try:
        return at_level(_loop(Path(name)), audio.ambience_dbfs)
    except UsageError as problem:
        raise ConfigurationError(f"[audio] ambience: {problem.message}", hint=problem.hint) from problem


def _loop(path: Path) -> Samples:
    pcm = read_wav(path)
    if not FRAME_SAMPLES <= pcm.size <= LONGEST_S * RATE_HZ:
        raise UsageError(f"{path} lasts {pcm.size / RATE_HZ:.2f} s", hint=f"give 20 ms to {LONGEST_S} s")
    return np.asarray(pcm, np.float32) / np.float32(32_768)
