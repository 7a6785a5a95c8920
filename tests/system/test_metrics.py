"""`/health` and `/metrics` of a running server, as a load balancer and Prometheus see them."""

from __future__ import annotations

from prometheus_client.parser import text_string_to_metric_families

from tests.testkit.processes import ServerProcess

READINGS = {
    "calls_live",
    "wheel_lateness_p99_seconds",
    "wheel_lateness_max_seconds",
    "wheel_ticks",
    "wheel_skipped",
    "store_queued",
    "store_lost",
    "store_failing",
    "store_put_aside",
    "recordings_failing",
    "recordings_lost_seconds",
    "speech_queued",
    "speech_up",
    "speech_restarts",
    "media_ports_free",
}
STAGES = {
    *("network", "jitter_buffer", "endpoint"),
    *("recognition_partial", "recognition_ahead", "recognition_final", "recognition_late"),
    *("understanding", "tools", "first_sentence", "synthesis", "playout", "total", "first_relevant"),
}


def test_a_server_that_takes_calls_is_ready(scripted_riverside: ServerProcess) -> None:
    status, health = scripted_riverside.health()
    assert (status, health["ready"], health["reason"], health["draining"]) == (200, True, None, False)
    assert (health["agent"], health["limit"]) == ("Riverside Broadband", 50)
    assert health["engines"]["of"] == 2
    assert health["store"]["failing"] is False
    assert health["recordings"] == {"failing": False, "lost_seconds": 0}


def test_metrics_have_latency_by_stage_lateness_queues_and_restarts(scripted_riverside: ServerProcess) -> None:
    status, text = scripted_riverside.get("/metrics")
    assert status == 200
    families = {family.name: family for family in text_string_to_metric_families(text)}
    assert {f"voice_agent_{name}" for name in READINGS} <= families.keys()
    stages = families["voice_agent_stage_seconds"]
    assert stages.type == "histogram"
    assert {sample.labels["stage"] for sample in stages.samples} == STAGES
    assert {"voice_agent_calls", "voice_agent_outcomes"} <= families.keys()
