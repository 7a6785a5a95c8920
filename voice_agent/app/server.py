"""The server: opens engines, agent, media, telephone and health page, says that it is ready, and drains when asked to.

Order matters. What a call needs is open before the telephone is, and the telephone is closed before what it needs.
"""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Final

from models.pool import SpeechPool
from models.pool_events import EngineDown, EngineUp
from voice_agent.app.backdrops import open_sounds
from voice_agent.app.desk import CallDesk, Office
from voice_agent.app.doors import Behind, open_doors
from voice_agent.app.engines import speech_settings, voice_activity_of, voices_of, with_phrases
from voice_agent.app.load_state import keep_watch
from voice_agent.app.office import Around, open_agent
from voice_agent.app.running_server import Server
from voice_agent.app.storage import delete_old_recordings, open_recordings
from voice_agent.app.task_groups import tasks
from voice_agent.clock import MonotonicClock
from voice_agent.config import Config
from voice_agent.conversation.events import EngineCameUp, EngineWentDown

SWITCH_S: Final = 0.0005
"""How long the store's and the tools' threads may hold the interpreter while a media tick is due; 5 ms by default."""


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
        await open_doors(server, stack, group, behind)
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
