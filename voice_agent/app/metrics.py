"""What Prometheus may ask of a worker: latency by stage, and how wheel, engines and store are doing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from voice_agent.insights.latency import TurnLatency

STAGES: Final = ("endpoint", "recognition", "understanding", "deciding", "synthesis", "total")
_BUCKETS_S: Final = (0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1.0, 1.5, 2.0, 4.0, 8.0)


class _Readings(Collector):
    """Values that are read when somebody asks for them."""

    def __init__(self, read: Callable[[], Mapping[str, tuple[str, float]]]) -> None:
        self._read = read

    def collect(self) -> Iterable[Metric]:
        return self._families()

    def _families(self) -> Iterator[Metric]:
        for name, (meaning, value) in self._read().items():
            yield GaugeMetricFamily(f"voice_agent_{name}", meaning, value=value)


class Metrics:
    """One worker's. `read` gives name -> (meaning, value) of everything that is a reading rather than a count."""

    def __init__(self, read: Callable[[], Mapping[str, tuple[str, float]]]) -> None:
        self.registry = CollectorRegistry()
        self.registry.register(_Readings(read))
        self._stages = Histogram(
            "voice_agent_stage_seconds",
            "Time a caller waited, by stage",
            ["stage"],
            registry=self.registry,
            buckets=_BUCKETS_S,
        )
        self.calls = Counter("voice_agent_calls", "Calls that ended, by who ended them", ["by"], registry=self.registry)
        self.outcomes = Counter(
            "voice_agent_outcomes", "Journeys that ended", ["journey", "outcome"], registry=self.registry
        )
        for stage in STAGES:
            self._stages.labels(stage)

    def observe(self, turn: TurnLatency) -> None:
        for stage in STAGES:
            self._stages.labels(stage).observe(getattr(turn, f"{stage}_us") / 1_000_000)
