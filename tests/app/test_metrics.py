"""What Prometheus reads of a worker."""

from __future__ import annotations

from prometheus_client import generate_latest
from prometheus_client.parser import text_string_to_metric_families

from voice_agent.app.metrics import STAGES, Metrics
from voice_agent.conversation.events import MediaQuality
from voice_agent.insights.latency import TurnLatency

TURN = TurnLatency(
    turn=1,
    endpoint_us=400_000,
    recognition_us=220_000,
    understanding_us=30_000,
    deciding_us=10_000,
    synthesis_us=60_000,
    late_us=15_000,
    tools_us=4_000,
    ahead=True,
    relevant_us=1_500_000,
    playout_us=12_000,
    partial_us=340_000,
)


def samples(metrics: Metrics) -> dict[tuple[str, str], float]:
    """(Name, value of its label or empty) -> value, without the buckets."""
    families = text_string_to_metric_families(generate_latest(metrics.registry).decode())
    return {
        (sample.name, ",".join(sample.labels.values())): sample.value
        for family in families
        for sample in family.samples
        if "le" not in sample.labels and not sample.name.endswith("_created")
    }


def test_latency_is_told_by_stage_in_seconds() -> None:
    metrics = Metrics(dict)
    metrics.observe(TURN)
    found = samples(metrics)
    sums = {stage: round(found["voice_agent_stage_seconds_sum", stage], 3) for stage in STAGES}
    assert {stage: took for stage, took in sums.items() if took > 0} == {
        "endpoint": 0.4,
        "recognition_partial": 0.34,
        "recognition_ahead": 0.22,
        "recognition_late": 0.015,
        "understanding": 0.03,
        "tools": 0.004,
        "first_sentence": 0.006,
        "synthesis": 0.06,
        "playout": 0.012,
        "total": 0.512,
        "first_relevant": 1.5,
    }


def test_network_and_jitter_buffer_are_stages_too_once_a_call() -> None:
    metrics = Metrics(dict)
    metrics.observe_line(MediaQuality(100, 0, 0, 100, 0, 0, 60_000, 30_000, 0, 4.4))
    found = samples(metrics)
    assert found["voice_agent_stage_seconds_sum", "jitter_buffer"] == 0.06
    assert found["voice_agent_stage_seconds_sum", "network"] == 0.03


def test_stages_are_there_before_the_first_call() -> None:
    found = samples(Metrics(dict))
    assert {found["voice_agent_stage_seconds_count", stage] for stage in STAGES} == {0.0}


def test_readings_are_taken_when_they_are_asked_for() -> None:
    live = {"calls_live": ("Calls that are up", 1.0)}
    metrics = Metrics(lambda: live)
    assert samples(metrics)["voice_agent_calls_live", ""] == 1.0
    live["calls_live"] = ("Calls that are up", 2.0)
    assert samples(metrics)["voice_agent_calls_live", ""] == 2.0


def test_calls_and_outcomes_are_counted_by_label() -> None:
    metrics = Metrics(dict)
    metrics.calls.labels("caller").inc()
    metrics.outcomes.labels("track_order", "resolved").inc(2)
    found = samples(metrics)
    assert found["voice_agent_calls_total", "caller"] == 1.0
    assert found["voice_agent_outcomes_total", "track_order,resolved"] == 2.0
