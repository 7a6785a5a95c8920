"""Opens an agent's articles by themselves: to try what a question finds, without a conversation."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from models.pool import SpeechPool
from voice_agent.app.engines import speech_settings
from voice_agent.app.office import article_index
from voice_agent.clock import MonotonicClock
from voice_agent.config import Config
from voice_agent.effects.retriever import Retriever
from voice_agent.errors import StoreError
from voice_agent.journeys.pack import Pack

PREPARE_US = 3_600_000_000
"""Nobody waits on the telephone: all of it is embedded."""


@asynccontextmanager
async def open_articles(
    folder: Path, pack: Pack, config: Config, progress: Callable[[int, int], None]
) -> AsyncIterator[Retriever]:
    """The articles of `pack`, which is that of `folder`, as a call would find them. Raises StoreError without any.

    `progress` is told how many texts of how many have been embedded.
    """
    if not pack.articles:
        raise StoreError(f"{folder} has no articles", hint="docs/knowledge.md says how they are written")
    clock = MonotonicClock()
    async with SpeechPool.open(speech_settings(config, embeddings_only=True)) as pool:
        retriever = article_index(folder, pack, config, pool, clock)
        try:
            await retriever.prepare(clock.now_us() + PREPARE_US, progress)
            yield retriever
        finally:
            await retriever.close()
