"""What each worker gets of what one machine has."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client import CollectorRegistry, Counter, Gauge, generate_latest

from voice_agent.app.aggregate import AllMetrics, merged
from voice_agent.app.cores import engine_cores, written
from voice_agent.app.shares import port_ranges, shares
from voice_agent.config import CallsConfig, Config, RtpConfig, SpeechConfig, WorkersConfig
from voice_agent.errors import ConfigurationError


@given(
    low=st.integers(1, 60_000),
    size=st.integers(0, 400),
    count=st.integers(1, 8),
    limit=st.integers(8, 100),
    processes=st.integers(1, 12),
)
def test_parts_make_up_the_whole_and_do_not_touch(low: int, size: int, count: int, limit: int, processes: int) -> None:
    config = Config(
        rtp=RtpConfig(low, low + size),
        calls=CallsConfig(limit=limit),
        speech=SpeechConfig(processes=processes),
        workers=WorkersConfig(count),
    )
    pairs = [port for port in range(low, low + size) if port % 2 == 0]
    if len(pairs) < count:
        with pytest.raises(ConfigurationError, match="pairs of ports"):
            shares(config)
        return
    parts = shares(config)
    assert sum(part.calls.limit for part in parts) == limit
    assert sum(part.speech.processes for part in parts) == max(processes, count)
    ports = [port for part in parts for port in range(part.rtp.low, part.rtp.high) if port % 2 == 0]
    assert ports == pairs
    assert all(part.workers.count == 1 for part in parts)


def test_one_worker_has_all_of_it() -> None:
    assert port_ranges(RtpConfig(16_384, 17_384), 1) == (RtpConfig(16_384, 17_384),)
    assert shares(Config()) == (Config(speech=SpeechConfig(cores="any")),)


def test_more_workers_than_calls_are_a_mistake() -> None:
    with pytest.raises(ConfigurationError, match=r"more than \[calls\] limit 1"):
        shares(Config(calls=CallsConfig(limit=1), workers=WorkersConfig(2)))


def test_states_are_added_up() -> None:
    one = {"calls": 1, "ready": False, "reason": None, "store": {"queued": 2, "failing": False}}
    other = {"calls": 2, "ready": True, "reason": "full", "store": {"queued": 3, "failing": True}}
    assert merged([one, other]) == {
        "calls": 3,
        "ready": True,
        "reason": "full",
        "store": {"queued": 5, "failing": True},
    }
    assert merged([]) == {}


def test_metrics_say_which_worker_they_are_of() -> None:
    def printed(calls: int) -> str:
        registry = CollectorRegistry()
        Gauge("up", "Whether", registry=registry).set(calls)
        Counter("calls", "Calls", ["by"], registry=registry).labels("caller").inc(calls)
        return generate_latest(registry).decode()

    texts = {"0": printed(3), "1": printed(4)}
    registry = CollectorRegistry()
    registry.register(AllMetrics(lambda: texts))
    lines = generate_latest(registry).decode().splitlines()
    assert 'up{worker="0"} 3.0' in lines
    assert 'up{worker="1"} 4.0' in lines
    assert 'calls_total{by="caller",worker="1"} 4.0' in lines
    assert lines.count("# TYPE calls_total counter") == 1


def test_media_have_a_core_to_themselves_where_engines_have_enough_without_it() -> None:
    config = Config(workers=WorkersConfig(2), speech=SpeechConfig(processes=4))
    assert {part.speech.cores for part in shares(config, range(8))} == {"2,3,4,5,6,7"}
    assert {part.speech.cores for part in shares(config, range(5))} == {"any"}, "three cores for four processes"
    asked = Config(workers=WorkersConfig(2), speech=SpeechConfig(cores="4-5"))
    assert {part.speech.cores for part in shares(asked, range(8))} == {"4-5"}


@given(st.sets(st.integers(0, 63), min_size=1), st.integers(1, 8), st.integers(1, 16))
def test_engines_never_share_a_core_with_another_engine_only_to_spare_media(
    available: set[int], workers: int, processes: int
) -> None:
    cores = engine_cores("", sorted(available), workers=workers, processes=processes)
    assert cores == () or (set(cores) < available and len(cores) >= processes)
    assert engine_cores(written(cores), sorted(available), workers=1, processes=1) == cores


@pytest.mark.parametrize(("asked", "cores"), [("any", ()), ("2", (2,)), ("1-3, 5", (1, 2, 3, 5))])
def test_cores_are_read_as_they_are_written(asked: str, cores: tuple[int, ...]) -> None:
    assert engine_cores(asked, range(8), workers=1, processes=2) == cores


@pytest.mark.parametrize("asked", ["x", "1-", "-1", "1,,2", "7-9", "3-2"])
def test_cores_that_are_no_cores_are_a_mistake(asked: str) -> None:
    with pytest.raises(ConfigurationError, match="cores"):
        engine_cores(asked, range(8), workers=1, processes=2)
