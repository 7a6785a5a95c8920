"""Answers `Understand`: asks the embedding engine where grammars leave something over, and the pure understander for
the rest.

It never fails its caller: without an embedding in time, journeys are chosen by words alone.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import os
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from voice_agent.clock import Clock
from voice_agent.conversation.actions import Understand
from voice_agent.conversation.events import Understood
from voice_agent.ports.speech import Embedder
from voice_agent.understanding.general_sentences import OUT_OF_SCOPE_EXAMPLES
from voice_agent.understanding.local import commands_for, needs_routing
from voice_agent.understanding.router import Router, Vector

logger = logging.getLogger(__name__)

_BATCH = 16
_REPORTED = 3
"""How many of the closest journeys a trace shows."""


class LocalUnderstander:
    """Understanding by grammars, rules and a router; serves any number of conversations at once."""

    def __init__(self, embedder: Embedder, clock: Clock, *, cache: Path | None = None, model: str = "embedder") -> None:
        """`cache` is a directory for the vectors of examples; `model` names what made them, so that a change is
        noticed."""
        self._embedder = embedder
        self._clock = clock
        self._cache = cache
        self._model = model
        self._router = Router.train({}, {})

    async def prepare(self, examples: Mapping[str, Sequence[str]], deadline_us: int) -> None:
        """Learn the journeys' examples (journey to sentences). Takes a second or two the first time, then 50 ms."""
        texts = sorted({text for sentences in examples.values() for text in sentences} | set(OUT_OF_SCOPE_EXAMPLES))
        vectors = await self._vectors(texts, deadline_us)
        self._router = await asyncio.to_thread(Router.train, examples, vectors)

    async def understand(self, action: Understand, deadline_us: int) -> Understood:
        """The commands of one turn. Never raises; `engine` says what the journeys were chosen by."""
        started_us = self._clock.now_us()
        scores: list[tuple[str, float]] | None = None
        in_scope, engine = False, "grammar"
        if needs_routing(action.text, action.keys, action.expectation):
            vector = await self._vector(action.text, deadline_us)
            routing = self._router.route(action.text, vector)
            scores, in_scope = list(routing.scores), routing.in_scope
            engine = "router" if vector is not None else "router-words"
        commands = commands_for(
            action.text, action.alternatives, action.keys, action.expectation, scores, in_scope=in_scope
        )
        return Understood(
            request=action.request,
            commands=commands,
            engine=engine,
            engine_us=self._clock.now_us() - started_us,
            scores=tuple((scores if scores is not None else [])[:_REPORTED]),
        )

    async def _vector(self, text: str, deadline_us: int) -> Vector | None:
        if not self._router.uses_vectors:
            return None
        rows = await self._embedded([text], deadline_us)
        return None if rows is None or len(rows) != 1 or not self._router.accepts(rows[0]) else rows[0]

    async def _embedded(self, texts: Sequence[str], deadline_us: int) -> list[Vector] | None:
        left_s = (deadline_us - self._clock.now_us()) / 1_000_000
        try:
            async with asyncio.timeout(left_s):
                return list(await self._embedder.embed(texts, deadline_us=deadline_us))
        except Exception as error:  # noqa: BLE001 -- whatever an engine does, the caller is answered
            logger.warning("no embedding, journeys are chosen by words alone: %s: %s", type(error).__name__, error)
            return None

    async def _vectors(self, texts: Sequence[str], deadline_us: int) -> dict[str, Vector]:
        """Vectors of all `texts`, or none at all."""
        path = self._cache_path(texts)
        known = await asyncio.to_thread(_load, path, len(texts))
        if known is None:
            known = []
            for at in range(0, len(texts), _BATCH):
                rows = await self._embedded(texts[at : at + _BATCH], deadline_us)
                if rows is None:
                    return {}
                known += rows
            await asyncio.to_thread(_save, path, known)
        return dict(zip(texts, known, strict=True))

    def _cache_path(self, texts: Sequence[str]) -> Path | None:
        if self._cache is None:
            return None
        content = "\0".join([self._model, *texts]).encode()
        return self._cache / f"examples-{hashlib.sha256(content).hexdigest()[:32]}.npy"


def _load(path: Path | None, count: int) -> list[Vector] | None:
    if path is None or not path.exists():
        return None
    try:
        rows = np.load(path, allow_pickle=False)
    except (OSError, ValueError, EOFError) as error:
        logger.warning("%s can't be read and is made again: %s", path, error)
        return None
    return list(rows.astype(np.float32)) if rows.ndim == 2 and len(rows) == count else None


def _save(path: Path | None, rows: Sequence[Vector]) -> None:
    """Whole or not at all; a cache that can't be written is no reason not to start."""
    if path is None:
        return
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, suffix=".part", delete=False) as file:
            np.save(file, np.stack(rows))
        os.replace(file.name, path)
    except OSError as error:
        logger.warning("%s can't be written: %s", path, error)
