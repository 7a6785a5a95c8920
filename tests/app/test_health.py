"""The page for machines: what it answers, and that it can be asked as soon as its address is known."""

from __future__ import annotations

import asyncio
import http.client
import json
import socket
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

import pytest
from prometheus_client import CollectorRegistry, Gauge
from prometheus_client.parser import text_string_to_metric_families

from voice_agent.app.health import HealthServer, health_app
from voice_agent.errors import ConfigurationError


def get(url: str, path: str, method: str = "GET") -> tuple[int, str, str]:
    """Status, content type and text."""
    address = urlsplit(url)
    assert address.hostname is not None
    connection = http.client.HTTPConnection(address.hostname, address.port, timeout=5)
    try:
        connection.request(method, path)
        response = connection.getresponse()
        return response.status, str(response.getheader("Content-Type")), response.read().decode()
    finally:
        connection.close()


def asked(
    health: Callable[[], Mapping[str, Any]], registry: CollectorRegistry, *paths: str
) -> list[tuple[int, str, str]]:
    """Answers of one server to each of `paths`."""

    async def main() -> list[tuple[int, str, str]]:
        server = HealthServer(health_app(health, registry), "127.0.0.1", 0)
        async with asyncio.timeout(10), asyncio.TaskGroup() as group:
            server.start(group)
            answers = [await asyncio.to_thread(get, server.url, path) for path in paths]
            server.stop()
        return answers

    return asyncio.run(main())


def test_ready_is_200_and_not_ready_is_503_with_the_same_body() -> None:
    for ready, status in ((True, 200), (False, 503)):
        state = {"ready": ready, "reason": None if ready else "no speech engine is up"}
        ((code, kind, text),) = asked(lambda state=state: state, CollectorRegistry(), "/health")  # type: ignore[misc]
        assert (code, kind) == (status, "application/json")
        assert json.loads(text) == state


def test_metrics_are_read_by_prometheus() -> None:
    registry = CollectorRegistry()
    Gauge("calls_live", "Calls that are up", registry=registry).set(3)
    ((code, kind, text),) = asked(lambda: {"ready": True}, registry, "/metrics")
    assert (code, kind.partition(";")[0]) == (200, "text/plain")
    (family,) = text_string_to_metric_families(text)
    assert (family.name, family.samples[0].value) == ("calls_live", 3.0)


def test_nothing_else_is_there() -> None:
    answers = asked(lambda: {"ready": True}, CollectorRegistry(), "/", "/calls", "/docs")
    assert [code for code, _, _ in answers] == [404, 404, 404]


def test_the_address_takes_connections_before_the_loop_serves_them() -> None:
    async def main() -> None:
        server = HealthServer(health_app(lambda: {"ready": True}, CollectorRegistry()), "127.0.0.1", 0)
        address = urlsplit(server.url)
        with socket.create_connection((address.hostname, address.port), timeout=5):
            async with asyncio.timeout(10), asyncio.TaskGroup() as group:
                server.start(group)
                assert (await asyncio.to_thread(get, server.url, "/health"))[0] == 200
                server.stop()

    asyncio.run(main())


def test_a_taken_port_is_named_with_the_remedy() -> None:
    with socket.create_server(("127.0.0.1", 0)) as holder:
        port = holder.getsockname()[1]
        with pytest.raises(ConfigurationError, match=rf"\[http\] 127\.0\.0\.1:{port} can't be used") as raised:
            HealthServer(health_app(lambda: {"ready": True}, CollectorRegistry()), "127.0.0.1", port)
    assert raised.value.hint == "choose another with [http] port, 0 for any"
