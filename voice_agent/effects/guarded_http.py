"""One HTTP request to an allowed host: a JSON answer of bounded size before a deadline, or an error that says which.

Each request has a connection of its own, whose every read and write is cut to what is left until the deadline, so that
a server that drips bytes can't hold anybody up. The errors tell apart what certainly did not happen (ToolUnreached,
ToolRefused) from what may have (ToolUncertain).
"""

from __future__ import annotations

import ssl
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, Final
from urllib.parse import urlsplit

import httpcore2
import msgspec
from httpcore2 import NetworkStream

from voice_agent.effects.guarded_network import AllowedHosts, GuardedBackend
from voice_agent.effects.tool_call import ToolCall
from voice_agent.errors import DeadlineExceeded, ToolRefused, ToolUncertain, ToolUnreached

ANSWER_BYTES: Final = 1_000_000
"""The most that is read of an answer; what a conversation is told of is bounded further."""
CONNECT_S: Final = 5.0
_SHOWN: Final = 200


class Response(msgspec.Struct, frozen=True):
    """`body` is the decoded JSON, None for an empty answer."""

    status: int
    body: Any


class _Stream(NetworkStream):
    """No operation outlasts the call."""

    def __init__(self, stream: NetworkStream, call: ToolCall) -> None:
        self._stream = stream
        self._call = call

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._call.left_s())

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._call.left_s())

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> NetworkStream:
        return _Stream(self._stream.start_tls(ssl_context, server_hostname, self._call.left_s()), self._call)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


class _Backend(GuardedBackend):
    def __init__(self, allowed: AllowedHosts, call: ToolCall) -> None:
        super().__init__(allowed)
        self._call = call

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> NetworkStream:
        left_s = min(CONNECT_S, self._call.left_s())
        return _Stream(super().connect_tcp(host, port, left_s, local_address, socket_options), self._call)


@cache
def _certificates() -> ssl.SSLContext:
    return ssl.create_default_context()


def request(
    allowed: AllowedHosts,
    call: ToolCall,
    method: str,
    url: str,
    headers: Mapping[str, str],
    content: bytes = b"",
) -> Response:
    """What `url` answers with 2xx or 4xx. Raises ToolRefused, ToolUnreached, ToolUncertain, DeadlineExceeded.

    An answer with 5xx, a redirect after a write, and a connection that breaks once something was sent leave it open
    whether a write happened.
    """
    secure = urlsplit(url).scheme == "https"
    sent = {"Accept": "application/json", "Accept-Encoding": "identity", "User-Agent": "voice-agent", **headers}
    try:
        with (
            httpcore2.ConnectionPool(
                ssl_context=_certificates() if secure else None, network_backend=_Backend(allowed, call), retries=0
            ) as pool,
            pool.stream(method, url, headers=list(sent.items()), content=content or None) as response,
        ):
            status = int(response.status)
            if 300 <= status < 400:
                raise ToolRefused(f"{_place(url)} answered {status}, a redirect", hint="redirects are never followed")
            return Response(status, _decoded(url, status, _read(url, response)))
    except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as problem:
        raise ToolUnreached(f"{_place(url)} can't be reached: {problem}") from problem
    except (httpcore2.TimeoutException, DeadlineExceeded) as problem:
        raise DeadlineExceeded(f"{_place(url)} did not answer in time") from problem
    except (httpcore2.NetworkError, httpcore2.ProtocolError) as problem:
        raise ToolUncertain(f"{_place(url)}: the connection broke: {str(problem)[:_SHOWN]}") from problem


def _read(url: str, response: httpcore2.Response) -> bytes:
    parts: list[bytes] = []
    size = 0
    for part in response.iter_stream():
        size += len(part)
        if size > ANSWER_BYTES:
            raise ToolUncertain(f"{_place(url)} answered with more than {ANSWER_BYTES} bytes")
        parts.append(part)
    return b"".join(parts)


def _decoded(url: str, status: int, body: bytes) -> Any:
    if status >= 500:
        raise ToolUncertain(f"{_place(url)} answered {status}")
    if not body.strip():
        return None
    try:
        return msgspec.json.decode(body)
    except (msgspec.DecodeError, RecursionError, ValueError) as problem:
        if status >= 400:
            return None
        raise ToolUncertain(f"{_place(url)} answered {status} with what is not JSON: {problem}") from problem


def _place(url: str) -> str:
    """Host and path: a query may hold what is nobody's business."""
    parts = urlsplit(url)
    return f"{parts.hostname}{f':{parts.port}' if parts.port else ''}{parts.path}"
