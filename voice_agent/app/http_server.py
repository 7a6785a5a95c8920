"""Listens on an address and serves an application there; whoever runs the process keeps the signals."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Iterator
from typing import Final

import uvicorn
from starlette.types import ASGIApp

from voice_agent.errors import ConfigurationError

HEADER_BYTES: Final = 16_384
"""The most that the head of a request may have."""
CONNECTIONS: Final = 256
"""Further requests are answered 503 at once."""
PING_S: Final = 20.0
"""A WebSocket is pinged so often, and given up where no answer comes for so long."""


def listen(section: str, host: str, port: int) -> socket.socket:
    """A socket that accepts from now on, so that whoever is told of it is not refused.

    Raises ConfigurationError naming `section` of the settings where the address can't be had.
    """
    listening = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
        listening.listen()
    except OSError as problem:
        listening.close()
        raise ConfigurationError(
            f"[{section}] {host}:{port} can't be used: {problem.strerror}",
            hint=f"choose another with [{section}] port, 0 for any",
        ) from problem
    return listening


def url_of(host: str, listening: socket.socket) -> str:
    """Where a browser finds it."""
    return f"http://{f'[{host}]' if ':' in host else host}:{listening.getsockname()[1]}"


class HttpServer(uvicorn.Server):
    """Serves one application."""

    def __init__(self, app: ASGIApp, *, frame_bytes: int | None = None, connections: int = CONNECTIONS) -> None:
        """`frame_bytes`: the longest message of a WebSocket; None where there are none."""
        super().__init__(
            uvicorn.Config(
                app,
                lifespan="off",
                access_log=False,
                log_config=None,
                loop="none",
                ws="none" if frame_bytes is None else "websockets-sansio",
                ws_max_size=0 if frame_bytes is None else frame_bytes,
                ws_ping_interval=PING_S,
                ws_ping_timeout=PING_S,
                ws_per_message_deflate=False,
                http="h11",
                server_header=False,
                limit_concurrency=connections,
                h11_max_incomplete_event_size=HEADER_BYTES,
            )
        )

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    def stop(self) -> None:
        """Ends within a second, open requests included."""
        self.should_exit = True
        self.force_exit = True
