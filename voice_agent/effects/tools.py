"""Answers `CallTool`: runs a tool of the agent pack in a thread, within a deadline, and a write at most once a key.

A write's result is stored in the transaction of the write itself, so that repeating the action gives the first
result whatever happened in between. Reads are tried twice; writes once, unless the tool is declared idempotent.

A tool that never returns costs its caller the deadline and nobody else anything: a second thread stands in for it. Once
two calls of one tool hang, that tool is refused until one of them comes back.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections import Counter
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from typing import Any, Final

import msgspec

from voice_agent.clock import Clock
from voice_agent.conversation.actions import CallTool
from voice_agent.effects.database import AgentDatabase
from voice_agent.effects.tool_functions import Tool
from voice_agent.effects.tool_threads import ToolThreads
from voice_agent.errors import DeadlineExceeded, ToolError, ToolHangs, VoiceAgentError

logger = logging.getLogger(__name__)

_THREADS = 4
_WAITING = 32
HANGING_LIMIT: Final = 2
"""Calls of one tool that may hang before it is refused."""
CLOSE_S: Final = 10.0
"""Longer than any tool's deadline: who has not come back by then will not."""


class ToolRunner:
    """Runs the tools of one agent for any number of conversations."""

    def __init__(self, tools: Mapping[str, Tool], database: AgentDatabase, clock: Clock) -> None:
        self._tools = tools
        self._database = database
        self._clock = clock
        self._threads: ToolThreads[dict[str, Any]] = ToolThreads(_THREADS)
        self._under_way = 0
        self._hanging: Counter[str] = Counter()
        self._counting = threading.Lock()

    async def run(self, action: CallTool, deadline_us: int) -> dict[str, Any]:
        """The tool's result, a JSON object.

        Raises `ToolError` (unknown tool, wrong arguments, the tool's own failure, too many calls) and
        `DeadlineExceeded`; a write that was under way then still ends, and its result is found by its key. `ToolHangs`
        where earlier calls of the tool have not returned.
        """
        tool = self._tools.get(action.tool)
        if tool is None:
            raise ToolError(f"no tool {action.tool!r} in the agent folder", hint=f"there are: {', '.join(self._tools)}")
        if self._hanging[action.tool] >= HANGING_LIMIT:
            raise ToolHangs(
                f"{action.tool}: {self._hanging[action.tool]} earlier calls have not returned, it is not called again",
                hint="give what it waits for a timeout",
            )
        arguments = tool.checked(action.arguments)
        writes = "write" in (action.effect, tool.spec.effect)
        attempts = 1 if writes and not tool.spec.idempotent else 2
        for attempt in range(1, attempts + 1):
            try:
                if writes:
                    return await self._in_thread(
                        tool, lambda: self._write(tool, arguments, action.idempotency_key), deadline_us
                    )
                return await self._in_thread(tool, lambda: self._read(tool, arguments), deadline_us)
            except VoiceAgentError:
                raise
            except Exception as error:
                logger.warning("tool %s failed, attempt %d of %d", action.tool, attempt, attempts, exc_info=True)
                if attempt == attempts:
                    raise ToolError(f"{action.tool}: {type(error).__name__}: {error}") from error
        raise AssertionError("unreachable: the last attempt returns or raises")

    def close(self, within_s: float = CLOSE_S) -> None:
        """Waits for tools under way, then closes the database. Tools that hang are left to the end of the process.

        What those have not committed then never happened: their transaction ends with the process.
        """
        if self._threads.end(within_s):
            self._database.close()
        else:
            logger.error("tools have not returned and are given up: %s", ", ".join(+self._hanging) or "unknown")

    async def _in_thread(self, tool: Tool, work: Callable[[], dict[str, Any]], deadline_us: int) -> dict[str, Any]:
        left_s = (deadline_us - self._clock.now_us()) / 1_000_000
        if left_s <= 0:
            raise DeadlineExceeded("no time was left to run the tool")
        if self._under_way >= _THREADS + _WAITING:
            raise ToolError(f"{self._under_way} tool calls are under way already, no more are accepted")
        with self._counting:
            self._under_way += 1
        future = self._threads.submit(work)
        future.add_done_callback(self._one_done)
        try:
            async with asyncio.timeout(left_s):
                return await asyncio.wrap_future(future)
        except TimeoutError as error:
            if future.done() and not future.cancelled():
                raise  # the tool's own, not ours
            if not future.cancel() and future.running():
                self._hangs(tool.spec.name, future)
            raise DeadlineExceeded(f"the tool did not end within {left_s:.1f} s") from error

    def _hangs(self, tool: str, future: Future[dict[str, Any]]) -> None:
        """`future` goes on past its deadline: no longer under way, but hanging, until it ends."""
        with self._counting:
            self._hanging[tool] += 1
            self._under_way -= 1
        if self._hanging[tool] == HANGING_LIMIT:
            logger.error("tool %s hangs: %d calls have not returned, it is refused", tool, HANGING_LIMIT)
        self._threads.give_up(future)
        future.add_done_callback(lambda _: self._came_back(tool))

    def _came_back(self, tool: str) -> None:
        with self._counting:
            self._hanging[tool] -= 1
            self._under_way += 1  # `_one_done` takes it off again
        logger.warning("a call of tool %s has returned after its deadline", tool)

    def _one_done(self, _: object) -> None:
        with self._counting:
            self._under_way -= 1

    def _read(self, tool: Tool, arguments: dict[str, Any]) -> dict[str, Any]:
        if not tool.wants_database:
            return _decoded(_encoded(tool, tool.function(**arguments)))
        with self._database.reading() as connection:
            return _decoded(_encoded(tool, tool.function(**arguments, database=connection)))

    def _write(self, tool: Tool, arguments: dict[str, Any], key: str) -> dict[str, Any]:
        if not key:
            raise ToolError(f"{tool.spec.name}: a write needs an idempotency key")
        if not tool.wants_database:
            return self._write_elsewhere(tool, arguments, key)
        with self._database.writing() as connection:
            row = connection.execute("SELECT result FROM voice_agent_idempotency WHERE key = ?", (key,)).fetchone()
            if row is not None:
                return _decoded(row["result"])
            result = _encoded(tool, tool.function(**arguments, database=connection))
            connection.execute("INSERT INTO voice_agent_idempotency VALUES (?, ?)", (key, result))
            return _decoded(result)

    def _write_elsewhere(self, tool: Tool, arguments: dict[str, Any], key: str) -> dict[str, Any]:
        """A tool that changes another system: no lock is held meanwhile, and the first result stored wins."""
        select = "SELECT result FROM voice_agent_idempotency WHERE key = ?"
        row = self._database.connection().execute(select, (key,)).fetchone()
        if row is not None:
            return _decoded(row["result"])
        result = _encoded(tool, tool.function(**arguments))
        with self._database.writing() as connection:
            connection.execute("INSERT OR IGNORE INTO voice_agent_idempotency VALUES (?, ?)", (key, result))
            return _decoded(connection.execute(select, (key,)).fetchone()["result"])


def _encoded(tool: Tool, result: object) -> str:
    """The result as JSON text. Raises `ToolError` unless it is an object."""
    try:
        text = msgspec.json.encode(result).decode()
    except (TypeError, msgspec.MsgspecError) as error:
        raise ToolError(f"{tool.spec.name}: its result has no JSON form: {error}") from error
    if not text.startswith("{"):
        raise ToolError(f"{tool.spec.name}: its result must be a JSON object, not {type(result).__name__}")
    return text


def _decoded(text: str) -> dict[str, Any]:
    out: dict[str, Any] = msgspec.json.decode(text)
    return out
