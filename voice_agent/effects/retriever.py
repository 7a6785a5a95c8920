"""Answers `Consult`: finds the passages of an agent's articles that may answer a question, by words and by meaning.

It fails softly: without an embedding of the question in time, or of a passage, words alone decide; an index that can't
be written is kept in memory. Filters (language, channel, audience, day) come before anything is ranked.
"""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from pathlib import Path
from typing import Final, TypeVar

import numpy as np

from voice_agent.clock import Clock
from voice_agent.conversation.actions import Consult
from voice_agent.conversation.knowledge import Consulted
from voice_agent.effects.embedding import embedded
from voice_agent.effects.passage_index import PassageIndex, Vector
from voice_agent.effects.passage_ranking import rank
from voice_agent.effects.shelf import Shelf
from voice_agent.errors import StoreError
from voice_agent.journeys.articles import Article
from voice_agent.journeys.word_forms import word_forms
from voice_agent.ports.speech import QUERY, Embedder

logger = logging.getLogger(__name__)

FOUND: Final = 5
"""How many passages an event carries."""
CANDIDATES: Final = 50
"""How many of each kind of evidence are ranked."""
EMBED_US: Final = 800_000
"""The longest that a question's embedding is waited for: then words alone decide."""
_BATCH: Final = 16
_T = TypeVar("_T")


class Retriever:
    """The articles of one agent, for any number of conversations."""

    def __init__(
        self,
        articles: Sequence[Article],
        embedder: Embedder,
        clock: Clock,
        *,
        path: Path | None = None,
        model: str = "embedder",
        executor: Executor | None = None,
        names: Sequence[str] = (),
    ) -> None:
        """`path` is the index's file, None for memory; `model` names what embeds, so that a change is noticed.

        `names` are terms of the business: a question that has one is answered by passages that have it.

        `executor` defaults to the event loop's threads; in virtual time give one that runs at once.
        """
        self._shelf = Shelf(articles, names)
        self._embedder = embedder
        self._clock = clock
        self._path = path
        self._model = model
        self._executor = executor
        self._one_at_a_time = asyncio.Lock()
        self._index: PassageIndex | None = None

    async def prepare(self, deadline_us: int, progress: Callable[[int, int], None] = lambda done, of: None) -> int:
        """Brings the index up to date. Returns how many texts have no embedding: those are found by words alone.

        Each text is embedded once and kept, so that this takes long only the first time; what `deadline_us` cuts off
        goes on the next time. `progress` is told how many of those to be embedded are.
        """
        texts = self._shelf.texts()
        vectors = await self._in_thread(self._open, texts)
        missing = [text for text in texts if text not in vectors]
        for at in range(0, len(missing), _BATCH):
            made = await self._embedded(missing[at : at + _BATCH], deadline_us)
            if made is None:
                logger.warning("%d of %d texts of articles have no embedding yet", len(missing) - at, len(texts))
                break
            vectors.update(made)
            await self._in_index(PassageIndex.keep_vectors, self._model, made)
            progress(at + len(made), len(missing))
        else:
            await self._in_index(PassageIndex.forget_vectors, self._model, texts)
        self._shelf.learn(vectors)
        return sum(text not in vectors for text in texts)

    async def consult(self, asked: Consult, /, *, deadline_us: int, limit: int = FOUND) -> Consulted:
        """The passages that may answer, best first, `limit` at most. Raises StoreError where the index fails."""
        started_us = self._clock.now_us()
        forms = word_forms(asked.query, asked.language)
        fit = self._shelf.fit(asked)
        question: Vector | None = None
        if fit and self._shelf.has_vectors:
            sought = QUERY + asked.query
            made = await self._embedded([sought], min(deadline_us, started_us + EMBED_US))
            question = None if made is None else made[sought]
        cosines = {} if question is None else self._shelf.cosines(question, fit)
        near = sorted(cosines, key=lambda name: (-cosines[name], name))[:CANDIDATES]
        found_by_words = await self._in_index(PassageIndex.by_words, forms, asked.language, len(self._shelf.entries))
        words = {name: score for name, score in found_by_words.items() if name in fit}
        candidates = dict.fromkeys([*near, *list(words)[:CANDIDATES]])
        shares = self._shelf.shares(forms, asked.language, candidates)
        named = self._shelf.named(asked.query, asked.language, candidates)
        found = rank(shares, cosines, words, named)[:limit]
        engine = "words" if question is None else "hybrid"
        return Consulted(asked.request, found, engine, self._clock.now_us() - started_us)

    async def close(self) -> None:
        if self._index is not None:
            await self._in_index(PassageIndex.close)

    def _open(self, texts: Sequence[str]) -> dict[str, Vector]:
        """Opens and updates the index; one that breaks over it is made in memory instead."""
        self._index = PassageIndex(self._path)
        try:
            self._index.update(list(self._shelf.entries.values()))
        except sqlite3.Error as problem:
            logger.warning("%s can't be updated, articles are indexed in memory: %s", self._path, problem)
            self._index.close()
            self._index = PassageIndex(None)
            self._index.update(list(self._shelf.entries.values()))
        return self._index.vectors(self._model, texts)

    async def _embedded(self, texts: Sequence[str], deadline_us: int) -> dict[str, Vector] | None:
        otherwise = "articles are found by words alone"
        rows = await embedded(self._embedder, self._clock, texts, deadline_us, otherwise=otherwise)
        return None if rows is None else dict(zip(texts, (np.asarray(row, np.float32) for row in rows), strict=True))

    async def _in_index(self, work: Callable[..., _T], *arguments: object) -> _T:
        """`work` on the index, one at a time. Raises StoreError."""
        if self._index is None:
            raise StoreError("the articles are not indexed yet", hint="call `prepare` first")
        async with self._one_at_a_time:
            try:
                return await self._in_thread(work, self._index, *arguments)
            except sqlite3.Error as problem:
                raise StoreError(f"the index of articles can't be used: {problem}") from problem

    async def _in_thread(self, work: Callable[..., _T], *arguments: object) -> _T:
        return await asyncio.get_running_loop().run_in_executor(self._executor, work, *arguments)
