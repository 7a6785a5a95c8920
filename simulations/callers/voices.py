"""The voices that a scenario may ask for: two engines, made into more by speed, pitch, filter and loudness. Pure.

    who: {number: "+15550100101", voice: elderly_slow, rate: 0.95}
    who: {number: "+15550100101", voice: {engine: piper, pitch: -2, filter: muffled}}

What is made of an engine is always said to be: "hibari, pitch +3 semitones, speed 1.15". Two engines are two voices,
however many names they go by: nobody should take a result for one over so many people.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from typing import Final, Literal, TypeAlias, get_args

import msgspec

from models.delivery import FASTEST, HIGHEST_SEMITONES, LOWEST_SEMITONES, SLOWEST, Delivery
from voice_agent.errors import ConfigurationError

VoiceEngine: TypeAlias = Literal["hibari", "piper"]
Filter: TypeAlias = Literal["none", "telephone", "muffled", "thin"]

QUIETEST_DB, LOUDEST_DB = -30.0, 12.0


class Voice(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A voice as it is made. `pitch` is in semitones above the engine's own, `loudness_db` above what it speaks at."""

    engine: VoiceEngine = "hibari"
    speed: float = 1.0
    pitch: float = 0.0
    filter: Filter = "none"
    loudness_db: float = 0.0

    def __post_init__(self) -> None:
        """Raises ValueError for what no engine can do, so that it is an error of the file."""
        problem = self.delivery.problem()
        if problem is not None:
            raise ValueError(problem)
        if not QUIETEST_DB <= self.loudness_db <= LOUDEST_DB:
            allowed = f"from {QUIETEST_DB:+g} to {LOUDEST_DB:+g}"
            raise ValueError(f"loudness_db {self.loudness_db:+g}: {allowed} are possible")

    @property
    def delivery(self) -> Delivery:
        """What the engine is asked for."""
        return Delivery(self.speed, self.pitch)


NAMES_OF_ENGINES: Final[Mapping[VoiceEngine, str]] = {"hibari": "hibari", "piper": "joe"}
"""What the one voice of each engine is called."""

CATALOGUE: Final[Mapping[str, Voice]] = {
    "hibari": Voice(),
    "joe": Voice("piper"),
    "female_1": Voice(),
    "female_2": Voice(pitch=2.5, speed=1.05),
    "female_3": Voice(pitch=-2.0, speed=0.95),
    "male_1": Voice("piper"),
    "male_2": Voice("piper", pitch=-2.0, speed=0.95),
    "male_3": Voice("piper", pitch=2.0, speed=1.08),
    "elderly_slow": Voice("piper", pitch=1.5, speed=0.78, filter="thin"),
    "elderly_female": Voice(pitch=-1.5, speed=0.8, filter="thin"),
    "young_fast": Voice(pitch=3.0, speed=1.2),
    "young_male": Voice("piper", pitch=3.0, speed=1.2),
    "deep": Voice("piper", pitch=-4.0, speed=0.95),
    "soft": Voice(loudness_db=-12.0, speed=0.95),
    "loud": Voice("piper", loudness_db=6.0),
    "muffled": Voice(filter="muffled"),
    "old_handset": Voice("piper", filter="telephone"),
}
"""Ready-made voices, whose names promise no more than an impression."""

DEFAULT: Final = "hibari"


def voice_of(asked: str | Voice | None, rate: float = 1.0) -> Voice:
    """The voice for a scenario's `who.voice`, at `rate` times its speed.

    Raises ConfigurationError for a name that there isn't, and where the rate takes it beyond what an engine can do.
    """
    if isinstance(asked, Voice):
        voice = asked
    else:
        name = DEFAULT if asked is None else asked
        found = CATALOGUE.get(name)
        if found is None:
            raise ConfigurationError(f"there is no voice {name!r}{_nearest(name)}", hint=one_of())
        voice = found
    if rate == 1.0:
        return voice
    try:
        return msgspec.structs.replace(voice, speed=voice.speed * rate)
    except ValueError as problem:
        raise ConfigurationError(f"rate {rate:g}: {problem}", hint="bring `who.rate` nearer to 1") from problem


def one_of() -> str:
    """What a scenario may write, for messages."""
    return (
        f"one of {', '.join(sorted(CATALOGUE))}; or a mapping with engine ({', '.join(get_args(VoiceEngine))}), "
        f"speed ({SLOWEST:g} to {FASTEST:g}), pitch ({LOWEST_SEMITONES:g} to {HIGHEST_SEMITONES:g} semitones), "
        f"filter ({', '.join(get_args(Filter))}) and loudness_db"
    )


def described(voice: Voice) -> str:
    """How it was made, for reports: `joe, pitch -2 semitones, speed 0.95, muffled`."""
    parts = [NAMES_OF_ENGINES[voice.engine]]
    if voice.pitch != 0:
        parts.append(f"pitch {voice.pitch:+g} semitones")
    if voice.speed != 1:
        parts.append(f"speed {voice.speed:.3g}")
    if voice.filter != "none":
        parts.append(f"filter {voice.filter}")
    if voice.loudness_db != 0:
        parts.append(f"loudness {voice.loudness_db:+g} dB")
    return ", ".join(parts)


def _nearest(name: str) -> str:
    near = difflib.get_close_matches(name, CATALOGUE, n=1)
    return f"; did you mean {near[0]}?" if near else ""
