"""Phrases that are said to many callers alike are made once; what is said of a caller is never kept."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator

import numpy as np
import pytest

from tests.agent.core_script import example_pack
from voice_agent.audio import Pcm
from voice_agent.errors import EngineUnavailable
from voice_agent.journeys.preview import fixed_phrases
from voice_agent.session.phrase_cache import PhraseCache


class CountingVoice:
    """A hundred samples a character, in two chunks; "broken" breaks off after the first."""

    def __init__(self) -> None:
        self.made: list[str] = []

    async def synthesize(self, text: str, *, deadline_us: int, speed: float = 1.0) -> AsyncGenerator[Pcm, None]:
        self.made.append(text)
        yield np.full(len(text) * 50, 1, np.int16)
        if text == "broken":
            raise EngineUnavailable("gone")
        yield np.full(len(text) * 50, 2, np.int16)


def said(cache: PhraseCache, text: str) -> list[tuple[int, int]]:
    """Length and content of each chunk."""

    async def all_of_it() -> list[tuple[int, int]]:
        return [(chunk.size, int(chunk[0])) async for chunk in cache.synthesize(text, deadline_us=1)]

    return asyncio.run(all_of_it())


def test_a_phrase_is_made_once_and_sounds_the_same() -> None:
    voice = CountingVoice()
    cache = PhraseCache(voice, {"Hello."})
    assert said(cache, "Hello.") == said(cache, "Hello.") == [(300, 1), (300, 2)]
    assert voice.made == ["Hello."]
    assert (cache.hits, cache.misses) == (1, 1)


def test_what_is_said_of_a_caller_is_not_kept() -> None:
    voice = CountingVoice()
    cache = PhraseCache(voice, {"Hello."})
    said(cache, "Your number is 5501.")
    said(cache, "Your number is 5501.")
    assert voice.made == ["Your number is 5501."] * 2


def test_what_was_used_least_recently_goes_first() -> None:
    voice = CountingVoice()
    cache = PhraseCache(voice, {"one", "two", "six"}, limit_samples=600)
    for text in ("one", "two", "one", "six", "one", "two"):
        said(cache, text)
    assert voice.made == ["one", "two", "six", "two"]


def test_what_broke_off_is_not_kept() -> None:
    voice = CountingVoice()
    cache = PhraseCache(voice, {"broken"})
    for _ in range(2):
        with pytest.raises(EngineUnavailable):
            said(cache, "broken")
    assert voice.made == ["broken"] * 2


def test_fixed_phrases_are_those_without_gaps_as_they_are_cut_when_they_are_said() -> None:
    phrases = fixed_phrases(example_pack())
    assert {"Hello, this is Riverside Broadband.", "How can I help?", "I'm an automated assistant."} <= phrases
    assert not any("{" in phrase or "fibre router was" in phrase for phrase in phrases)
