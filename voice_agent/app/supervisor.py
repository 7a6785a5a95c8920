"""Several workers on one SIP port and one HTTP port: starts them, restarts those that die, shows and drains them.

The first worker prepares what all share (the store, weights that have to be assembled), so the others start after it.
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from pathlib import Path
from typing import Any, Final, Protocol

from prometheus_client import CollectorRegistry

from telephony.sip.dispatch import Dispatcher
from voice_agent.app.aggregate import AllMetrics, merged
from voice_agent.app.front import Front
from voice_agent.app.health import HealthServer, health_app
from voice_agent.app.shares import shares
from voice_agent.app.sip_settings import sip_settings
from voice_agent.app.task_groups import tasks
from voice_agent.app.worker_life import WorkerLife
from voice_agent.app.worker_link import Drain, End
from voice_agent.config import Config
from voice_agent.errors import ConfigurationError

GRACE_S: Final = 10.0
"""For a worker that was told to end; it is killed afterwards."""

_OWN: Final = frozenset({"worker", "pid", "up", "load", "loop"})
"""What is a worker's own: adding it up would mean nothing."""

_log = logging.getLogger("voice_agent.workers")


class Served(Protocol):
    """What is known of a server that is ready, of one process or of many."""

    @property
    def agent(self) -> str: ...

    @property
    def sip_uri(self) -> str: ...

    @property
    def http_url(self) -> str: ...

    @property
    def chat_url(self) -> str | None: ...

    @property
    def whatsapp_url(self) -> str | None: ...


class Supervisor:
    """Made by `open_workers`."""

    def __init__(self, config: Config, front: Front, workers: tuple[WorkerLife, ...]) -> None:
        self.config = config
        self.front = front
        self.workers = workers
        self.health: HealthServer | None = None

    @property
    def agent(self) -> str:
        return next((worker.agent for worker in self.workers if worker.agent), "")

    @property
    def sip_uri(self) -> str:
        address = self.front.sockets.address
        host = f"[{address.host}]" if ":" in address.host else address.host
        return f"sip:{host}:{address.port}"

    @property
    def http_url(self) -> str:
        if self.health is None:
            raise RuntimeError("the server is not open yet")
        return self.health.url

    @property
    def chat_url(self) -> str | None:
        """Where people chat, None where the settings want no chats."""
        return next((worker.chat for worker in self.workers if worker.chat), None)

    @property
    def whatsapp_url(self) -> str | None:
        """Where webhooks of WhatsApp come in, None where the settings name no number."""
        return next((worker.whatsapp for worker in self.workers if worker.whatsapp), None)

    def state(self) -> dict[str, Any]:
        """What `/health` shows: sums over the workers, then each of them."""
        states = [worker.state() for worker in self.workers]
        draining = self.front.dispatcher.draining
        up = [state for state in states if state["up"]]
        ready = not draining and any(state.get("ready", False) for state in up)
        reasons = [state["reason"] for state in up if state.get("reason") is not None]
        reason = "the server is about to stop" if draining else next(iter(reasons), "no worker is ready")
        return {
            **merged([{key: value for key, value in each.items() if key not in _OWN} for each in up]),
            "ready": ready,
            "reason": None if ready else reason,
            "draining": draining,
            "agent": self.agent,
            "limit": self.config.calls.limit,
            "refused": self.front.refused,
            "up": len(up),
            "workers": states,
        }

    async def drain(self) -> None:
        """Takes no more calls, and returns when every worker has ended, by the deadline of the settings."""
        self.front.dispatcher.draining = True
        _log.info("draining", extra={"calls": self.front.dispatcher.held})
        for worker in self.workers:
            worker.stop(Drain())
        await self._ended(self.config.calls.drain_s + GRACE_S)

    async def end(self) -> None:
        """Calls are hung up, workers end; those that don't are killed."""
        self.front.dispatcher.draining = True
        for worker in self.workers:
            worker.stop(End())
        await self._ended(GRACE_S)
        for worker in self.workers:
            worker.kill()

    async def _ended(self, within_s: float) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(within_s):
                for worker in self.workers:
                    await worker.over.wait()


@asynccontextmanager
async def open_workers(folder: Path, config: Config) -> AsyncIterator[Supervisor]:
    """Workers that take calls until the block ends. Raises ConfigurationError, WorkerFailed."""
    parts = shares(config, sorted(os.sched_getaffinity(0)))
    async with AsyncExitStack() as stack:
        dispatcher = Dispatcher([part.calls.limit for part in parts])
        try:
            front = await Front.open(config.sip.host, config.sip.port, sip_settings(config), dispatcher)
        except (OSError, ValueError) as problem:
            raise ConfigurationError(
                f"[sip] {config.sip.host}:{config.sip.port} can't be used: {problem}",
                hint="choose another with [sip] port, 0 for any",
            ) from problem
        stack.push_async_callback(front.close)
        workers = tuple(WorkerLife(number, folder, part, front) for number, part in enumerate(parts))
        supervisor = Supervisor(config, front, workers)
        group = await stack.enter_async_context(tasks())
        registry = CollectorRegistry()
        registry.register(AllMetrics(lambda: {str(each.number): each.metrics for each in workers if each.metrics}))
        supervisor.health = HealthServer(health_app(supervisor.state, registry), config.http.host, config.http.port)
        supervisor.health.start(group)
        stack.callback(supervisor.health.stop)
        stack.push_async_callback(supervisor.end)
        for worker in workers:
            group.create_task(worker.run())
            if worker.number == 0:
                await worker.first()
        for worker in workers:
            await worker.first()
        yield supervisor


async def serve_workers(folder: Path, config: Config, ready: Callable[[Served], None]) -> None:
    """As `serve`, for several workers."""
    loop = asyncio.get_running_loop()
    asked, hurried = asyncio.Event(), asyncio.Event()

    def stop() -> None:
        (hurried if asked.is_set() else asked).set()

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop)
    async with open_workers(folder, config) as supervisor:
        ready(supervisor)
        await asked.wait()
        async with asyncio.TaskGroup() as group:
            draining = group.create_task(supervisor.drain())
            hurrying = group.create_task(hurried.wait())
            await asyncio.wait((draining, hurrying), return_when=asyncio.FIRST_COMPLETED)
            draining.cancel()
            hurrying.cancel()
