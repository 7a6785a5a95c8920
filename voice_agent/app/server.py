"""The server: opens engines, agent, media, telephone and health page, says that it is ready, and drains when asked to.

Order matters. What a call needs is open before the telephone is, and the telephone is closed before what it needs.
"""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any, Final, Protocol, TypeVar
from urllib.parse import quote

from models.pool import SpeechPool
from models.pool_events import EngineDown, EngineUp
from telephony.rtp.port import MediaPorts
from telephony.rtp.wheel import MediaWheel
from telephony.sip.endpoint import CallObserver, SipEndpoint
from telephony.sip.settings import SipSettings
from voice_agent.app.admission import Readings
from voice_agent.app.backdrops import open_sounds
from voice_agent.app.chat_server import ChatServer, open_chat_server
from voice_agent.app.desk import CallDesk, Office
from voice_agent.app.draining import drain_desk
from voice_agent.app.engines import speech_settings, voice_activity_of, voices_of, with_phrases
from voice_agent.app.health import HealthServer, health_app
from voice_agent.app.load_state import keep_watch, load_metrics, load_state, readings_of
from voice_agent.app.loop_monitor import LoopMonitor
from voice_agent.app.metrics import Metrics
from voice_agent.app.office import Around, Opened, open_agent
from voice_agent.app.sip_settings import sip_settings
from voice_agent.app.storage import delete_old_recordings, open_recordings, storage_readings, storage_state
from voice_agent.app.task_groups import tasks
from voice_agent.channels.outgoing import Dialled
from voice_agent.channels.phone import PhoneDoor
from voice_agent.clock import MonotonicClock
from voice_agent.config import Config
from voice_agent.conversation.events import EngineCameUp, EngineWentDown
from voice_agent.errors import ConfigurationError
from voice_agent.stores.recordings import Recordings

SWITCH_S: Final = 0.0005
"""How long the store's and the tools' threads may hold the interpreter while a media tick is due; 5 ms by default."""

T = TypeVar("T")

_log = logging.getLogger("voice_agent.server")


class Behind(Protocol):
    """The front that a server stands behind, as one of several workers."""

    def endpoint(self, observer: CallObserver, settings: SipSettings) -> SipEndpoint:
        """The telephone line, by way of the front."""
        ...

    def released(self, call_id: str) -> None:
        """The place of a call is free again."""
        ...

    @property
    def chats(self) -> bool:
        """Whether this is the worker that takes chats."""
        ...


class Server:
    """A running server. Made by `open_server`."""

    def __init__(self, config: Config, pool: SpeechPool, opened: Opened) -> None:
        self.config = config
        self.pool = pool
        self.opened = opened
        self.wheel = MediaWheel()
        self.ports = MediaPorts(config.sip.host, config.rtp.low, config.rtp.high)
        self.metrics = Metrics(self._readings)
        self.recordings: Recordings | None = None
        self.desk: CallDesk | None = None
        self.endpoint: SipEndpoint | None = None
        self.door: PhoneDoor | None = None
        self.health: HealthServer | None = None
        self.chat: ChatServer | None = None
        self.monitor = LoopMonitor()

    @property
    def agent(self) -> str:
        """The agent's name."""
        return self.opened.pack.agent.name

    @property
    def sip_uri(self) -> str:
        address = self._need(self.endpoint).address
        host = f"[{address.host}]" if ":" in address.host else address.host
        return f"sip:{host}:{address.port}"

    @property
    def http_url(self) -> str:
        return self._need(self.health).url

    @property
    def chat_url(self) -> str | None:
        """Where people chat, None where this server takes no chats."""
        return None if self.chat is None else self.chat.url

    def state(self) -> dict[str, Any]:
        """What `/health` shows."""
        desk = self._need(self.desk)
        refusal = desk.refusal()
        pool = self.pool.statistics()
        return {
            "ready": refusal is None,
            "reason": refusal,
            "draining": desk.admission.draining,
            "agent": self.agent,
            "calls": len(desk),
            "chats": 0 if self.chat is None else len(self.chat.chats),
            "limit": self.config.calls.limit,
            "lost_calls": self.opened.lost,
            "engines": {"ready": pool.ready, "of": pool.processes, "restarts": pool.restarts},
            **load_state(desk, self.load(), pool, self.pool.versions),
            **self.monitor.state(),
            "tools": self.opened.tools.state(),
            **storage_state(self.opened.store, self.recordings),
        }

    def load(self) -> Readings:
        """What admission looks at."""
        return readings_of(self.pool, self.ports, self.wheel)

    async def dial(self, uri: str, *, ring_s: float, progress: Callable[[int], None]) -> Dialled:
        """The agent calls somebody; returns when the call is over. Raises CallFailed."""
        address, user = self._need(self.endpoint).address, self.config.sip.trunk_user
        from_uri = f"sip:{quote(user if user else 'agent')}@{address}"
        return await self._need(self.door).dial(uri, from_uri=from_uri, ring_s=ring_s, progress=progress)

    async def drain(self) -> None:
        """Takes no more calls, and waits for those that are up as long as the settings allow."""
        desk, endpoint = self._need(self.desk), self._need(self.endpoint)
        desk.admission.draining = True
        endpoint.drain()
        _log.info("draining", extra={"calls": len(desk)})
        await drain_desk(desk, self.config.calls.drain_s)

    def _readings(self) -> dict[str, tuple[str, float]]:
        desk = self._need(self.desk)
        return {
            "calls_live": ("Calls that are up", float(len(desk))),
            "chats_live": ("Chats that are going on", float(0 if self.chat is None else len(self.chat.chats))),
            "calls_admitted": ("Places taken by calls that ring or are up", float(len(desk.admission))),
            **load_metrics(desk, self.load(), self.wheel, self.pool.statistics()),
            **self.monitor.metrics(),
            **storage_readings(self.opened.store, self.recordings),
            "media_ports_free": ("Ports left for media", float(self.ports.free)),
        }

    @staticmethod
    def _need(part: T | None) -> T:
        if part is None:
            raise RuntimeError("the server is not open yet")
        return part


