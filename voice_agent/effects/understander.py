"""Answers `Understand`: asks the embedding engine where grammars leave something over, and the pure understander for
the rest.

It never fails its caller: without an embedding in time, journeys are chosen by words alone. Whoever understands by
other means (`session.world.Understanding`) may hold one of these and fall back to it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

import msgspec

from voice_agent.clock import Clock
from voice_agent.conversation.actions import Understand
from voice_agent.conversation.events import Understood
from voice_agent.effects.embedding import embedded
from voice_agent.effects.example_vectors import cache_path, load_vectors, save_vectors
from voice_agent.effects.languages import LanguageDetector
from voice_agent.ports.speech import Embedder
from voice_agent.understanding.act_head import ActHead, head_texts
from voice_agent.understanding.examples import Written, read_examples, texts_to_embed
from voice_agent.understanding.local import commands_for, needs_judging
from voice_agent.understanding.question_forms import asks_for_facts
from voice_agent.understanding.router import Router, Vector
from voice_agent.understanding.wishes import Judgement, judge, parts_of, wanted

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
        self._router = Router.train((), {})
        self._head: ActHead | None = None
        self._factual: frozenset[str] = frozenset()
        self._languages = LanguageDetector(())

    async def prepare(self, examples: Written, deadline_us: int, languages: Sequence[str] = ("en",)) -> None:
        """Learn the journeys' examples (journey to sentences, or to sentences by language; those without one are in the
        first of `languages`). Takes some seconds the first time, then a fraction of one."""
        learnt = read_examples(examples, languages[0])
        texts = sorted({*texts_to_embed(learnt, languages), *head_texts(languages)})
        vectors = await self._vectors(texts, deadline_us)
        self._factual = frozenset(each.journey for each in learnt if asks_for_facts(each.text, each.language))
        self._languages = await asyncio.to_thread(LanguageDetector, languages)
        self._router = await asyncio.to_thread(Router.train, learnt, vectors, languages)
        self._head = await asyncio.to_thread(ActHead.train, vectors, learnt, languages)

    async def understand(self, asked: Understand, /, *, deadline_us: int) -> Understood:
        """The commands of one turn. Never raises; `engine` says what the journeys were chosen by."""
        started_us = self._clock.now_us()
        detected = self._languages.detect(asked.text, asked.language)
        if detected is not None:
            asked = msgspec.structs.replace(asked, language=detected)
        judged: Judgement | None = None
        scores: tuple[tuple[str, float], ...] = ()
        engine = "grammar"
        if needs_judging(asked):
            judged, scores, engine = await self._judge(asked, deadline_us)
        return Understood(
            request=asked.request,
            commands=commands_for(asked, judged),
            engine=engine,
            engine_us=self._clock.now_us() - started_us,
            scores=scores[:_REPORTED],
            language=detected,
        )

    async def _judge(self, asked: Understand, deadline_us: int) -> tuple[Judgement, tuple[tuple[str, float], ...], str]:
        """What the router and the head say, the scores for the trace, and what they went by."""
        parts = parts_of(wanted(asked.text, asked.language), asked.language)
        vectors = await self._vectors_of(parts, deadline_us)
        routings = [
            self._router.route(part, None if vectors is None else vectors[at], asked.language)
            for at, part in enumerate(parts)
        ]
        judged = judge(routings, self._factual)
        if self._head is not None and vectors is not None:
            heard = self._head.hear(vectors[0], asked.language)
            acts = () if heard.act is None else (heard.act,)
            judged = msgspec.structs.replace(judged, acts=acts, frustration=heard.frustration)
        return judged, routings[0].scores, "router-words" if vectors is None else "router"

    async def _vectors_of(self, texts: Sequence[str], deadline_us: int) -> list[Vector] | None:
        if not self._router.uses_vectors:
            return None
        rows = await self._embedded(texts, deadline_us)
        fits = rows is not None and all(self._router.accepts(row) for row in rows)
        return rows if fits else None

    async def _embedded(self, texts: Sequence[str], deadline_us: int) -> list[Vector] | None:
        otherwise = "journeys are chosen by words alone"
        return await embedded(self._embedder, self._clock, texts, deadline_us, otherwise=otherwise)

    async def _vectors(self, texts: Sequence[str], deadline_us: int) -> dict[str, Vector]:
        """Vectors of all `texts`, or none at all."""
        path = cache_path(self._cache, self._model, texts)
        known = await asyncio.to_thread(load_vectors, path, len(texts))
        if known is None:
            known = []
            for at in range(0, len(texts), _BATCH):
                rows = await self._embedded(texts[at : at + _BATCH], deadline_us)
                if rows is None:
                    return {}
                known += rows
            await asyncio.to_thread(save_vectors, path, known)
        return dict(zip(texts, known, strict=True))
