"""Sound files as the product plays them."""

from __future__ import annotations

import wave
from pathlib import Path

import numpy as np

from telephony.codecs.resample import Resampler
from voice_agent.audio import RATE_HZ, Pcm
from voice_agent.errors import UsageError


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
