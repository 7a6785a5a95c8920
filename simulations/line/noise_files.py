"""Reads the WAV file that a line takes its noise from. A shell: the only part of a line that reads files."""

from __future__ import annotations

from pathlib import Path

from simulations.line.settings import LineSettings
from voice_agent.app.wav_files import read_wav
from voice_agent.audio import Pcm
from voice_agent.errors import AgentFolderError, UsageError


def load_noise(settings: LineSettings, folder: Path, place: str) -> Pcm | None:
    """The recording that `settings` name, found from `folder`, at 8 kHz; None where they name none.

    `place` says where that is written, such as `simulations/a.yaml:7`, and begins the AgentFolderError for a file that
    can't be read or has nothing to hear in it.
    """
    noise = settings.noise
    if noise is None or noise.file is None:
        return None
    path = folder / noise.file
    if not path.is_file():
        raise AgentFolderError(
            f"{place}: noise.file: there is no file {path}", hint="paths count from the scenario's folder"
        )
    try:
        pcm = read_wav(path)
    except UsageError as problem:
        raise AgentFolderError(f"{place}: noise.file: {problem.message}", hint=problem.hint) from problem
    if not pcm.any():
        raise AgentFolderError(f"{place}: noise.file: {path} is silent", hint="give a recording with sound in it")
    return pcm
