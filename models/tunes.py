"""Hold music that belongs to nobody: four soft chords, made of sines, that go round for sixteen seconds. Pure."""

from __future__ import annotations

from typing import Final

import numpy as np

from models.loudness import levelled
from models.resample import Samples
from voice_agent.audio import RATE_HZ, Pcm

MUSIC_LUFS: Final = -30.0
"""8 LU below the voice: one waits to it, and hears the end of it."""
_CHORDS: Final = ((57, 64, 69, 72), (53, 60, 69, 72), (48, 55, 67, 72), (55, 59, 67, 71))
"""A minor, F, C, G, as numbers of MIDI."""
_CHORD_S: Final = 4
_NOTES: Final = (0, 2, 1, 3, 2, 1, 3, 2)
"""Which note of its chord is plucked at each half second, over the chord itself."""


def soft_music() -> Pcm:
    """`int16[128,000]`, 8 kHz: ends where it begins."""
    loop = np.zeros(len(_CHORDS) * _CHORD_S * RATE_HZ, np.float32)
    for number, chord in enumerate(_CHORDS):
        start = number * _CHORD_S * RATE_HZ
        for note in chord:
            _add(loop, start, 0.3 * _tone(note, _CHORD_S + 1.5, attack_s=0.8, decay_s=2.5))
        for step, index in enumerate(_NOTES):
            _add(loop, start + step * RATE_HZ // 2, 0.5 * _tone(chord[index] + 12, 2.0, attack_s=0.02, decay_s=0.5))
    return as_loop(loop)


def as_loop(sound: Samples, lufs: float = MUSIC_LUFS) -> Pcm:
    """A sound at the level of hold music, within the ceiling of voices."""
    return np.round(levelled(sound, lufs) * 32_767).astype(np.int16)


def _tone(note: int, seconds: float, *, attack_s: float, decay_s: float) -> Samples:
    """A sine with a little of its octave, swelling and fading away."""
    at = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    hz = 440 * 2 ** ((note - 69) / 12)
    wave = np.sin(2 * np.pi * hz * at) + 0.2 * np.sin(4 * np.pi * hz * at)
    shape = np.minimum(1.0, at / attack_s) * np.exp(-np.maximum(0.0, at - attack_s) / decay_s)
    end = np.minimum(1.0, (seconds - at) / 0.05)
    return np.asarray(wave * shape * end, np.float32)


def _add(loop: Samples, start: int, sound: Samples) -> None:
    """What rings on beyond the end of the loop rings at its beginning."""
    at = (start + np.arange(sound.size)) % loop.size
    loop[at] += sound
