"""Rooms to speak from, made of seeded noise: a hiss, an office, a street. Pure; loops end where they begin.

Noise is made by its spectrum (random phases over a shape), so that it is periodic by itself, and its loudness over time
by a spectrum of slow changes, so that that is too.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

from models.resample import Samples
from voice_agent.audio import RATE_HZ, Pcm

Floats: TypeAlias = npt.NDArray[np.float64]

SECONDS: Final = 16
SEED: Final = 20_26
_SAMPLES: Final = SECONDS * RATE_HZ
_HZ: Final = np.fft.rfftfreq(_SAMPLES, 1 / RATE_HZ)
_MURMURS: Final = 5


def room(name: str, level_dbfs: float) -> Pcm:
    """`int16[128,000]`, 8 kHz, at an RMS level; always the same. `name` is one of `ROOMS`."""
    return at_level(ROOMS[name](np.random.default_rng(SEED)), level_dbfs)


def at_level(sound: Samples, level_dbfs: float) -> Pcm:
    """A sound at an RMS level; silence stays silent."""
    rms = float(np.sqrt(np.mean(np.square(sound)))) if sound.size > 0 else 0.0
    gain = 10 ** (level_dbfs / 20) / rms if rms > 0 else 0.0
    return np.clip(np.round(sound * gain * 32_767), -32_767, 32_767).astype(np.int16)


def _comfort(random: np.random.Generator) -> Samples:
    """What a line sounds like that is up: even noise, falling by 6 dB an octave above 500 Hz."""
    return _noise(random, 1 / np.sqrt(1 + (_HZ / 500) ** 2))


def _office(random: np.random.Generator) -> Samples:
    """Air, and people who talk too far away to be understood."""
    air = _noise(random, 1 / np.sqrt(1 + (_HZ / 200) ** 2))
    talk = np.zeros(_SAMPLES, np.float32)
    for _ in range(_MURMURS):
        low, high = random.uniform(250, 400), random.uniform(900, 1_600)
        voice = _noise(random, _band(low, high))
        talk += voice * np.maximum(0, _slow(random, 4.0)) * np.maximum(0, _slow(random, 0.25))
    return np.asarray(air + 0.7 * talk / max(1e-6, float(talk.std())), np.float32)


def _street(random: np.random.Generator) -> Samples:
    """A rumble, and cars that come and go."""
    rumble = _noise(random, 1 / (1 + (_HZ / 120) ** 2))
    cars = _noise(random, _band(150, 1_200)) * np.maximum(0, _slow(random, 0.15))
    return np.asarray(rumble + cars, np.float32)


def _band(low_hz: float, high_hz: float) -> Floats:
    return np.asarray(1 / (1 + (low_hz / np.maximum(_HZ, 1)) ** 4) / (1 + (_HZ / high_hz) ** 4))


def _noise(random: np.random.Generator, shape: Floats) -> Samples:
    """Of unit power. Nothing below 50 Hz, which telephones don't carry."""
    spectrum = shape * (_HZ > 50) * np.exp(2j * np.pi * random.random(_HZ.size))
    return _unit(np.fft.irfft(spectrum, _SAMPLES))


def _slow(random: np.random.Generator, hz: float) -> Samples:
    """Something that changes about `hz` times a second, of unit power around 0."""
    shape = (_HZ > 0) * np.exp(-((_HZ / hz) ** 2))
    return _unit(np.fft.irfft(shape * np.exp(2j * np.pi * random.random(_HZ.size)), _SAMPLES))


def _unit(sound: Floats) -> Samples:
    return np.asarray(sound / np.sqrt(np.mean(np.square(sound))), np.float32)


ROOMS: Final[Mapping[str, Callable[[np.random.Generator], Samples]]] = {
    "comfort": _comfort,
    "office": _office,
    "street": _street,
}
