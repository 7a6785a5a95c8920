"""Errands of a conversation: work that leaves the process, one task each, whose result comes back as an event.

Each has a deadline that is never disarmed. Before an effect on the world the log is committed; when the store is
behind, the effect waits and the audio does not.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from typing import Any, Final, TypeAlias

from voice_agent.config import UNDERSTAND_MS
from voice_agent.conversation import events as ev
from voice_agent.conversation import judging as jd
from voice_agent.conversation import knowledge as kn
from voice_agent.conversation import planning as pl
from voice_agent.conversation.actions import (
    CallTool,
    Connect,
    Consult,
    Judge,
    Plan,
    PrefetchTool,
    Transfer,
    Understand,
    UnderstandAhead,
)
from voice_agent.conversation.events import AnyEvent
from voice_agent.conversation.texting import SendText, TextFailed, TextSent
from voice_agent.errors import CallFailed, DeadlineExceeded, ToolError, VoiceAgentError
from voice_agent.session.tool_errands import TOOL_US, ToolErrands
from voice_agent.session.vault import Vault
from voice_agent.session.world import Line, World

UNDERSTAND_US: Final = UNDERSTAND_MS * 1_000
CONSULT_US: Final = 2_500_000
CONSULT_S: Final = 3.0
"""A little more than its deadline: an index that doesn't keep it leaves the caller waiting no longer."""
SPARE_S: Final = 0.5
"""Beyond the deadline of a plan or a verdict, which the conversation keeps by itself."""
COMMIT_S: Final = 10.0
TEXT_US: Final = 12_000_000
"""For all attempts at one text message: the caller should still be there when it can't be sent."""
TEXT_S: Final = COMMIT_S + 13.0
CONNECT_S: Final = 60.0
"""From the transfer to somebody's answer; a telephone that rings longer is not answered."""
LIMIT_S: Final = 25.0
"""For every errand without a limit of its own: a port that breaks its promise must not keep a caller waiting."""

_log = logging.getLogger("voice_agent.session")

Failed: TypeAlias = Callable[[str, str], AnyEvent]


