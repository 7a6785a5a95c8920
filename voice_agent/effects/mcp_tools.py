"""Tools of MCP servers. What a server offers is kept in the folder (`voice-agent tools AGENT --pin`): a server that
changes what a tool takes after that is refused until somebody has looked and pinned it again.

A server is connected to when one of its tools is first called, and again after it was lost.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import logging
import threading
from collections.abc import Coroutine, Mapping
from contextlib import AsyncExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

import msgspec

from voice_agent.effects.described_tools import Schema, checked, checked_answer
from voice_agent.effects.tool_call import ToolCall
from voice_agent.effects.tool_functions import ToolSpec
from voice_agent.errors import (
    AgentFolderError,
    DeadlineExceeded,
    ToolError,
    ToolRefused,
    ToolUncertain,
    ToolUnreached,
    VoiceAgentError,
)
from voice_agent.journeys.tool_list import McpSource

if TYPE_CHECKING:
    import mcp

KEY_META: Final = "voice-agent/idempotency-key"
CONNECT_S: Final = 10.0
_SHOWN: Final = 200
_NOT_DONE: Final = (-32_600, -32_601, -32_602, -32_700)
"""JSON-RPC's codes for requests that were not understood: nothing was done."""

T = TypeVar("T")

_log = logging.getLogger(__name__)


class Described(msgspec.Struct, frozen=True, rename={"parameters": "inputSchema", "answer": "outputSchema"}):
    """A tool as its server describes it."""

    name: str
    parameters: dict[str, Any]
    description: str = ""
    answer: dict[str, Any] | None = None


class Pinned(msgspec.Struct, frozen=True):
    """The file that `--pin` writes."""

    tools: tuple[Described, ...]


def pinned_tools(file: str, text: str) -> dict[str, Described]:
    """By name. Raises AgentFolderError where the file can't be read."""
    try:
        return {tool.name: tool for tool in msgspec.json.decode(text, type=Pinned).tools}
    except msgspec.DecodeError as problem:
        raise AgentFolderError(f"{file}:1: can't be read: {problem}", hint="pin it again") from problem


class McpServer:
    """One server: from the threads of tools to the loop on which its client runs."""

    def __init__(
        self, source: McpSource, folder: Path, headers: Mapping[str, str], environment: Mapping[str, str]
    ) -> None:
        self._source = source
        self._folder = folder
        self._headers = headers
        self._environment = environment
        self._starting = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._connection: _Connection | None = None

    def call(self, tool: Described, arguments: dict[str, Any], call: ToolCall) -> Any:
        """The `CallToolResult`. Raises ToolUnreached, ToolRefused, ToolUncertain, ToolError, DeadlineExceeded."""
        return self._wait(self._call(tool, arguments, call), call)

    def warm_up(self) -> None:
        """Loads the SDK, so that no caller waits for that. Takes a second; the server itself is not asked."""
        import voice_agent.effects.mcp_connection  # noqa: F401

    def list_tools(self, call: ToolCall) -> list[dict[str, Any]]:
        """What the server offers now. Raises as `call` does."""
        return self._wait(self._listed(), call)

    def close(self) -> None:
        """Ends the connection; a server that was started is stopped."""
        loop, thread = self._loop, self._thread
        if loop is None or thread is None:
            return
        try:
            asyncio.run_coroutine_threadsafe(self._end(), loop).result(CONNECT_S)
        except (TimeoutError, concurrent.futures.TimeoutError):
            _log.warning("MCP server %s did not end in time", self._source.name)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(CONNECT_S)
        if not thread.is_alive():
            loop.close()

    def _wait(self, work: Coroutine[Any, Any, T], call: ToolCall) -> T:
        future = asyncio.run_coroutine_threadsafe(work, self._running())
        try:
            return future.result(call.left_s())
        except (TimeoutError, concurrent.futures.TimeoutError, DeadlineExceeded) as problem:
            future.cancel()
            raise DeadlineExceeded(f"the MCP server {self._source.name} did not answer in time") from problem

    def _running(self) -> asyncio.AbstractEventLoop:
        with self._starting:
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
                name = f"mcp-{self._source.name}"
                self._thread = threading.Thread(target=self._loop.run_forever, name=name, daemon=True)
                self._thread.start()
            return self._loop

    async def _connected(self) -> _Connection:
        """The connection, made anew where there is none or it was lost."""
        known = self._connection
        if known is None or known.task.done():
            known = self._connection = _Connection(self._source, self._folder, self._headers, self._environment)
        try:
            async with asyncio.timeout(CONNECT_S):
                await asyncio.shield(known.ready)
        except (Exception, asyncio.CancelledError) as problem:
            if isinstance(problem, asyncio.CancelledError) and not known.task.done():
                raise
            known.task.cancel()
            if isinstance(problem, VoiceAgentError):
                raise
            raise ToolUnreached(f"the MCP server {self._source.name} can't be reached: {_first(problem)}") from problem
        return known

    async def _listed(self) -> list[dict[str, Any]]:
        return (await self._connected()).offered

    async def _call(self, tool: Described, arguments: dict[str, Any], call: ToolCall) -> Any:
        from mcp import MCPError

        connection = await self._connected()
        connection.require(tool)

        async def progressed(progress: float, total: float | None, message: str | None) -> None:
            call.progress(progress, total)

        meta: Any = {KEY_META: call.public_key} if call.key else None
        client = connection.ready.result()
        try:
            return await client.call_tool(tool.name, arguments, progress_callback=progressed, meta=meta)
        except MCPError as problem:
            if problem.error.code in _NOT_DONE:
                raise ToolError(f"{tool.name}: {problem.error.message[:_SHOWN]}") from problem
            connection.task.cancel()
            raise ToolUncertain(f"{tool.name}: {problem.error.message[:_SHOWN]}") from problem
        except Exception as problem:
            connection.task.cancel()
            raise ToolUncertain(f"{tool.name}: the connection broke: {_first(problem)}") from problem

    async def _end(self) -> None:
        if self._connection is not None:
            self._connection.task.cancel()
            await asyncio.wait([self._connection.task])


