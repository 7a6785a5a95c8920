"""The worker's own web page for machines: `/health` and `/metrics`. Nothing that lists or shows calls lives here."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from voice_agent.app.http_server import HttpServer, listen, url_of


def health_app(health: Callable[[], Mapping[str, Any]], registry: CollectorRegistry) -> Starlette:
    """`/health` answers 200 while calls are taken and 503 while they are not; `/metrics` is for Prometheus."""

    async def show_health(_: Request) -> Response:
        state = health()
        return JSONResponse(state, status_code=200 if state["ready"] else 503)

    async def show_metrics(_: Request) -> Response:
        return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)

    return Starlette(routes=[Route("/health", show_health), Route("/metrics", show_metrics)])


class HealthServer:
    """Serves an app on one address until closed."""

    def __init__(self, app: Starlette, host: str, port: int) -> None:
        """Listens at once. Raises ConfigurationError where it can't."""
        self._socket = listen("http", host, port)
        self.url = url_of(host, self._socket)
        self._server = HttpServer(app)
        self._task: asyncio.Task[None] | None = None

    def start(self, group: asyncio.TaskGroup) -> None:
        self._task = group.create_task(self._server.serve(sockets=[self._socket]))

    def stop(self) -> None:
        self._server.stop()
