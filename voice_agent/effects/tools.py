"""Answers `CallTool`: runs a tool of the agent pack in a thread, within a deadline, and a write at most once a key.

Reads, and writes that are idempotent, are tried twice (or as often as `tools.yaml` says); other writes once, unless
nothing was sent. How a write is kept is `tool_writes`' affair.

A tool that never returns costs its caller the deadline and nobody else anything: a second thread stands in for it. Once
two calls of one tool hang, that tool is refused until one of them comes back.
"""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import Future
from functools import partial
from typing import Any, Final, TypeAlias

from voice_agent.clock import Clock
from voice_agent.conversation.actions import CallTool
from voice_agent.conversation.redaction import unsaid
from voice_agent.effects.database import AgentDatabase
from voice_agent.effects.secure_tools import guarded
from voice_agent.effects.tool_call import Progress, ToolCall, nobody
from voice_agent.effects.tool_functions import Runnable
from voice_agent.effects.tool_health import ToolHealth
from voice_agent.effects.tool_results import decoded, encoded
from voice_agent.effects.tool_threads import ToolThreads
from voice_agent.effects.tool_writes import ToolWrites
from voice_agent.errors import (
    DeadlineExceeded,
    ToolError,
    ToolHangs,
    ToolUncertain,
    ToolUnreached,
    VoiceAgentError,
)

logger = logging.getLogger(__name__)

_THREADS = 4
_REMOTE_THREADS = 24
"""For tools that mostly wait for somebody else; they are started when one is first called."""
_WAITING = 32
HANGING_LIMIT: Final = 2
"""Calls of one tool that may hang before it is refused."""
CLOSE_S: Final = 10.0
"""Longer than the usual deadline: who has not come back by then will not."""
PAUSE_S: Final = 0.1
"""Before what could not be reached, or broke off, is tried again."""

ON_TIME: Final = 0.97
"""Of the time until the deadline, the part that a tool is told of."""


Uncertain: TypeAlias = Callable[[CallTool], Awaitable[None]]


async def untold(asked: CallTool) -> None:
    """Nobody is told."""


