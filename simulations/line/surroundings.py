"""The noises that can be asked for by name, made of filtered noise, pulses and tones. Pure; by seed.

Each function gives a ring of sound: its end goes over into its beginning.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

import numpy as np

from simulations.line.music import hold_music
from simulations.line.spectrum import Floats, gain_of, shaped, unit_power
from simulations.line.talkers import talker
from voice_agent.audio import RATE_HZ

RING_S: Final = 24
RING_SAMPLES: Final = RING_S * RATE_HZ
SEAM: Final = RATE_HZ // 2
TALKERS: Final = 7


def babble(random: np.random.Generator) -> Floats:
    """Seven people, some nearer than others, in a room that answers."""
    mixed = np.zeros(RING_SAMPLES)
    for _ in range(TALKERS):
        mixed += gain_of(float(random.uniform(-6, 0))) * _ring(talker(RING_SAMPLES + SEAM, random))
    return unit_power(mixed) + 0.5 * unit_power(_reverberant(mixed, 0.35, random))


def street(random: np.random.Generator) -> Floats:
    """A busy road: steady rumble and tyres, and a car that passes close by every few seconds."""
    steady = unit_power(shaped(_hiss(random), ((80.0, 0.0), (300.0, -3.0), (1_000.0, -9.0), (3_500.0, -24.0))))
    swell = np.exp(0.12 * shaped(_hiss(random), ((0.5, 40.0), (1.0, 20.0), (3.0, -40.0))).clip(-3, 3))
    out = steady * swell
    now = float(random.uniform(0.5, 3.0))
    while now < RING_S:
        out += _car(now, random)
        now += float(random.uniform(2.5, 5.0))
    return out


def office(random: np.random.Generator) -> Floats:
    """Ventilation, mains hum, typing in bursts, and one colleague some desks away."""
    air = unit_power(shaped(_hiss(random), ((100.0, 0.0), (250.0, -4.0), (1_000.0, -14.0), (3_500.0, -30.0))))
    time_s = np.arange(RING_SAMPLES) / RATE_HZ
    hum = sum(
        level * np.sin(2 * np.pi * hz * time_s) for hz, level in ((100, 0.3), (200, 0.25), (300, 0.2), (400, 0.1))
    )
    colleague = _reverberant(_ring(talker(RING_SAMPLES + SEAM, random)), 0.4, random)
    muffled = unit_power(shaped(colleague, ((300.0, 0.0), (1_200.0, 0.0), (3_500.0, -18.0))))
    return air + hum + 0.8 * muffled + _typing(random)


def white(random: np.random.Generator) -> Floats:
    """Gaussian noise."""
    return _hiss(random)


KINDS: Final[Mapping[str, Callable[[np.random.Generator], Floats]]] = MappingProxyType({
    "babble": babble,
    "street": street,
    "office": office,
    "hold_music": hold_music,
    "white": white,
})  # fmt: skip


def _hiss(random: np.random.Generator) -> Floats:
    out: Floats = random.normal(0, 1, RING_SAMPLES)
    return out


def _ring(sound: Floats) -> Floats:
    """`float64[RING_SAMPLES + SEAM]` with its last half second faded into its first."""
    fade = np.linspace(0, 1, SEAM)
    out = sound[:RING_SAMPLES].copy()
    out[:SEAM] = out[:SEAM] * np.sqrt(fade) + sound[RING_SAMPLES:] * np.sqrt(1 - fade)
    return out


def _reverberant(sound: Floats, seconds: float, random: np.random.Generator) -> Floats:
    """What a room makes of it, without the sound itself: it falls by 60 dB in so many seconds."""
    time_s = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    room = np.zeros(RING_SAMPLES)
    room[80 : 80 + time_s.size] = random.normal(0, 1, time_s.size) * 10 ** (-3 * time_s / seconds)
    out: Floats = np.fft.irfft(np.fft.rfft(sound) * np.fft.rfft(room), RING_SAMPLES)
    return out


def _car(passes_s: float, random: np.random.Generator) -> Floats:
    """One that is nearest at `passes_s`: its tyres get brighter as it comes, its engine lower as it goes."""
    speed, distance = float(random.uniform(9, 16)), float(random.uniform(3.5, 7))
    away_s = np.arange(RING_SAMPLES) / RATE_HZ - passes_s
    away_s = (away_s + RING_S / 2) % RING_S - RING_S / 2  # the ring's nearest way round
    metres = np.sqrt(distance**2 + (speed * away_s) ** 2)
    tyres = unit_power(shaped(_hiss(random), ((100.0, -8.0), (700.0, 0.0), (1_500.0, 0.0), (3_500.0, -12.0))))
    engine_hz = float(random.uniform(45, 75))
    # Doppler by the speed at which the distance changes.
    heard_hz = engine_hz * (1 - speed**2 * away_s / metres / 340)
    phase = 2 * np.pi * np.cumsum(heard_hz) / RATE_HZ
    engine = sum(np.sin(n * phase + n) / n**0.6 for n in range(2, 12))
    fades = np.clip((RING_S / 2 - np.abs(away_s)) / 2, 0, 1)
    out: Floats = fades * (distance / metres) * (1.6 * tyres + 0.6 * engine) * 5 / distance
    return out


def _typing(random: np.random.Generator) -> Floats:
    """Keys go down in bursts, each a click of a few milliseconds and a softer one when it comes up."""
    out = np.zeros(RING_SAMPLES)
    now = float(random.uniform(0, 2))
    while now < RING_S:
        for _ in range(int(random.integers(4, 25))):
            for delay_s, level in ((0.0, 1.0), (float(random.uniform(0.06, 0.11)), 0.4)):
                at = round((now + delay_s) * RATE_HZ) % RING_SAMPLES
                click = random.normal(0, 1, 120) * np.exp(-np.arange(120) / float(random.uniform(10, 25)))
                where = np.arange(at, at + click.size) % RING_SAMPLES
                out[where] += level * float(random.uniform(2.5, 5)) * click
            now += float(random.uniform(0.09, 0.24))
        now += float(random.uniform(0.8, 3.5))
    return shaped(out, ((300.0, -10.0), (1_500.0, 0.0), (4_000.0, 0.0)))
