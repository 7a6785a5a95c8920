"""How a voice is asked to deliver its words: how fast and how high. Pure.

Engines stretch time themselves, which sounds best. Pitch is moved by playing a slower or faster rendering at another
sampling rate, so that it and the formants move together: to the ear another, smaller or larger, speaker.
"""

from __future__ import annotations

from typing import Final

import msgspec

SLOWEST, FASTEST = 0.5, 2.0
LOWEST_SEMITONES, HIGHEST_SEMITONES = -6.0, 6.0
_OCTAVE: Final = 12


class Delivery(msgspec.Struct, frozen=True):
    """`speed` 1.25 takes four fifths of the time. `semitones` are above (or, negative, below) the voice's own pitch."""

    speed: float = 1.0
    semitones: float = 0.0

    @property
    def pitch_ratio(self) -> float:
        """Of frequencies: 2.0 is an octave up."""
        return float(2.0 ** (self.semitones / _OCTAVE))

    @property
    def native_speed(self) -> float:
        """What the engine is asked for, so that after the change of pitch the speed is right."""
        return self.speed / self.pitch_ratio

    def problem(self) -> str | None:
        """Why no engine is asked for it, None where it can be."""
        if not LOWEST_SEMITONES <= self.semitones <= HIGHEST_SEMITONES:
            allowed = f"from {LOWEST_SEMITONES:+g} to {HIGHEST_SEMITONES:+g}"
            return f"pitch {self.semitones:+g} semitones: {allowed} are possible"
        if not SLOWEST <= self.speed <= FASTEST:
            return f"speed {self.speed:g}: from {SLOWEST:g} to {FASTEST:g} are possible"
        if not SLOWEST <= self.native_speed <= FASTEST:
            return (
                f"speed {self.speed:g} at pitch {self.semitones:+g} semitones: speaking at {self.native_speed:.2f} "
                f"times its pace is more than a voice can ({SLOWEST:g} to {FASTEST:g}); bring one nearer to normal"
            )
        return None


NATURAL: Final = Delivery()
