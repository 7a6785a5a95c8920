"""A connection to one MCP server, on an event loop in a thread of its own: the SDK never runs beside the media.

The only module that imports the SDK, and itself imported only when a server is first asked. Over HTTP it goes through
the same guard as every tool (`guarded_network`).
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any, Final, cast

import httpcore2
import httpx2
import mcp
from mcp.client.streamable_http import streamable_http_client

from voice_agent.effects.guarded_http import ANSWER_BYTES
from voice_agent.effects.guarded_network import AllowedHosts
from voice_agent.journeys.tool_list import McpSource

_PAGES: Final = 50
_IDLE_S: Final = 300.0


class _AsyncBackend(httpcore2.AnyIOBackend):
    """`GuardedBackend` for an event loop."""

    def __init__(self, allowed: AllowedHosts) -> None:
        self._allowed = allowed

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        try:
            address = await asyncio.to_thread(self._allowed.address, host, port)
        except (OSError, UnicodeError) as problem:
            raise httpcore2.ConnectError(f"{host} can't be found: {problem}") from problem
        return await super().connect_tcp(address, port, timeout, local_address, socket_options)


class _Bounded(httpx2.AsyncByteStream):
    """An answer that ends with an error where it is too long."""

    def __init__(self, stream: httpx2.AsyncByteStream) -> None:
        self._stream = stream

    async def __aiter__(self) -> AsyncIterator[bytes]:
        size = 0
        async for part in self._stream:
            size += len(part)
            if size > ANSWER_BYTES:
                raise httpx2.ReadError(f"an answer has more than {ANSWER_BYTES} bytes")
            yield part

    async def aclose(self) -> None:
        await self._stream.aclose()


class GuardedTransport(httpx2.AsyncHTTPTransport):
    """HTTP to allowed hosts only, without proxies; answers to what was posted are bounded."""

    def __init__(self, allowed: AllowedHosts) -> None:
        super().__init__(trust_env=False)
        self._pool = httpcore2.AsyncConnectionPool(
            ssl_context=httpx2.create_ssl_context(trust_env=False), network_backend=_AsyncBackend(allowed)
        )

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        response = await super().handle_async_request(request)
        if request.method == "POST":
            response.stream = _Bounded(cast(httpx2.AsyncByteStream, response.stream))
        return response


async def connect(
    stack: AsyncExitStack, source: McpSource, folder: Path, headers: Mapping[str, str], environment: Mapping[str, str]
) -> mcp.Client:
    """A client that is connected until `stack` is closed, in the task that closes it."""
    if source.url is None:
        parameters = mcp.StdioServerParameters(
            command=source.command[0], args=list(source.command[1:]), env=dict(environment), cwd=folder / "tools"
        )
        errors = sys.__stderr__ if sys.__stderr__ is not None else sys.stderr
        transport: Any = mcp.stdio_client(parameters, errlog=errors)
    else:
        http = httpx2.AsyncClient(
            transport=GuardedTransport(AllowedHosts(source.hosts)),
            headers=dict(headers),
            timeout=httpx2.Timeout(10.0, read=_IDLE_S),
            trust_env=False,
        )
        await stack.enter_async_context(http)
        transport = streamable_http_client(source.url, http_client=http)
    return await stack.enter_async_context(mcp.Client(transport, cache=None))


async def list_tools(client: mcp.Client) -> list[dict[str, Any]]:
    """All tools that the server has, as its own JSON."""
    found: list[dict[str, Any]] = []
    cursor: str | None = None
    for _ in range(_PAGES):
        page = await client.list_tools(cursor=cursor)
        found += [
            tool.model_dump(
                mode="json",
                by_alias=True,
                include={"name", "description", "input_schema", "output_schema"},
                exclude_none=True,
            )
            for tool in page.tools
        ]
        cursor = page.next_cursor
        if cursor is None:
            break
    return found
