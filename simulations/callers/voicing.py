"""Opens the voices that scenarios ask for: each engine once, when it has its first word to say. A thin shell.

    with CallerVoices(Loading(store), MonotonicClock(), cache) as voices:
        voice, words = voices(scenario)             # words: "joe, pitch -2 semitones, speed 0.95"

A voice that isn't installed is an error of the scenario's run, and says what to install.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from dataclasses import replace
from functools import partial
from typing import Self

import numpy as np

from models.catalog import SYNTHESISERS, Loading, engine
from models.identity import identity
from models.loudness import TARGET_LUFS
from models.threaded import ThreadedSynthesiser, VoiceThread
from simulations.callers.cached import CachedSynthesiser
from simulations.callers.filters import filtered, louder
from simulations.callers.speech_cache import SpeechCache
from simulations.callers.voices import Voice, described, voice_of
from simulations.scenario import Scenario
from voice_agent.audio import Pcm
from voice_agent.clock import Clock
from voice_agent.errors import ConfigurationError, VoiceAgentError
from voice_agent.ports.speech import Synthesiser


class CallerVoices:
    """`clock` is the one that deadlines are of. With a cache, what was said once isn't made again."""

    def __init__(self, loading: Loading, clock: Clock, cache: SpeechCache | None = None) -> None:
        self._loading = replace(loading, loudness_lufs=TARGET_LUFS)  # callers know nothing of the agent's settings
        self._clock = clock
        self._cache = cache
        self._engines: dict[str, tuple[VoiceThread, str]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        for thread, _identity in self._engines.values():
            thread.close()

    def __call__(self, scenario: Scenario) -> tuple[Synthesiser, str]:
        """The scenario's voice, and what it is in words. Raises ConfigurationError, which names the scenario."""
        who = scenario.who
        try:
            voice = voice_of(who.voice, who.rate)
            return self.voice(voice), described(voice)
        except VoiceAgentError as problem:
            place = f"scenario {scenario.scenario!r}, who.voice: {problem.message}"
            raise ConfigurationError(place, hint=problem.hint) from problem

    def voice(self, voice: Voice) -> Synthesiser:
        """Raises ModelMissing and ModelCorrupt where the weights aren't there or aren't what they should be."""
        thread, made_by = self._engine(voice.engine)
        spoken: Synthesiser = ThreadedSynthesiser(thread, voice.delivery)
        if self._cache is not None:
            spoken = CachedSynthesiser(spoken, self._cache, f"{made_by} {voice.speed!r} {voice.pitch!r}")
        return spoken if voice.filter == "none" and voice.loudness_db == 0 else FilteredVoice(spoken, voice)

    def _engine(self, name: str) -> tuple[VoiceThread, str]:
        if name not in self._engines:
            entry = engine(SYNTHESISERS, name, "voice")
            made_by = identity(SYNTHESISERS, name, self._loading.store)
            self._engines[name] = VoiceThread(partial(entry.load, self._loading), self._clock), made_by
        return self._engines[name]


class FilteredVoice:
    """A voice through its filter, as one piece: filters of chunks would leave seams."""

    def __init__(self, spoken: Synthesiser, voice: Voice) -> None:
        self._spoken = spoken
        self._voice = voice

    async def synthesize(self, text: str, *, deadline_us: int, speed: float = 1.0) -> AsyncGenerator[Pcm, None]:
        """As the port says; everything comes with the last chunk."""
        chunks = [chunk async for chunk in self._spoken.synthesize(text, deadline_us=deadline_us, speed=speed)]
        if chunks:
            yield louder(filtered(np.concatenate(chunks), self._voice.filter), self._voice.loudness_db)
