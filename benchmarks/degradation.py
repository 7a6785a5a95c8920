"""How bad a line may be: task success and word errors against noise and loss, in whole calls to the example agent.

Real engines in virtual time. Only what the agent hears is impaired; the caller's own ears are part of the instrument.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import msgspec

from benchmarks.degradation_curves import Curve, drawn
from benchmarks.degraded_calls import CallerHeard, degraded_calls
from benchmarks.real_engines import load_engines
from benchmarks.report import Asked, Measured, say
from benchmarks.statistics import share
from simulations import virtual_time
from simulations.line.settings import LineSettings, Loss, Noise
from simulations.measures.statistics import ratio_interval
from simulations.measures.words import pooled
from voice_agent.errors import UsageError

SCENARIOS: Final = (
    "track_order_found",
    "bill_explained",
    "technician_booked",
    "return_damaged",
    "change_plan_faster",
    "router_offline_advised",
    "wrong_digits_corrected",
    "slow_line_mended",
)
QUICK_SCENARIOS: Final = SCENARIOS[:2]
NOISES: Final = ("babble", "street")
SNRS_DB: Final = (20, 15, 10, 5, 0)
RATES: Final = (0.05, 0.10, 0.15, 0.20)
BURST_PACKETS: Final = 4.0
CLEAN: Final = LineSettings(codec="pcmu")
CALLS_A_SCENARIO: Final = 2
PARTS: Final = ("noise", "loss")


class Point(msgspec.Struct, frozen=True):
    """One line of a curve; `at` is dB or percent, None where nothing is wrong."""

    curve: str
    at: float | None
    line: LineSettings

    @property
    def name(self) -> str:
        return self.curve if self.at is None else f"{self.curve}_{self.at:g}"


def points(part: str | None, *, quick: bool) -> Iterator[Point]:
    """The clean line, then curve by curve from good to bad."""
    if part not in (None, *PARTS):
        raise UsageError(f"degradation has no part {part!r}", hint=f"parts are {' and '.join(PARTS)}")
    yield Point("clean", None, CLEAN)
    for kind in NOISES[:1] if quick else NOISES:
        for snr_db in () if part == "loss" else SNRS_DB[2::2] if quick else SNRS_DB:
            noise = Noise(snr_db, kind)
            yield Point(f"{kind}_snr_db", snr_db, msgspec.structs.replace(CLEAN, noise=noise))
    for name, burst in (("random", None), ("bursty", BURST_PACKETS)):
        for rate in () if part == "noise" or quick else RATES:
            loss = Loss(rate, burst, "to_agent")
            yield Point(f"{name}_loss_percent", round(100 * rate), msgspec.structs.replace(CLEAN, loss=loss))


def callers(scenarios: Sequence[str], seed: int, *, quick: bool) -> list[tuple[str, int]]:
    """Each scenario so often, with the seed of its line, the same at every point: no two calls of a point hear the same
    noise, so that they don't fail together."""
    times = 1 if quick else CALLS_A_SCENARIO
    return [(name, seed + at * times + number) for at, name in enumerate(scenarios) for number in range(times)]


def measure(asked: Asked) -> Measured:
    with tempfile.TemporaryDirectory() as folder:
        tree = virtual_time.run(_measured(asked, Path(folder) if asked.cache is None else asked.cache))
    if asked.plot is not None:
        asked.plot.write_text(drawn(curves(tree["points"])), encoding="utf-8")
    return Measured(tree)


async def _measured(asked: Asked, cache: Path) -> dict[str, Any]:
    chosen = QUICK_SCENARIOS if asked.quick else SCENARIOS
    everything = list(points(asked.part, quick=asked.quick))
    tree: dict[str, Any] = {"scenarios": list(chosen), "seed": asked.seed, "points": {}}
    engines = load_engines(cache)
    async with degraded_calls(engines, cache) as calls:
        for number, point in enumerate(everything, 1):
            say(f"degradation: {point.name} ({number} of {len(everything)})")
            heard = {
                f"{name} {seed}": await calls.play(name, point.line, seed)
                for name, seed in callers(chosen, asked.seed, quick=asked.quick)
            }
            tree["points"][point.name] = _figures(point, heard, asked.seed)
        tree["played_anew"] = {"calls": calls.played, "recognitions": engines.decoding.decoded}
    return tree


def curves(found: dict[str, Any]) -> list[Curve]:
    """The figures as curves to draw; every curve of loss begins at the clean line."""
    clean = found["clean"]
    out: dict[str, list[tuple[float, dict[str, Any]]]] = {}
    for figures in found.values():
        if figures["at"] is not None:
            begin = [(0.0, clean)] if figures["curve"].endswith("loss_percent") else []
            out.setdefault(figures["curve"], begin).append((figures["at"], figures))
    return [
        Curve(
            name,
            tuple(at for at, _ in values),
            tuple(100 * each["success"]["share"] for _, each in values),
            tuple(each["wer_percent"] for _, each in values),
        )
        for name, values in out.items()
    ]


def _figures(point: Point, calls: Mapping[str, CallerHeard], seed: int) -> dict[str, Any]:
    errors = [call.errors for call in calls.values()]
    total = pooled(errors)
    interval = ratio_interval([each.errors for each in errors], [each.words for each in errors], seed)
    return {
        "curve": point.curve,
        "at": point.at,
        "success": share(sum(call.ok for call in calls.values()), len(calls)),
        "wer_percent": round(100 * total.rate, 1),
        "wer_interval_95": None if interval is None else [round(100 * interval.low, 1), round(100 * interval.high, 1)],
        "words": total.words,
        "turns_unheard": sum(call.unheard for call in calls.values()),
        "failed": {name: "; ".join(call.failures) for name, call in calls.items() if not call.ok},
    }
