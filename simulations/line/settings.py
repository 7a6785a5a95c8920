"""What can be wrong with a line: the `line:` key of a scenario. Data, and the rules a value must keep. Pure.

    line:
      codec: pcma
      noise: {kind: street, snr_db: 10}
      loss: {rate: 0.05, mean_burst: 3}
      jitter_ms: 40

Every field's default means that nothing is wrong. `docs/conditions.md` describes each; a test fails where it doesn't.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Final, Literal, TypeAlias

import msgspec
from msgspec import Meta

CODECS: Final[Mapping[str, str]] = MappingProxyType({
    "none": "16-bit samples as they are",
    "pcmu": "G.711 mu-law, 64 kbit/s: telephone lines in North America and Japan",
    "pcma": "G.711 A-law, 64 kbit/s: telephone lines elsewhere",
    "g722": "G.722, 64 kbit/s: desk telephones with wideband speech",
    "opus": "Opus, 24 kbit/s, for speech: browsers and apps",
    "gsm": "GSM's enhanced full rate (AMR, 12.2 kbit/s) behind a handset's narrow band, then A-law: mobile telephones",
})  # fmt: skip

NOISES: Final[Mapping[str, str]] = MappingProxyType({
    "babble": "seven people talking at once, a room full of people",
    "street": "traffic: tyres, engines, now and then a car that passes close by",
    "office": "ventilation and hum, typing, one colleague talking further off",
    "hold_music": "a slow tune on an electric piano over a bass, as from a radio beside the caller",
    "white": "hiss, the same at all frequencies of the line",
})  # fmt: skip

Codec: TypeAlias = Annotated[str, Meta(extra_json_schema={"enum": list(CODECS)})]
NoiseKind: TypeAlias = Annotated[str, Meta(extra_json_schema={"enum": list(NOISES)})]
Way: TypeAlias = Literal["to_agent", "to_caller"]
Share: TypeAlias = Annotated[float, Meta(ge=0.0, le=0.9)]
Milliseconds: TypeAlias = Annotated[int, Meta(ge=0, le=600_000)]
Delay: TypeAlias = Annotated[int, Meta(ge=0, le=2_000)]
Jitter: TypeAlias = Annotated[int, Meta(ge=0, le=500)]
Gain: TypeAlias = Annotated[float, Meta(ge=-60.0, le=40.0)]


class _Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Unknown keys are errors: a misspelt impairment would leave the line clean."""


class Noise(_Part, frozen=True):
    """What is heard around the caller: one of `kind` (made by us) and `file` (a WAV file, repeated).

    `snr_db` is the caller's active speech level less the noise's level, both over the telephone band.
    """

    snr_db: Annotated[float, Meta(ge=-20.0, le=60.0)]
    kind: NoiseKind | None = None
    file: Annotated[str, Meta(min_length=1)] | None = None

    def __post_init__(self) -> None:
        if (self.kind is None) == (self.file is None):
            raise ValueError(f"noise needs either `kind` (one of {', '.join(NOISES)}) or `file` (a WAV file)")
        if self.kind is not None and self.kind not in NOISES:
            known = ", ".join(NOISES)
            raise ValueError(f"there is no noise {self.kind!r}; kinds are {known}; a recording goes under `file`")


class Loss(_Part, frozen=True):
    """Packets that never come: `rate` is their share, 0..0.9.

    Each for itself or, with `mean_burst`, in runs of so many packets on average: a channel with two states of which the
    bad one loses everything (Gilbert, BSTJ 39, 1960). `way` is where, None for both ways.
    """

    rate: Share
    mean_burst: Annotated[float, Meta(ge=1.0, le=200.0)] | None = None
    way: Way | None = None

    def __post_init__(self) -> None:
        if self.mean_burst is not None and self.rate > self.mean_burst / (1 + self.mean_burst):
            shortest = self.rate / (1 - self.rate)
            raise ValueError(
                f"bursts of {self.mean_burst:g} packets can't lose {self.rate:g} of them: give at least {shortest:.2g}"
            )


class Echo(_Part, frozen=True):
    """The agent's own voice in what it hears of the caller, whose telephone stands on a table.

    `delay_ms` after the caller's telephone plays it, `gain_db` louder (less than 0: more quietly) in all; `tail_ms` is
    how long the room rings on, 0 for a mere copy.
    """

    delay_ms: Annotated[int, Meta(ge=0, le=1_000)] = 60
    gain_db: Annotated[float, Meta(ge=-60.0, le=6.0)] = -20.0
    tail_ms: Annotated[int, Meta(ge=0, le=400)] = 80


class LevelStep(_Part, frozen=True):
    """From `from_ms` of the call on, `db` louder."""

    from_ms: Milliseconds
    db: Gain


class OneWay(_Part, frozen=True):
    """One direction carries nothing from `from_ms` of the call on, for `for_ms` or until its end."""

    dead: Way
    from_ms: Milliseconds = 0
    for_ms: Annotated[int, Meta(ge=20, le=600_000)] | None = None


class LineSettings(_Part, frozen=True):
    """A line. The defaults are a perfect one.

    Of the caller's direction only, in this order: `echo` and `noise` are around the caller; `level_db` and
    `level_steps` (which take its place as they come) make all that louder; `clipping_dbfs` cuts peaks off. Of both:
    `codec`; `delay_ms`; packets are lost (`loss`), held up by 0 to `jitter_ms`, each for itself, and overtaken by the
    next one (`reordering`, a share of them); a direction is dead (`one_way`).
    """

    codec: Codec = "none"
    noise: Noise | None = None
    echo: Echo | None = None
    level_db: Gain = 0.0
    level_steps: tuple[LevelStep, ...] = ()
    clipping_dbfs: Annotated[float, Meta(ge=-40.0, le=0.0)] | None = None
    delay_ms: Delay = 0
    loss: Loss | None = None
    jitter_ms: Jitter = 0
    reordering: Share = 0.0
    one_way: OneWay | None = None

    def __post_init__(self) -> None:
        if self.codec not in CODECS:
            raise ValueError(f"there is no codec {self.codec!r}; codecs are {', '.join(CODECS)}")
        times = [step.from_ms for step in self.level_steps]
        if times != sorted(set(times)):
            raise ValueError(f"level_steps must come in the order of from_ms, each later than the one before: {times}")

    @property
    def in_packets(self) -> bool:
        """Whether it takes a line of packets, with a jitter buffer at each end, to be like this."""
        lossy = self.loss is not None and self.loss.rate > 0
        return self.codec != "none" or lossy or self.jitter_ms > 0 or self.reordering > 0
