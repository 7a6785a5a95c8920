"""Opens a typed conversation with an agent: store, tools and understanding as on the phone, without ears or voice."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from models.pool import SpeechPool
from voice_agent.agent.core import build_core
from voice_agent.app.engines import speech_settings
from voice_agent.app.headers import new_header
from voice_agent.app.office import open_agent
from voice_agent.clock import MonotonicClock
from voice_agent.config import Config
from voice_agent.conversation.actions import AnyAction
from voice_agent.conversation.events import CallStarted
from voice_agent.conversation.log import ConversationLog
from voice_agent.session.text import TextSession


class Chat:
    """One typed conversation. Each method returns what the agent did, in order."""

    def __init__(self, session: TextSession, started: CallStarted) -> None:
        self._session = session
        self._started = started

    @property
    def ended(self) -> bool:
        return self._session.ended

    async def start(self) -> list[AnyAction]:
        return await self._session.start(self._started)

    async def send(self, text: str) -> list[AnyAction]:
        return await self._session.send(text)

    async def press(self, keys: str) -> list[AnyAction]:
        return await self._session.press(keys)


@asynccontextmanager
async def open_chat(folder: Path, config: Config, *, customer: str | None) -> AsyncIterator[Chat]:
    """A conversation that is kept in the store like any other. Raises as `open_server` does."""
    clock = MonotonicClock()
    settings = speech_settings(config, embeddings_only=True)
    async with SpeechPool.open(settings) as pool, open_agent(folder, config, pool, clock) as opened:
        header = new_header("text", opened.pack, config)
        log = ConversationLog(header)
        opened.store.begin(header)
        log.follow(lambda record: opened.store.write(header.conversation, record))
        core = build_core(opened.pack, config.turns, header.conversation, recorded=False)
        session = TextSession(core, log, opened.world)
        async with asyncio.TaskGroup() as group:
            session.open(group)
            try:
                yield Chat(session, CallStarted("text", "", "", header.civil_start, customer))
            finally:
                session.end("caller", "closed the conversation")