class Errands:
    """The tasks that one conversation has under way."""

    def __init__(
        self,
        conversation: str,
        world: World,
        feed: Callable[[AnyEvent], None],
        done: Callable[[], None] = lambda: None,
    ) -> None:
        self.vault = Vault(world.clock)
        self._conversation = conversation
        self._world = world
        self._feed = feed
        self._done = done
        self._group: asyncio.TaskGroup | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._effects: set[asyncio.Task[None]] = set()
        self._beside: set[asyncio.Task[None]] = set()
        self._tools = ToolErrands(world, self.vault, self._effect, feed, self._commit)

    def open(self, group: asyncio.TaskGroup) -> None:
        """Tasks run in `group` from now on."""
        self._group = group

    @property
    def pending(self) -> int:
        """How many there are that the conversation waits for."""
        return len(self._tasks - self._beside) - self._tools.background

    def cancel(self) -> None:
        """Ends what only the conversation needed. Effects on the world run on to their deadlines and are logged."""
        for task in self._tasks - self._effects:
            task.cancel()

    def start(
        self, work: Coroutine[Any, Any, AnyEvent | None], failed: Failed, *, limit_s: float = LIMIT_S
    ) -> asyncio.Task[None]:
        """Runs `work` and feeds its event; an error becomes `failed(code, message)`, an unexpected one is logged.

        The task belongs to the conversation: it may be cancelled, and then feeds nothing.
        """
        if self._group is None:
            work.close()
            raise RuntimeError("errands are not open")
        task = self._group.create_task(self._run(work, failed, limit_s))
        self._tasks.add(task)
        task.add_done_callback(self._forget)
        task.add_done_callback(lambda _: work.close())  # cancelled before it ran, it would never be awaited
        return task

    def _forget(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        self._done()

    def _effect(
        self, work: Coroutine[Any, Any, AnyEvent | None], failed: Failed, *, limit_s: float = LIMIT_S
    ) -> asyncio.Task[None]:
        task = self.start(work, failed, limit_s=limit_s)
        self._effects.add(task)
        task.add_done_callback(self._effects.discard)
        return task

    def go(self, asked: Understand | UnderstandAhead | CallTool | Consult | Plan | Judge | SendText | Transfer) -> None:
        """The errand that `asked` asks for."""
        match asked:
            case UnderstandAhead(asked=ahead):
                self.understand(ahead)
            case Understand(ahead=True):
                pass  # under way, or answered already
            case Understand():
                self.understand(asked)
            case CallTool():
                self.call_tool(asked)
            case Consult():
                self.consult(asked)
            case Plan():
                self.plan(asked)
            case Judge():
                self.judge(asked)
            case SendText():
                self.send_text(asked)
            case Transfer():
                self.transfer(asked)

    def understand(self, asked: Understand) -> None:
        deadline_us = self._world.clock.now_us() + UNDERSTAND_US
        self.start(
            self._world.understanding.understand(asked, deadline_us=deadline_us),
            lambda code, message: ev.UnderstandingFailed(asked.request, code, message),
        )

    def consult(self, asked: Consult) -> None:
        self.start(
            self._consult(asked),
            lambda code, message: kn.ConsultFailed(asked.request, code, message),
            limit_s=CONSULT_S,
        )

    def plan(self, asked: Plan) -> None:
        self.start(
            self._plan(asked),
            lambda code, message: pl.PlanFailed(asked.request, code, message),
            limit_s=asked.deadline_us / 1_000_000 + SPARE_S,
        )

    def judge(self, asked: Judge) -> None:
        """One that nobody waits for goes on beside the conversation, and after its end."""
        task = self._effect(
            self._judge(asked),
            lambda code, message: jd.JudgeFailed(asked.request, code, message),
            limit_s=asked.deadline_us / 1_000_000 + SPARE_S,
        )
        if not asked.waits:
            self._beside.add(task)
            task.add_done_callback(self._beside.discard)

    def send_text(self, asked: SendText) -> None:
        """Nobody waits for it: it goes on beside the conversation, and after its end."""
        task = self._effect(
            self._send_text(asked), lambda code, message: TextFailed(asked.message, code, message), limit_s=TEXT_S
        )
        self._beside.add(task)
        task.add_done_callback(self._beside.discard)

    def call_tool(self, asked: CallTool | PrefetchTool) -> None:
        if isinstance(asked, PrefetchTool):
            self._tools.prefetch(asked.asked)
        else:
            self._tools.call(asked)

    def cancel_tool(self, call: int) -> None:
        """Gives a call of a tool up, where that is safe."""
        self._tools.cancel(call)

    def transfer(self, asked: Transfer) -> None:
        self._effect(self._transfer(asked), lambda code, message: ev.TransferFailed(asked.target, code, message))

    def connect(self, asked: Connect, line: Line | None, is_over: Callable[[], bool]) -> None:
        """`is_over`: whether the call has ended, so that nobody would be told of a failure."""
        self._effect(
            self._connect(asked, line, is_over),
            lambda code, message: ev.ConnectFailed(asked.target, code, message),
            limit_s=CONNECT_S,
        )

    def commit(self) -> None:
        """Makes the log durable; nothing waits for it."""
        self._effect(self._commit(), lambda code, message: ev.EngineWentDown("store", f"{code}: {message}"))

    async def _consult(self, asked: Consult) -> AnyEvent:
        if self._world.knowledge is None:
            raise ToolError("this agent has no articles to look into")
        deadline_us = self._world.clock.now_us() + CONSULT_US
        return await self._world.knowledge.consult(asked, deadline_us=deadline_us)

    async def _plan(self, asked: Plan) -> AnyEvent:
        if self._world.planning is None:
            return pl.PlanFailed(asked.request, "no_model", "no language model plans for this agent")
        return await self._world.planning.plan(asked, deadline_us=self._world.clock.now_us() + asked.deadline_us)

    async def _judge(self, asked: Judge) -> AnyEvent:
        if self._world.judging is None:
            return jd.JudgeFailed(asked.request, "no_model", "no language model judges for this agent")
        return await self._world.judging.judge(asked, deadline_us=self._world.clock.now_us() + asked.deadline_us)

    async def _send_text(self, asked: SendText) -> AnyEvent:
        if self._world.texts is None:
            return TextFailed(asked.message, "no_sender", "nobody sends text messages for this agent")
        await self._commit()
        deadline_us = self._world.clock.now_us() + TEXT_US
        return TextSent(asked.message, await self._world.texts.send(self._conversation, asked, deadline_us=deadline_us))

    async def _transfer(self, asked: Transfer) -> AnyEvent:
        await self._commit()
        deadline_us = self._world.clock.now_us() + TOOL_US
        await self._world.handover.transfer(self._conversation, asked, deadline_us=deadline_us)
        return ev.Transferred(asked.target)

    async def _connect(self, asked: Connect, line: Line | None, is_over: Callable[[], bool]) -> AnyEvent:
        if line is None:
            raise CallFailed("this line can't be transferred")
        await self._commit()
        try:
            await line.connect(asked.address, reference=self._conversation)
        except VoiceAgentError:
            if is_over():  # whether they talk to each other is not known: nobody is to be forgotten
                await self._transfer(asked.as_transfer())
            raise
        try:
            deadline_us = self._world.clock.now_us() + TOOL_US
            await self._world.handover.connected(self._conversation, asked, deadline_us=deadline_us)
        except VoiceAgentError as problem:
            _log.warning("no trace of a transfer (%s): %s", problem.code, problem, extra={"call": self._conversation})
        return ev.Connected(asked.target)

    async def _commit(self) -> None:
        try:
            async with asyncio.timeout(COMMIT_S):
                await self._world.journal.committed()
        except TimeoutError as problem:
            raise DeadlineExceeded("the log could not be committed in time") from problem

    async def _run(self, work: Coroutine[Any, Any, AnyEvent | None], failed: Failed, limit_s: float) -> None:
        try:
            event = await _bounded(work, limit_s)
        except VoiceAgentError as problem:
            _log.warning("errand failed (%s): %s", problem.code, problem, extra={"call": self._conversation})
            event = failed(problem.code, problem.message)
        except Exception as problem:  # noqa: BLE001 - an errand's boundary: one that breaks must not end the call
            _log.exception("errand broke", extra={"call": self._conversation})
            event = failed("error", f"{type(problem).__name__}: {problem}")
        if event is not None:
            self._feed(event)


async def _bounded(work: Coroutine[Any, Any, AnyEvent | None], limit_s: float) -> AnyEvent | None:
    limit = asyncio.timeout(limit_s)
    try:
        async with limit:
            return await work
    except TimeoutError as problem:
        if not limit.expired():
            raise
        raise DeadlineExceeded(f"nothing came of it within {limit_s:g} s") from problem
