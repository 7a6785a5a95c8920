"""What the caller's telephone picks up: the caller, what its loudspeaker plays, and what is heard around. Pure.

In this order: voice + echo + noise, then the level, then clipping. Signal-to-noise ratio and echo are as asked for
whatever the level; clipping cuts all of it.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from simulations.line.chance import generator
from simulations.line.codecs import to_pcm
from simulations.line.noise import NoiseSource, made_noise, recorded_noise
from simulations.line.settings import Echo, LineSettings, Noise
from simulations.line.spectrum import Floats, gain_of
from voice_agent.audio import Pcm, us_to_samples

_MOST_WAITING: Final = us_to_samples(3_000_000)
_DIRECT_SHARE: Final = 0.8
"""Of an echo's power, what comes straight; the rest is the room."""


class Handset:
    """One call's. `play` what comes to the caller and `pick_up` what goes out, in turns, any number of samples each."""

    def __init__(self, settings: LineSettings, seed: int, speech_dbfs: float, recording: Pcm | None) -> None:
        """Raises ValueError where noise is to come from a file and there is no `recording` of it."""
        self._echo = None if settings.echo is None else EchoPath(settings.echo, seed)
        self._noise = None if settings.noise is None else _source(settings.noise, seed, speech_dbfs, recording)
        self._levels = [
            (0, settings.level_db),
            *((us_to_samples(s.from_ms * 1_000), s.db) for s in settings.level_steps),
        ]
        self._ceiling = None if settings.clipping_dbfs is None else 32_768 * gain_of(settings.clipping_dbfs)
        self._at = 0
        plain = self._echo is None and self._noise is None and self._ceiling is None
        self.untouched: Final = plain and not any(db for _, db in self._levels)
        """Whether what is said is sent as it is."""

    @property
    def listens(self) -> bool:
        """Whether what is played matters to what is picked up."""
        return self._echo is not None

    def play(self, pcm: Pcm) -> None:
        """The loudspeaker plays this (`int16[samples]`)."""
        if self._echo is not None:
            self._echo.play(pcm)

    def pick_up(self, voice: Pcm) -> Pcm:
        """What is sent while the caller says `voice` (`int16[samples]`); that very array where nothing is added."""
        if self.untouched:
            return voice
        sound: Floats = voice.astype(np.float64)
        if self._echo is not None:
            sound += self._echo.next(voice.size)
        if self._noise is not None:
            sound += self._noise.next(voice.size)
        sound *= self._gains(voice.size)
        if self._ceiling is not None:
            np.clip(sound, -self._ceiling, self._ceiling, out=sound)
        return to_pcm(sound)

    def _gains(self, samples: int) -> Floats | float:
        begins, self._at = self._at, self._at + samples
        now = max((step for step in self._levels if step[0] <= begins), key=lambda step: step[0])
        later = [step for step in self._levels if begins < step[0] < begins + samples]
        if not later:
            return gain_of(now[1])
        gains: Floats = np.full(samples, gain_of(now[1]))
        for at, db in later:
            gains[at - begins :] = gain_of(db)
        return gains


class EchoPath:
    """From the loudspeaker over the table into the microphone, by the sample."""

    def __init__(self, echo: Echo, seed: int) -> None:
        delay, tail = us_to_samples(1_000 * echo.delay_ms), us_to_samples(1_000 * echo.tail_ms)
        response = np.ones(1)
        if tail:
            # Falls by 30 dB until it ends; a few milliseconds after the direct sound the first walls answer.
            room = generator(seed, "echo").normal(0, 1, tail) * 10 ** (-1.5 * np.arange(tail) / tail)
            room *= np.sqrt((1 - _DIRECT_SHARE) / np.sum(room**2))
            response = np.concatenate(([np.sqrt(_DIRECT_SHARE)], room))
        self._response = np.concatenate((np.zeros(delay), gain_of(echo.gain_db) * response))
        self._waiting: Floats = np.zeros(0)
        self._played = 0  # how far into `_waiting` the loudspeaker is

    def play(self, pcm: Pcm) -> None:
        """Nothing of it is picked up before its delay is over, counted from the next sample that is."""
        if self._played > _MOST_WAITING:  # nobody picks up what is played
            self._waiting, self._played = np.zeros(0), 0
        added = np.convolve(pcm.astype(np.float64), self._response)
        end = self._played + added.size
        if end > self._waiting.size:
            self._waiting = np.concatenate((self._waiting, np.zeros(end - self._waiting.size)))
        self._waiting[self._played : end] += added
        self._played += pcm.size

    def next(self, samples: int) -> Floats:
        """`float64[samples]` that the microphone gets now."""
        out = self._waiting[:samples]
        self._waiting = self._waiting[samples:]
        self._played = max(0, self._played - samples)
        return np.concatenate((out, np.zeros(samples - out.size)))


def _source(noise: Noise, seed: int, speech_dbfs: float, recording: Pcm | None) -> NoiseSource:
    level_dbfs = speech_dbfs - noise.snr_db
    if noise.kind is not None:
        return made_noise(noise.kind, level_dbfs, seed)
    if recording is None:
        raise ValueError(f"noise from {noise.file} needs the recording; load it with simulations.line.noise_files")
    return recorded_noise(recording, level_dbfs, seed)