class _Connection:
    """One connection, opened and closed by one task, as the SDK wants it."""

    def __init__(
        self, source: McpSource, folder: Path, headers: Mapping[str, str], environment: Mapping[str, str]
    ) -> None:
        self._opening = (source, folder, headers, environment)
        self.offered: list[dict[str, Any]] = []
        self.ready: asyncio.Future[mcp.Client] = asyncio.get_running_loop().create_future()
        self.task = asyncio.get_running_loop().create_task(self._run())

    def require(self, tool: Described) -> None:
        """Raises ToolRefused where the server's tool is not the one that was pinned."""
        now = next((msgspec.convert(each, Described) for each in self.offered if each["name"] == tool.name), None)
        if now is None or now.parameters != tool.parameters:
            found = "no such tool any more" if now is None else "other arguments than were pinned"
            raise ToolRefused(f"{tool.name}: its server has {found}", hint="look at it, then pin it again")

    async def _run(self) -> None:
        from voice_agent.effects.mcp_connection import connect, list_tools

        try:
            async with AsyncExitStack() as stack:
                client = await connect(stack, *self._opening)
                self.offered = await list_tools(client)
                self.ready.set_result(client)
                await asyncio.get_running_loop().create_future()
        except asyncio.CancelledError:
            if not self.ready.done():
                self.ready.cancel()
        except Exception as problem:  # noqa: BLE001 - the boundary of a foreign server: whoever waits is told
            if not self.ready.done():
                self.ready.set_exception(ToolUnreached(f"the MCP server can't be reached: {_first(problem)}"))
                self.ready.exception()


class McpTool:
    """One tool of a server."""

    wants_database = False

    def __init__(self, spec: ToolSpec, described: Described, server: McpServer) -> None:
        self.spec = spec
        self._described = described
        self._server = server
        self._parameters = Schema(described.parameters)
        self._answer = None if described.answer is None else Schema(described.answer)

    def checked(self, arguments: dict[str, Any]) -> dict[str, Any]:
        """Raises ToolError for arguments that don't fit what was pinned."""
        return checked(self.spec, self._parameters, arguments)

    def invoke(self, arguments: dict[str, Any], call: ToolCall, database: object = None) -> object:
        """Its structured content, or the one text that it answers with, which must then be a JSON object."""
        result = self._server.call(self._described, arguments, call)
        texts = [block.text for block in result.content if block.type == "text"]
        if result.is_error:
            raise ToolError(f"{self.spec.name}: {' '.join(texts)[:_SHOWN]}")
        if result.structured_content is not None:
            return checked_answer(self.spec, self._answer, result.structured_content)
        if len(texts) != 1 or len(result.content) != 1:
            raise ToolUncertain(f"{self.spec.name}: answered with {len(result.content)} parts; allowed: one text, JSON")
        try:
            return msgspec.json.decode(texts[0])
        except (msgspec.DecodeError, RecursionError) as problem:
            raise ToolUncertain(f"{self.spec.name}: answered with what is not JSON: {problem}") from problem


def _first(problem: BaseException) -> str:
    """The innermost error of a group, in a line."""
    while isinstance(problem, BaseExceptionGroup):
        problem = problem.exceptions[0]
    return f"{type(problem).__name__}: {problem}".partition("\n")[0][:_SHOWN]
