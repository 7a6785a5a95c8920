"""What journeys' examples have in common: measured by the engine where there is one, by words where there is none."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import numpy as np

from models.pool import SpeechPool
from voice_agent.app.engines import speech_settings
from voice_agent.clock import MonotonicClock
from voice_agent.config import Config
from voice_agent.effects.example_vectors import cache_path, load_vectors, save_vectors
from voice_agent.errors import VoiceAgentError
from voice_agent.journeys.check_examples import Said, example_places, tell_near, tell_same
from voice_agent.journeys.pack import Pack
from voice_agent.journeys.problems import Problem
from voice_agent.understanding.alike import BY_MEANING, BY_WORDS, Pair, alike
from voice_agent.understanding.examples import Example
from voice_agent.understanding.router import Vector

logger = logging.getLogger(__name__)

_BATCH: Final = 16
_DEADLINE_US: Final = 60_000_000


def compare_examples(files: Mapping[str, str], pack: Pack, config: Config | None) -> tuple[list[Problem], str]:
    """Examples of `pack`, made of `files`, that two journeys share or nearly, and what they were compared by: `meaning`
    or `words`. Without a `config`, and where its engine can't be had, by words."""
    examples = [
        Example(journey.name, text, language)
        for journey in pack.journeys
        for language, texts in journey.examples_in
        for text in texts
    ]
    texts = sorted({example.text for example in examples})
    vectors = None if config is None or not texts else _vectors(texts, config)
    least = BY_WORDS if vectors is None else BY_MEANING
    places = example_places(files)

    def said(example: Example) -> Said:
        return Said(example.journey, example.text, places[example.journey, example.text])

    def told(pair: Pair) -> Problem:
        one, other = said(pair.one), said(pair.other)
        return tell_same(one, other) if pair.similarity == 1.0 else tell_near(one, other, pair.similarity, least)

    return [told(pair) for pair in alike(examples, vectors)], "words" if vectors is None else "meaning"


def _vectors(texts: list[str], config: Config) -> dict[str, Vector] | None:
    """Kept in the data directory, where there is one: looking at a folder makes none."""
    data_dir = Path(config.store.data_dir)
    path = cache_path(data_dir / "cache" if data_dir.is_dir() else None, config.speech.embedder, texts)
    rows = load_vectors(path, len(texts))
    if rows is None:
        try:
            rows = asyncio.run(_embed(texts, config))
        except (VoiceAgentError, OSError, TimeoutError) as problem:
            logger.warning("examples are compared by their words: %s", problem)
            return None
        save_vectors(path, rows)
    return dict(zip(texts, rows, strict=True))


async def _embed(texts: list[str], config: Config) -> list[Vector]:
    deadline_us = MonotonicClock().now_us() + _DEADLINE_US
    rows: list[Vector] = []
    async with SpeechPool.open(speech_settings(config, embeddings_only=True)) as pool:
        for at in range(0, len(texts), _BATCH):
            rows += list(np.asarray(await pool.embed(texts[at : at + _BATCH], deadline_us=deadline_us)))
    return rows
