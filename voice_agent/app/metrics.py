"""What Prometheus may ask of a worker: latency by stage, and how wheel, engines and store are doing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from voice_agent.conversation.events import MediaQuality
from voice_agent.insights.latency import TurnLatency

STAGES: Final = ("endpoint", "recognition", "understanding", "deciding", "synthesis", "total")
_BUCKETS_S: Final = (0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1.0, 1.5, 2.0, 4.0, 8.0)

_BUCKETS_MOS: Final = (1.5, 2.0, 2.5, 3.0, 3.5, 3.8, 4.0, 4.2, 4.3, 4.4)
_BUCKETS_MISSED: Final = (0.0, 0.001, 0.003, 0.01, 0.02, 0.03, 0.05, 0.1, 0.2, 0.5)


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
        self._opinion = Histogram(
            "voice_agent_line_mos",
            "Estimated mean opinion score of a call's line",
            registry=self.registry,
            buckets=_BUCKETS_MOS,
        )
        self._missed = Histogram(
            "voice_agent_line_missed_ratio",
            "Share of a call's packets that were lost or came too late",
            registry=self.registry,
            buckets=_BUCKETS_MISSED,
        )
        self._round_trip = Histogram(
            "voice_agent_line_round_trip_seconds",
            "Way to the far end and back, as its last report says",
            registry=self.registry,
            buckets=_BUCKETS_S,
        )
        for stage in STAGES:
            self._stages.labels(stage)

    def observe_line(self, quality: MediaQuality) -> None:
        """The line of a call that ended."""
        expected = quality.received + quality.lost
        if quality.mos is None or expected <= 0:
            return
        self._opinion.observe(quality.mos)
        self._missed.observe((quality.lost + quality.late) / expected)
        if quality.round_trip_us is not None:
            self._round_trip.observe(quality.round_trip_us / 1_000_000)

    def observe(self, turn: TurnLatency) -> None:
        for stage in STAGES:
            self._stages.labels(stage).observe(getattr(turn, f"{stage}_us") / 1_000_000)
