"""The worker's own web page for machines: `/health` and `/metrics`. Nothing that lists or shows calls lives here."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import uvicorn
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from voice_agent.errors import ConfigurationError


class _Server(uvicorn.Server):
    """Leaves signals to whoever runs the process."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


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
        """Listens at once, so that who is told of `url` is not refused. Raises ConfigurationError where it can't."""
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self._socket = socket.socket(family, socket.SOCK_STREAM)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            self._socket.bind((host, port))
            self._socket.listen()
        except OSError as problem:
            self._socket.close()
            raise ConfigurationError(
                f"[http] {host}:{port} can't be used: {problem.strerror}",
                hint="choose another with [http] port, 0 for any",
            ) from problem
        self.url = f"http://{host}:{self._socket.getsockname()[1]}"
        config = uvicorn.Config(app, lifespan="off", access_log=False, log_config=None, loop="none", ws="none")
        self._server = _Server(config)
        self._task: asyncio.Task[None] | None = None

    def start(self, group: asyncio.TaskGroup) -> None:
        self._task = group.create_task(self._server.serve(sockets=[self._socket]))

    def stop(self) -> None:
        """Ends within a second, open requests included."""
        self._server.should_exit = True
        self._server.force_exit = True
