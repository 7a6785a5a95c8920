"""Callers without a scenario: play these files or texts, each when the agent has finished, then hang up."""

from __future__ import annotations

import wave
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import numpy as np

from simulations.mouth import PreparedLine, prepared
from simulations.scenario import Limits, Line, Scenario, Who
from telephony.codecs.resample import Resampler
from voice_agent.audio import RATE_HZ, Pcm
from voice_agent.errors import UsageError
from voice_agent.ports.speech import Recognition
from voice_agent.ports.urgency import Urgency

SECONDS: Final = 600


def playback_scenario(texts: Sequence[str], *, number: str = "anonymous") -> Scenario:
    """A caller that says each of `texts` (or plays each file of that name) once the agent is done, then hangs up."""
    if not texts:
        raise UsageError("nothing to play", hint="name one or more WAV files or texts")
    first = Line(after="greeting", say=texts[0])
    rest = [Line(after="agent", say=text) for text in texts[1:]]
    lines = (first, *rest, Line(after="agent", hang_up=True))
    limits = Limits(turns=len(texts) + 10, seconds=SECONDS)
    return Scenario(v=1, scenario="playback", who=Who(number), lines=lines, limits=limits)


def prepare_files(paths: Sequence[Path]) -> Mapping[str, PreparedLine]:
    """Lines by the name of their file as given. Raises UsageError where one can't be played."""
    return {str(path): prepared(read_wav(path)) for path in paths}


def read_wav(path: Path) -> Pcm:
    """`int16[samples]`, 8 kHz mono, of a 16-bit WAV file of any rate; its first channel. Raises UsageError."""
    try:
        with wave.open(str(path), "rb") as file:
            rate_hz, width, channels = file.getframerate(), file.getsampwidth(), file.getnchannels()
            data = file.readframes(file.getnframes())
    except (OSError, EOFError, wave.Error) as problem:
        raise UsageError(f"{path} can't be played: {problem}", hint="give 16-bit PCM WAV files") from problem
    if width != 2:
        raise UsageError(f"{path} has {8 * width} bits a sample", hint="give 16-bit PCM WAV files")
    pcm = np.frombuffer(data, "<i2").reshape(-1, channels)[:, 0].astype(np.int16)
    if rate_hz == RATE_HZ:
        return pcm
    resampler = Resampler(rate_hz, RATE_HZ)
    return np.concatenate((resampler.process(pcm), resampler.flush()))


class NoRecogniser:
    """For callers that need not understand what they hear."""

    async def transcribe(self, pcm: Pcm, *, expects: str, deadline_us: int, urgency: Urgency = "final") -> Recognition:
        """No words, at once."""
        return Recognition("")
