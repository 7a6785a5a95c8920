"""Real engines for simulated calls, in this process: what they hear and say is kept on disk and done once. A shell.

    with real_engines(config, latencies) as engines:
        async with open_stage(folder, config, embedder, engines) as stage: ...

They work while virtual time stands still, so that a slow machine plays the same call as a fast one. A recogniser has
all the time it wants for a second look, which in a call it may not have.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Final

from models.catalog import RECOGNISERS, SYNTHESISERS, engine
from models.engines import BlockingRecogniser
from models.identity import identity
from models.threaded import ThreadedSynthesiser, VoiceThread
from simulations.callers.cached import CachedRecogniser, CachedSynthesiser
from simulations.callers.speech_cache import SpeechCache, cache_in
from simulations.callers.voicing import CallerVoices
from simulations.held_world import Latencies
from simulations.runs.engines import HeldEngines
from voice_agent.app.engines import loading_of, voice_activity_of
from voice_agent.audio import Pcm
from voice_agent.clock import MonotonicClock
from voice_agent.config import Config
from voice_agent.ports.speech import Recognition
from voice_agent.ports.urgency import Urgency

_BUDGET_US: Final = 60_000_000


class ThreadedRecogniser:
    """A recognition engine behind the port, in a thread of this process; one job at a time is all that there is."""

    def __init__(self, engine: BlockingRecogniser) -> None:
        self._engine = engine

    async def transcribe(self, pcm: Pcm, *, expects: str, deadline_us: int, urgency: Urgency = "final") -> Recognition:
        """As the port says, but that nothing is late: whoever asks holds time."""
        return await asyncio.to_thread(self._engine.transcribe, pcm, expects=expects, budget_us=_BUDGET_US)


@contextmanager
def real_engines(config: Config, latencies: Latencies, kept: SpeechCache | None = None) -> Iterator[HeldEngines]:
    """Those of the configuration; callers have voices of their own, and the agent's kind of ears. `kept` holds what was
    heard and said; without it, the cache of the data directory does.

    Raises ConfigurationError, ModelMissing, ModelCorrupt.
    """
    clock, loading, speech = MonotonicClock(), loading_of(config), config.speech
    cache = cache_in(Path(config.store.data_dir)) if kept is None else kept
    heard = engine(RECOGNISERS, speech.recogniser, "recogniser").load(loading)
    ears = CachedRecogniser(ThreadedRecogniser(heard), cache, identity(RECOGNISERS, speech.recogniser, loading.store))
    spoken = engine(SYNTHESISERS, speech.synthesiser, "synthesiser")
    thread = VoiceThread(partial(spoken.load, loading), clock)
    made_by = identity(SYNTHESISERS, speech.synthesiser, loading.store)
    voice = CachedSynthesiser(ThreadedSynthesiser(thread), cache, made_by)
    try:
        with CallerVoices(loading, clock, cache) as callers:
            yield HeldEngines(
                ears, voice, voice_activity_of(config), callers, ears, latencies=latencies, engine_clock=clock
            )
    finally:
        thread.close()
