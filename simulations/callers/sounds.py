"""What callers do beside speaking: coughs, keys, a hum of "mhm". Made of noise and resonances by seed, never recorded.

    cough(seed=3)                       # int16[samples], 8 kHz, about -20 dBFS while it lasts
    SOUNDS["sniff"](3)

They are impressions, shaped after what is described of each (Korpas et al. 1996 on the three phases of a cough sound;
glottal pulses and formants after Fant 1960): enough to try whether an agent takes a noise for a turn, no more. "mhm" is
one of them, as no engine here can say it; the words of `BACKCHANNELS` are said by a voice, and `side_talk` by another.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

from simulations.callers.filters import Taps, band_pass, clipped, filtered, louder
from voice_agent.audio import RATE_HZ, Pcm, silence

Wave: TypeAlias = npt.NDArray[np.float64]
"""`float64[samples]`, 8 kHz, of any scale."""

BACKCHANNELS: Final = ("okay", "right", "yeah", "I see", "uh-huh", "sure")
"""Words that say: go on."""
_LEVEL_DBFS: Final = -20.0
_SIDE_TALK_DB: Final = -14.0
_VOICED_END: Final = 0.8
"""How many coughs have one."""
_NOSE: Final = (260.0, 1_000.0)
_MOUTH: Final = band_pass(200, 3_600)


def cough(seed: int) -> Pcm:
    """300 to 450 ms: a burst, a rush of air, and mostly a voiced end."""
    chance = np.random.default_rng(seed)
    burst = _noise(chance, 45, attack_ms=3, decay_ms=18)
    rush = _noise(chance, int(chance.integers(130, 200)), attack_ms=10, decay_ms=90) * 0.45
    voice = _voiced(chance, int(chance.integers(90, 180)), hz=chance.uniform(110, 240), formants=(650, 1_300))
    end = 0.5 * voice if chance.random() < _VOICED_END else rush[:0]
    return _levelled(_through(np.concatenate((burst, rush, end)), _MOUTH))


def throat_clearing(seed: int) -> Pcm:
    """600 to 900 ms: two rough, low hums."""
    chance = np.random.default_rng(seed)
    hums = [
        _voiced(chance, int(chance.integers(230, 380)), hz=chance.uniform(75, 120), formants=(400, 1_100), jitter=0.25)
        for _ in range(2)
    ]
    rough = [hum * (1 + 0.5 * _slow(chance, hum.size, 35)) for hum in hums]
    return _levelled(_through(np.concatenate((rough[0], np.zeros(RATE_HZ // 20), rough[1])), _MOUTH))


def sniff(seed: int) -> Pcm:
    """150 to 300 ms of air through the nose, rising and cut off."""
    chance = np.random.default_rng(seed)
    air = _noise(chance, int(chance.integers(150, 300)), attack_ms=110, decay_ms=400)
    return louder(_levelled(_through(air, band_pass(900, 3_400))), -8)


def keyboard(seed: int, duration_ms: int = 1_500) -> Pcm:
    """Strokes of a keyboard beside the telephone, seven a second give or take, each a press and a quieter release."""
    chance = np.random.default_rng(seed)
    out = np.zeros(duration_ms * RATE_HZ // 1_000)
    at = 0
    while at < out.size:
        for offset_ms, loudness in ((0, 1.0), (chance.uniform(55, 95), 0.45)):
            click = _noise(chance, 12, attack_ms=0.5, decay_ms=3.0) * loudness * chance.uniform(0.6, 1.0)
            start = at + int(offset_ms * RATE_HZ / 1_000)
            end = min(out.size, start + click.size)
            out[start:end] += click[: max(0, end - start)]
        at += int(chance.exponential(0.07) * RATE_HZ) + RATE_HZ // 14
    return louder(_levelled(_through(out, band_pass(800, 3_800))), -10)


def mhm(seed: int) -> Pcm:
    """350 to 500 ms with a closed mouth: a hum, a breath, a hum that rises."""
    chance = np.random.default_rng(seed)
    hz = chance.uniform(110, 210)
    first = _voiced(chance, int(chance.integers(120, 170)), hz=hz, formants=_NOSE, jitter=0.01)
    second = _voiced(chance, int(chance.integers(170, 250)), hz=hz * 1.15, formants=_NOSE, jitter=0.01, rise=0.2)
    breath = _noise(chance, 40, attack_ms=15, decay_ms=20) * 0.05
    return _levelled(_through(np.concatenate((first, breath, second)), band_pass(100, 1_800)))


def side_talk(words: Pcm) -> Pcm:
    """`words`, said by another voice, as they get into a telephone across a room: quieter and muffled."""
    return louder(filtered(words, "muffled"), _SIDE_TALK_DB)


SOUNDS: Final[Mapping[str, Callable[[int], Pcm]]] = {
    "cough": cough,
    "throat_clearing": throat_clearing,
    "sniff": sniff,
    "keyboard": keyboard,
    "mhm": mhm,
}
"""By label, made of a seed."""


def _noise(chance: np.random.Generator, duration_ms: int, *, attack_ms: float, decay_ms: float) -> Wave:
    samples = duration_ms * RATE_HZ // 1_000
    ms = np.arange(samples) * 1_000 / RATE_HZ
    envelope = np.minimum(1.0, ms / attack_ms) * np.exp(-np.maximum(0.0, ms - attack_ms) / decay_ms)
    return np.asarray(chance.standard_normal(samples) * envelope, np.float64)


def _voiced(
    chance: np.random.Generator,
    duration_ms: int,
    *,
    hz: float,
    formants: tuple[float, float],
    jitter: float = 0.04,
    rise: float = 0.0,
) -> Wave:
    """Pulses at `hz`, each period longer or shorter by `jitter` of it, through two resonances; fades in and out."""
    samples = duration_ms * RATE_HZ // 1_000
    pulses = np.zeros(samples)
    at = 0.0
    while at < samples:
        pulses[int(at)] = 1.0
        now_hz = hz * (1 + rise * at / samples) * (1 + jitter * chance.uniform(-1, 1))
        at += RATE_HZ / now_hz
    voice = sum((_resonance(pulses, formant_hz) for formant_hz in formants), np.zeros(samples))
    return voice * np.hanning(samples) ** 0.5


def _resonance(pulses: Wave, hz: float, width_hz: float = 120.0) -> Wave:
    """A two-pole resonance, as its impulse response of 40 ms."""
    seconds = np.arange(RATE_HZ // 25) / RATE_HZ
    ringing = np.exp(-np.pi * width_hz * seconds) * np.sin(2 * np.pi * hz * seconds)
    return np.convolve(pulses, ringing)[: pulses.size]


def _slow(chance: np.random.Generator, samples: int, hz: float) -> Wave:
    """A fluctuation between -1 and 1, about `hz` times a second."""
    points = chance.uniform(-1, 1, int(samples * hz / RATE_HZ) + 2)
    return np.interp(np.linspace(0, points.size - 1, samples), np.arange(points.size), points)


def _through(wave: Wave, taps: Taps) -> Wave:
    return np.convolve(wave, taps, "same") if wave.size else wave


def _levelled(wave: Wave) -> Pcm:
    """At -20 dBFS over what is audible of it."""
    loud = wave[np.abs(wave) > 0.05 * np.abs(wave).max()]
    if loud.size == 0:
        return silence(wave.size)
    return clipped(wave * (32_768 * 10 ** (_LEVEL_DBFS / 20) / float(np.sqrt(np.mean(np.square(loud))))))
