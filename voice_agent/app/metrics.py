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

STAGES: Final = (
    *("network", "jitter_buffer", "endpoint", "recognition_partial"),
    *("recognition_ahead", "recognition_final", "recognition_late"),
    *("understanding", "tools", "first_sentence", "synthesis", "playout", "total", "first_relevant"),
)
"""Of the first two once a call, of `recognition_*`, `tools` and `first_relevant` where there were any, of the others
once a turn. `total` is up to the first audio (`voice_agent/insights/latency.py`)."""
WHATSAPP: Final = {
    "whatsapp_webhooks": "Requests to the door for WhatsApp, by what became of them",
    "whatsapp_messages": "Messages on WhatsApp, attempts to send and receipts, by what became of them",
}
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
        self._ends = {
            name: Counter(f"voice_agent_{name}", meaning, ["end"], registry=self.registry)
            for name, meaning in WHATSAPP.items()
        }
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

    def webhook(self, end: str) -> None:
        """What became of a request to the door for WhatsApp."""
        self._ends["whatsapp_webhooks"].labels(end).inc()

    def message(self, end: str) -> None:
        """What became of a message on WhatsApp, or of an attempt to send one."""
        self._ends["whatsapp_messages"].labels(end).inc()

    def observe_line(self, quality: MediaQuality) -> None:
        """The line of a call that ended."""
        expected = quality.received + quality.lost
        if quality.mos is None or expected <= 0:
            return
        self._opinion.observe(quality.mos)
        self._missed.observe((quality.lost + quality.late) / expected)
        self._observe("jitter_buffer", quality.buffer_us)
        if quality.round_trip_us is not None:
            self._round_trip.observe(quality.round_trip_us / 1_000_000)
            self._observe("network", quality.round_trip_us)

    def observe(self, turn: TurnLatency) -> None:
        """One answer: `network` is not in it, nor is the jitter buffer."""
        self._observe("endpoint", turn.endpoint_us)
        self._observe("recognition_ahead" if turn.ahead else "recognition_final", turn.recognition_us)
        self._observe("understanding", turn.understanding_us)
        self._observe("first_sentence", turn.deciding_us - turn.tools_us)
        self._observe("synthesis", turn.synthesis_us)
        self._observe("playout", turn.playout_us)
        self._observe("total", turn.total_us)
        if turn.partial_us > 0:
            self._observe("recognition_partial", turn.partial_us)
        if turn.late_us > 0:
            self._observe("recognition_late", turn.late_us)
        if turn.tools_us > 0:
            self._observe("tools", turn.tools_us)
        if turn.relevant_us is not None:
            self._observe("first_relevant", turn.relevant_us)

    def _observe(self, stage: str, took_us: int) -> None:
        self._stages.labels(stage).observe(took_us / 1_000_000)