class ToolRunner:
    """Runs the tools of one agent for any number of conversations.

    `owner` marks writes begun by this process; `uncertain` is told of writes of which nobody knows what became of them.
    """

    def __init__(
        self,
        tools: Mapping[str, Runnable],
        database: AgentDatabase,
        clock: Clock,
        *,
        owner: str = "",
        uncertain: Uncertain = untold,
    ) -> None:
        self._tools = tools
        self._database = database
        self._clock = clock
        self._writes = ToolWrites(database, owner)
        self._uncertain = uncertain
        self._threads: ToolThreads[dict[str, Any]] = ToolThreads(_THREADS)
        self._remote: ToolThreads[dict[str, Any]] | None = None
        self._under_way = 0
        self._hanging: Counter[str] = Counter()
        self._counting = threading.Lock()
        self._health = ToolHealth(tools)

    async def run(self, action: CallTool, deadline_us: int, *, progress: Progress = nobody) -> dict[str, Any]:
        """The tool's result, a JSON object.

        Raises `ToolError` (unknown tool, wrong arguments, the tool's own failure, too many calls) and
        `DeadlineExceeded`; a write that was under way then still ends, and its result is found by its key. `ToolHangs`
        where earlier calls of the tool have not returned, `ToolUncertain` where a write may have happened.
        """
        tool = self._tools.get(action.tool)
        if tool is None:
            raise ToolError(f"no tool {action.tool!r} in the agent folder", hint=f"there are: {', '.join(self._tools)}")
        if self._hanging[action.tool] >= HANGING_LIMIT:
            raise ToolHangs(
                f"{action.tool}: {self._hanging[action.tool]} earlier calls have not returned, it is not called again",
                hint="give what it waits for a timeout",
            )
        tool, action = guarded(tool, action)
        try:
            arguments = tool.checked(action.arguments)
            result = await self._attempts(tool, action, arguments, deadline_us, progress)
        except VoiceAgentError as problem:
            self._health.failed(action.tool, problem.code)
            _hush(problem, tool, action)
            if action.idempotency_key and isinstance(problem, ToolUncertain | DeadlineExceeded):
                await self._tell_uncertain(action)
            raise
        self._health.succeeded(action.tool)
        return result

    async def _tell_uncertain(self, action: CallTool) -> None:
        try:
            await self._uncertain(action)
        except Exception:
            logger.exception("nobody could be told of an uncertain write of %s", action.tool)

    def state(self) -> dict[str, dict[str, Any]]:
        """How each tool is doing, for `/health`."""
        return self._health.state(self._hanging)

    def modes(self) -> dict[str, str]:
        """Who answers for each tool: itself, or its twin for trying things out."""
        return {name: tool.spec.mode for name, tool in self._tools.items()}

    def close(self, within_s: float = CLOSE_S) -> None:
        """Waits for tools under way, then closes the database. Tools that hang are left to the end of the process.

        What those have not committed then never happened: their transaction ends with the process.
        """
        ends_s = time.monotonic() + within_s
        remote = self._remote
        remote_ended = remote is None or remote.end(within_s)
        if self._threads.end(max(0.0, ends_s - time.monotonic())) and remote_ended:
            self._database.close()
        else:
            logger.error("tools have not returned and are given up: %s", ", ".join(+self._hanging) or "unknown")

    async def _attempts(
        self, tool: Runnable, action: CallTool, arguments: dict[str, Any], deadline_us: int, progress: Progress
    ) -> dict[str, Any]:
        writes = "write" in (action.effect, tool.spec.effect)
        repeatable = not writes or tool.spec.idempotent or action.idempotent
        most = tool.spec.attempts if tool.spec.attempts is not None else 2
        for attempt in range(1, most + 1):
            call = ToolCall(action.idempotency_key, self._ends_s(deadline_us), progress)
            try:
                if writes:
                    work = partial(self._writes.run, tool, action, arguments, call, idempotent=repeatable)
                else:
                    work = partial(self._read, tool, arguments, call)
                return await self._in_thread(tool, work, deadline_us)
            except VoiceAgentError as problem:
                again = isinstance(problem, ToolUnreached) or (isinstance(problem, ToolUncertain) and repeatable)
                if attempt == most or not again:
                    raise
                logger.warning("tool %s failed, attempt %d of %d: %s", action.tool, attempt, most, problem.code)
                await asyncio.sleep(PAUSE_S * attempt)
            except Exception as error:
                shown = not tool.spec.secret  # a traceback may quote what was given
                logger.warning("tool %s failed, attempt %d of %d", action.tool, attempt, most, exc_info=shown)
                if attempt == most or not repeatable:
                    raise ToolError(f"{action.tool}: {type(error).__name__}: {error}") from error
        raise AssertionError("unreachable: the last attempt returns or raises")

    def _ends_s(self, deadline_us: int) -> float:
        """A little before the deadline, so that who keeps to it is not taken for hanging."""
        return time.monotonic() + max(0, deadline_us - self._clock.now_us()) * ON_TIME / 1_000_000

    async def _in_thread(self, tool: Runnable, work: Callable[[], dict[str, Any]], deadline_us: int) -> dict[str, Any]:
        left_s = (deadline_us - self._clock.now_us()) / 1_000_000
        if left_s <= 0:
            raise DeadlineExceeded("no time was left to run the tool")
        if self._under_way >= _THREADS + _WAITING:
            raise ToolError(f"{self._under_way} tool calls are under way already, no more are accepted")
        with self._counting:
            self._under_way += 1
        threads = self._threads_for(tool)
        future = threads.submit(work)
        future.add_done_callback(self._one_done)
        try:
            async with asyncio.timeout(left_s):
                return await asyncio.wrap_future(future)
        except TimeoutError as error:
            if future.done() and not future.cancelled():
                raise  # the tool's own, not ours
            if not future.cancel() and future.running():
                self._hangs(tool.spec.name, threads, future)
            raise DeadlineExceeded(f"the tool did not end within {left_s:.1f} s") from error

    def _threads_for(self, tool: Runnable) -> ToolThreads[dict[str, Any]]:
        """Who waits for somebody else must not keep those that only look something up."""
        if tool.wants_database or tool.spec.kind == "python":
            return self._threads
        if self._remote is None:
            self._remote = ToolThreads(_REMOTE_THREADS)
        return self._remote

    def _hangs(self, tool: str, threads: ToolThreads[dict[str, Any]], future: Future[dict[str, Any]]) -> None:
        """`future` goes on past its deadline: no longer under way, but hanging, until it ends."""
        with self._counting:
            self._hanging[tool] += 1
            self._under_way -= 1
        if self._hanging[tool] == HANGING_LIMIT:
            logger.error("tool %s hangs: %d calls have not returned, it is refused", tool, HANGING_LIMIT)
        threads.give_up(future)
        future.add_done_callback(lambda _: self._came_back(tool))

    def _came_back(self, tool: str) -> None:
        with self._counting:
            self._hanging[tool] -= 1
            self._under_way += 1  # `_one_done` takes it off again
        logger.warning("a call of tool %s has returned after its deadline", tool)

    def _one_done(self, _: object) -> None:
        with self._counting:
            self._under_way -= 1

    def _read(self, tool: Runnable, arguments: dict[str, Any], call: ToolCall) -> dict[str, Any]:
        name, secret = tool.spec.name, tool.spec.secret_result
        if not tool.wants_database:
            return decoded(name, encoded(name, tool.invoke(arguments, call)), secret)
        with self._database.reading() as connection:
            return decoded(name, encoded(name, tool.invoke(arguments, call, connection)), secret)


def _hush(problem: VoiceAgentError, tool: Runnable, action: CallTool) -> None:
    """Takes secret arguments out of what the error says: it goes into the log."""
    secret = (*tool.spec.secret, *action.secret)
    if secret:
        problem.message = unsaid(problem.message, action.arguments, secret)
        problem.args = (problem.message,)
        if problem.hint is not None:
            problem.hint = unsaid(problem.hint, action.arguments, secret)
