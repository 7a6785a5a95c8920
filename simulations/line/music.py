"""Eight bars of music to wait by: an electric piano over a bass. Pure."""

from __future__ import annotations

from typing import Final

import numpy as np

from simulations.line.spectrum import Floats
from voice_agent.audio import RATE_HZ

_BEAT_S: Final = 0.75
_BEATS: Final = 32
_CHORDS: Final = ((57, 60, 64, 67), (53, 57, 60, 64), (48, 52, 55, 59), (55, 59, 62, 65)) * 2
"""Four notes each, as MIDI numbers: a bar of four beats."""
_MELODY: Final = (76, None, 74, 72, 72, None, 69, None, 67, None, 71, 72, 74, None, 71, None)
"""A note or a rest a beat; the second time a third of the notes are other ones, by seed."""


def hold_music(random: np.random.Generator) -> Floats:
    """`float64[24 s]`, a ring. The tune differs a little by seed."""
    out = np.zeros(round(_BEAT_S * _BEATS * RATE_HZ))
    for bar, chord in enumerate(_CHORDS):
        for note in chord:
            _play(out, 4 * bar, note, 0.5, 3.8)
            _play(out, 4 * bar + 2.5, note, 0.35, 1.4)
        for beat in (0, 2):
            _play(out, 4 * bar + beat, chord[0] - 12, 1.0, 1.8)
    for beat, tune in enumerate(_MELODY * 2):
        if tune is None:
            continue
        moved = int(random.choice((0, 0, 0, -2, 3, 5))) if beat >= len(_MELODY) else 0
        _play(out, beat + float(random.uniform(-0.02, 0.02)), tune + moved, 1.1, 1.6)
    return out


def _play(out: Floats, beat: float, note: int, level: float, beats: float) -> None:
    """Adds a note: bell-like partials that die away, the high ones first."""
    time_s = np.arange(round(beats * _BEAT_S * RATE_HZ)) / RATE_HZ
    hz = 440 * 2 ** ((note - 69) / 12)
    sound = np.zeros(time_s.size)
    for partial, strength, decay_s in ((1, 1.0, 1.2), (2, 0.45, 0.7), (3, 0.2, 0.45), (4, 0.15, 0.3), (7, 0.08, 0.12)):
        if partial * hz < RATE_HZ / 2:
            sound += strength * np.sin(2 * np.pi * partial * hz * time_s) * np.exp(-time_s / decay_s)
    ramp = np.minimum(1.0, np.minimum(time_s / 0.006, (time_s[-1] - time_s) / 0.03))
    where = (round(beat * _BEAT_S * RATE_HZ) + np.arange(time_s.size)) % out.size
    np.add.at(out, where, level * ramp * sound)
