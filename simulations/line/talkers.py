"""Voices without words, for a room full of people: pulses and hiss through moving formants. Pure.

Each talker speaks in phrases with pauses, in syllables of varying length and stress, at a wandering pitch. Vowels are
those of Peterson and Barney (JASA 24, 1952), scaled to the speaker.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from simulations.line.spectrum import Floats, unit_power
from voice_agent.audio import RATE_HZ

HOP: Final = 80
FRAME: Final = 256
HISS: Final = 0.22
"""Amplitude of consonants, that of vowels being 1."""
_VOWELS_HZ: Final = np.array((
    (270, 2290, 3010), (390, 1990, 2550), (530, 1840, 2480), (660, 1720, 2410), (730, 1090, 2440),
    (570, 840, 2410), (440, 1020, 2240), (300, 870, 2240), (640, 1190, 2390), (490, 1350, 1690),
), np.float64)  # fmt: skip
_BANDWIDTHS_HZ: Final = np.array((70.0, 110.0, 170.0))


def talker(samples: int, random: np.random.Generator) -> Floats:
    """`float64[samples]` of one voice, mean power 1."""
    frames = samples // HOP + FRAME // HOP + 2
    pitch_hz = float(random.uniform(95, 220))
    tract = 0.95 + 0.2 * (pitch_hz - 95) / 125 + float(random.normal(0, 0.02))
    loudness, openness, vowels = _syllables(frames, random)
    formants_hz = vowels * tract
    voiced = _filtered(_pulses(frames, pitch_hz, random), _envelopes(formants_hz))
    hissed = _filtered(random.normal(0, 1, frames * HOP + FRAME), _hiss())
    mixed = voiced * openness[:, None] + HISS * hissed * (1 - openness[:, None])
    return unit_power(_overlapped(mixed * loudness[:, None])[:samples])


def _syllables(frames: int, random: np.random.Generator) -> tuple[Floats, Floats, Floats]:
    """By frame: how loud, how much of it is voice (0..1), and the formants in Hz (`[frames, 3]`)."""
    loudness, openness = np.zeros(frames), np.zeros(frames)
    at: list[float] = [0.0]
    targets = [_VOWELS_HZ[int(random.integers(len(_VOWELS_HZ)))]]
    position = int(random.integers(0, 60))
    while position < frames:
        for _ in range(int(random.integers(5, 18))):  # a phrase
            length = int(random.uniform(12, 26))
            consonant = int(random.uniform(3, 9))
            end = min(position + length, frames)
            stress = float(random.uniform(0.5, 1.0))
            shape = np.sin(np.linspace(0.15, np.pi, end - position)) ** 0.7 if end > position else np.zeros(0)
            loudness[position:end] = stress * (0.25 + 0.75 * shape)
            openness[position:end] = np.arange(end - position) >= consonant
            at.append(position + length / 2)
            targets.append(_VOWELS_HZ[int(random.integers(len(_VOWELS_HZ)))])
            position += length
            if position >= frames:
                break
        position += int(random.uniform(20, 90))
    smooth = np.array((1.0, 2.0, 1.0)) / 4
    moving = [np.interp(np.arange(frames), at, [target[n] for target in targets]) for n in range(3)]
    return np.convolve(loudness, smooth, "same"), np.convolve(openness, smooth, "same"), np.stack(moving, axis=1)


def _pulses(frames: int, pitch_hz: float, random: np.random.Generator) -> Floats:
    """Glottal pulses: one at each whole turn of a phase whose speed wanders."""
    samples = frames * HOP + FRAME
    knots = random.normal(0, 0.10, samples // 1_200 + 2)
    wander = np.interp(np.arange(samples), np.arange(knots.size) * 1_200, knots)
    phase = np.cumsum(pitch_hz * np.exp(wander) / RATE_HZ)
    pulses = np.diff(np.floor(phase), prepend=0.0)
    # The glottis closes softly: 12 dB an octave less from about 500 Hz.
    softness = np.exp(-np.arange(40) / 3.0)
    out: Floats = np.convolve(pulses, softness)[:samples] + 0.02 * random.normal(0, 1, samples)
    return out


def _envelopes(formants_hz: Floats) -> Floats:
    """Gain by frame and frequency: three resonances one after another."""
    at_hz = np.fft.rfftfreq(FRAME, 1 / RATE_HZ)[None, :]
    gain = np.ones((len(formants_hz), at_hz.size))
    for number in range(3):
        centre = formants_hz[:, number : number + 1]
        ratio = at_hz / centre
        gain /= np.sqrt((1 - ratio**2) ** 2 + (_BANDWIDTHS_HZ[number] / centre * ratio) ** 2)
    return gain


def _hiss() -> Floats:
    """Gain by frequency of fricatives: most of it above 2 kHz."""
    at_hz = np.fft.rfftfreq(FRAME, 1 / RATE_HZ)[None, :]
    gain: Floats = 1 / (1 + np.exp(-(at_hz - 2_300) / 350))
    return gain


def _filtered(sound: Floats, gains: Floats) -> Floats:
    """`sound` in overlapping frames (`[frames, FRAME]`), each with its gains; mean power 1 in all."""
    frames = (sound.size - FRAME) // HOP
    windows = np.lib.stride_tricks.sliding_window_view(sound, FRAME)[: frames * HOP : HOP] * np.hanning(FRAME)
    return unit_power(np.fft.irfft(np.fft.rfft(windows, axis=1) * gains, FRAME, axis=1))


def _overlapped(frames: Floats) -> Floats:
    out = np.zeros(len(frames) * HOP + FRAME)
    for number, frame in enumerate(frames):
        out[number * HOP : number * HOP + FRAME] += frame
    return out
