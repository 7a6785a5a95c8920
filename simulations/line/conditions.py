"""The lines that have a name, such as `street_10db`. Data. `docs/conditions.md` says when to use which."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from simulations.line.settings import Echo, LevelStep, LineSettings, Loss, Noise, OneWay
from voice_agent.errors import UsageError


def _noise(kind: str, snr_db: float) -> LineSettings:
    return LineSettings(noise=Noise(snr_db, kind))


def _loss(rate: float, mean_burst: float | None = None) -> LineSettings:
    return LineSettings(codec="pcmu", loss=Loss(rate, mean_burst))


CONDITIONS: Final[Mapping[str, LineSettings]] = MappingProxyType({
    "clean": LineSettings(),
    "landline": LineSettings(codec="pcma", delay_ms=20),
    "mobile": LineSettings(codec="gsm", delay_ms=100, loss=Loss(0.01, 2), jitter_ms=20),
    "app": LineSettings(codec="opus", delay_ms=50, loss=Loss(0.01), jitter_ms=40),
    "babble_15db": _noise("babble", 15),
    "babble_10db": _noise("babble", 10),
    "babble_5db": _noise("babble", 5),
    "street_15db": _noise("street", 15),
    "street_10db": _noise("street", 10),
    "street_5db": _noise("street", 5),
    "office_15db": _noise("office", 15),
    "hold_music_10db": _noise("hold_music", 10),
    "white_10db": _noise("white", 10),
    "loss_1": _loss(0.01),
    "loss_5": _loss(0.05),
    "loss_10": _loss(0.10),
    "loss_20": _loss(0.20),
    "bursty_5": _loss(0.05, 4),
    "bursty_10": _loss(0.10, 4),
    "bursty_20": _loss(0.20, 4),
    "jitter_60": LineSettings(codec="pcmu", jitter_ms=60),
    "jitter_120": LineSettings(codec="pcmu", jitter_ms=120),
    "reordered": LineSettings(codec="pcmu", reordering=0.1),
    "satellite": LineSettings(codec="pcma", delay_ms=300),
    "quiet": LineSettings(codec="pcma", level_db=-20),
    "overdriven": LineSettings(codec="pcma", level_db=12, clipping_dbfs=-12),
    "moving_away": LineSettings(codec="pcma", level_steps=(LevelStep(15_000, -8), LevelStep(25_000, -16))),
    "speakerphone": LineSettings(codec="pcma", echo=Echo(60, -20, 80)),
    "bad_speakerphone": LineSettings(codec="pcma", echo=Echo(120, -10, 200), noise=Noise(20, "office")),
    "car": LineSettings(codec="gsm", noise=Noise(10, "street"), delay_ms=100, loss=Loss(0.03, 4), jitter_ms=40),
    "one_way": LineSettings(codec="pcma", one_way=OneWay("to_agent", 12_000)),
    "one_way_caller": LineSettings(codec="pcma", one_way=OneWay("to_caller", 12_000)),
    "gap": LineSettings(codec="pcma", one_way=OneWay("to_agent", 12_000, 3_000)),
})  # fmt: skip


def condition(name: str) -> LineSettings:
    """The line of that name. Raises UsageError for one there isn't."""
    found = CONDITIONS.get(name)
    if found is None:
        raise UsageError(f"there is no line called {name!r}", hint=f"lines with a name: {', '.join(CONDITIONS)}")
    return found
