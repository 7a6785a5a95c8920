"""Real engines for simulated calls, in this process: what they hear and say is kept on disk and done once. A shell.

    with real_engines(config, latencies) as engines:
        async with open_stage(folder, config, embedder, engines) as stage: ...

They work while virtual time stands still, so that a slow machine plays the same call as a fast one. A recogniser has
all the time it wants for a second look, which in a call it may not have.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from models.catalog import RECOGNISERS, SYNTHESISERS, Loading, engine
from models.engines import BlockingRecogniser
from models.identity import identity
from models.prosodic import ProsodicRecogniser
from models.prosody_catalog import PROSODY
from models.threaded import ThreadedSynthesiser, VoiceThread
from simulations.callers.cached import CachedRecogniser, CachedSynthesiser
from simulations.callers.speech_cache import SpeechCache, cache_in
from simulations.callers.voicing import CallerVoices
from simulations.held_world import Latencies
from simulations.runs.engines import HeldEngines
from simulations.runs.kept_engines import ThreadedRecogniser
from voice_agent.app.engines import loading_of, voice_activity_of
from voice_agent.clock import MonotonicClock
from voice_agent.config import Config
from voice_agent.errors import ModelMissing

_log = logging.getLogger(__name__)


def with_prosody(heard: BlockingRecogniser, name: str, loading: Loading) -> tuple[BlockingRecogniser, str]:
    """`heard` with the vote of prosody, and what that is made of; as it is where none is wanted or installed.

    Raises ConfigurationError, ModelCorrupt.
    """
    try:
        prosody = engine(PROSODY, name, "prosody").load(loading)
    except ModelMissing as absent:
        _log.warning("turns end without the vote of %s: %s", name, absent.message)
        return heard, ""
    if prosody is None:
        return heard, ""
    return ProsodicRecogniser(heard, prosody), identity(PROSODY, name, loading.store)


@contextmanager
def real_engines(config: Config, latencies: Latencies, kept: SpeechCache | None = None) -> Iterator[HeldEngines]:
    """Those of the configuration; callers have voices of their own, and the agent's kind of ears, without prosody.

    `kept` holds what was heard and said; without it, the cache of the data directory does.
    Raises ConfigurationError, ModelMissing, ModelCorrupt.
    """
    clock, loading, speech = MonotonicClock(), loading_of(config), config.speech
    cache = cache_in(Path(config.store.data_dir)) if kept is None else kept
    heard = engine(RECOGNISERS, speech.recogniser, "recogniser").load(loading)
    made_of = identity(RECOGNISERS, speech.recogniser, loading.store)
    listener, listens = with_prosody(heard, speech.prosody, loading)
    ears = CachedRecogniser(ThreadedRecogniser(listener), cache, f"{made_of} {listens}".strip())
    caller_ears = CachedRecogniser(ThreadedRecogniser(heard), cache, made_of)
    spoken = engine(SYNTHESISERS, speech.synthesiser, "synthesiser")
    thread = VoiceThread(partial(spoken.load, loading), clock)
    made_by = f"{identity(SYNTHESISERS, speech.synthesiser, loading.store)} {loading.loudness_lufs:g}"
    voice = CachedSynthesiser(ThreadedSynthesiser(thread), cache, made_by)
    try:
        with CallerVoices(loading, clock, cache) as callers:
            yield HeldEngines(
                ears, voice, voice_activity_of(config), callers, caller_ears, latencies=latencies, engine_clock=clock
            )
    finally:
        thread.close()