@asynccontextmanager
async def open_server(
    folder: Path, config: Config, behind: Behind | None = None, around: Around | None = None
) -> AsyncIterator[Server]:
    """A server that takes calls until the block ends; then calls that are still up are ended.

    Raises AgentFolderError, ConfigurationError, ModelMissing, ModelCorrupt, StoreError before anything is answered.
    """
    async with AsyncExitStack() as stack:
        desk_of: list[CallDesk] = []
        opening = SpeechPool.open(speech_settings(config), observer=partial(_notice, desk_of))
        pool = await stack.enter_async_context(opening)
        opened = await stack.enter_async_context(open_agent(folder, config, pool, MonotonicClock(), around))
        server = Server(config, pool, opened)
        _start(server, stack)
        recordings = server.recordings = open_recordings(Path(config.store.data_dir)) if config.calls.record else None
        if recordings is not None:
            stack.push_async_callback(asyncio.to_thread, recordings.close)
        voice, group = with_phrases(opened.pack, pool), await stack.enter_async_context(tasks())
        stack.callback(group.create_task(delete_old_recordings(config)).cancel)
        office = Office(
            config,
            opened.pack,
            opened.world,
            pool,
            voice,
            voice_activity_of(config),
            None if recordings is None else recordings.start,
            server.metrics,
            server.load,
            voices_of(config, opened.pack.agent.languages, voice),
            await asyncio.to_thread(open_sounds, folder, opened.pack.agent.hold, config.audio),
        )
        server.desk = CallDesk(office, group) if behind is None else CallDesk(office, group, behind.released)
        desk_of.append(server.desk)
        stack.callback(group.create_task(keep_watch(server.desk)).cancel)
        await _open_doors(server, stack, group, behind)
        # Before the telephone is closed: callers are told that their call is over.
        stack.push_async_callback(_close_desk, server.desk)
        yield server


def _start(server: Server, stack: AsyncExitStack) -> None:
    stack.callback(server.wheel.close)
    server.monitor.start()
    stack.callback(server.monitor.stop)


async def serve(folder: Path, config: Config, ready: Callable[[Server], None], around: Around | None = None) -> None:
    """Runs a server until SIGTERM or SIGINT; the first drains, the second ends the calls at once."""
    loop = asyncio.get_running_loop()
    asked, hurried = asyncio.Event(), asyncio.Event()

    def stop() -> None:
        (hurried if asked.is_set() else asked).set()

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop)
    async with open_server(folder, config, around=around) as server:
        ready(server)
        await until_stopped(server, asked, hurried)


async def until_stopped(server: Server, asked: asyncio.Event, hurried: asyncio.Event) -> None:
    """Returns when the server was `asked` to stop and is drained, or can't wait for that."""
    await asked.wait()
    async with asyncio.TaskGroup() as group:
        draining = group.create_task(server.drain())
        hurrying = group.create_task(hurried.wait())
        await asyncio.wait((draining, hurrying), return_when=asyncio.FIRST_COMPLETED)
        draining.cancel()
        hurrying.cancel()


async def _open_doors(server: Server, stack: AsyncExitStack, group: asyncio.TaskGroup, behind: Behind | None) -> None:
    await _open_chat(server, stack, group, behind)
    await _open_telephone(server, stack, behind)
    if behind is None:
        _open_health(server, stack, group)


async def _open_telephone(server: Server, stack: AsyncExitStack, behind: Behind | None) -> None:
    config, desk = server.config, server.desk
    if desk is None:
        raise RuntimeError("the desk opens before the doors")
    door = server.door = PhoneDoor(desk, server.ports, server.wheel)
    settings = sip_settings(config)
    try:
        if behind is not None:
            server.endpoint = behind.endpoint(door, settings)
        else:
            server.endpoint = await SipEndpoint.open(config.sip.host, config.sip.port, door, settings)
    except (OSError, ValueError) as problem:
        raise ConfigurationError(
            f"[sip] {config.sip.host}:{config.sip.port} can't be used: {problem}",
            hint="choose another with [sip] port, 0 for any",
        ) from problem
    stack.push_async_callback(server.endpoint.close)
    door.attach(server.endpoint)


async def _open_chat(server: Server, stack: AsyncExitStack, group: asyncio.TaskGroup, behind: Behind | None) -> None:
    if server.config.chat.enabled and (behind is None or behind.chats):
        opening = open_chat_server(server.config, server.opened, server.metrics, group)
        server.chat = await stack.enter_async_context(opening)


def _open_health(server: Server, stack: AsyncExitStack, group: asyncio.TaskGroup) -> None:
    config = server.config
    server.health = HealthServer(health_app(server.state, server.metrics.registry), config.http.host, config.http.port)
    server.health.start(group)
    stack.callback(server.health.stop)


async def _close_desk(desk: CallDesk) -> None:
    desk.admission.draining = True
    desk.end_all("the server stopped")
    await desk.drained()


def _notice(desk_of: list[CallDesk], event: EngineDown | EngineUp) -> None:
    """Live calls log what happened to the engines; before the desk is open there are none."""
    for desk in desk_of:
        match event:
            case EngineDown(process=process, reason=reason):
                desk.notice(EngineWentDown(f"speech-{process}", reason))
            case EngineUp(process=process, restart_us=down_us):
                desk.notice(EngineCameUp(f"speech-{process}", down_us))
