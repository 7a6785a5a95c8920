"""From the configuration to engines: those that run in speech processes, and the one that runs in the worker."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path

from models.catalog import EMBEDDERS, RECOGNISERS, SCRIPTED, SMALLER, SYNTHESISERS, VOICE_ACTIVITY, Loading, engine
from models.engines import BlockingEmbedder
from models.process_settings import EngineSettings, PoolSettings
from models.prosody_catalog import NO_PROSODY
from models.scheduler_messages import SchedulerLimits
from models.weights import WeightsStore
from voice_agent.app.cores import engine_cores
from voice_agent.config import Config, SpeechConfig
from voice_agent.errors import ConfigurationError
from voice_agent.journeys.pack import Pack
from voice_agent.journeys.preview import fixed_phrases
from voice_agent.ports.speech import Synthesiser, VoiceActivity
from voice_agent.session.phrase_cache import PhraseCache
from voice_agent.session.speaking import pronounced


def speech_settings(config: Config, *, embeddings_only: bool = False) -> PoolSettings:
    """What the pool of speech processes is opened with; a typed conversation needs one process, for embeddings.

    Raises ConfigurationError.
    """
    speech = config.speech
    cores = sorted(os.sched_getaffinity(0))
    engines = EngineSettings(
        recogniser=SCRIPTED if embeddings_only else speech.recogniser,
        synthesiser=SCRIPTED if embeddings_only else speech.synthesiser,
        embedder=speech.embedder,
        prosody=NO_PROSODY if embeddings_only else speech.prosody,
        cache_dir=str(_cache_dir(config)),
        smaller="" if embeddings_only else _smaller(speech),
        cores=engine_cores(speech.cores, cores, workers=config.workers.count, processes=speech.processes),
        weights={name: str(path) for name, path in _given(config).items()},
        scripted_latency_us=speech.scripted_latency_ms * 1_000,
        loudness_lufs=config.audio.loudness_lufs,
    )
    return PoolSettings(engines, SchedulerLimits(processes=1 if embeddings_only else speech.processes))


def _smaller(speech: SpeechConfig) -> str:
    """The recogniser for what is late. Raises ConfigurationError."""
    if speech.smaller == "auto":
        return SMALLER.get(speech.recogniser, "")
    if speech.smaller:
        engine(RECOGNISERS, speech.smaller, "recogniser")
    return speech.smaller


def voices_of(config: Config, languages: Sequence[str], voice: Synthesiser) -> dict[str, Synthesiser]:
    """Which of an agent's `languages` the configured voice speaks, each with `voice`, which is its engine.

    Raises ConfigurationError.
    """
    spoken = engine(SYNTHESISERS, config.speech.synthesiser, "synthesiser").languages
    return {language: voice for language in languages if not spoken or language in spoken}


def with_phrases(pack: Pack, voice: Synthesiser) -> PhraseCache:
    """`voice`, with what `pack` says to many callers alike kept once it was said, as it is pronounced."""
    phrases, languages = fixed_phrases(pack), pack.agent.languages
    return PhraseCache(voice, {pronounced(pack.lexicon, each, language) for each in phrases for language in languages})


def voice_activity_of(config: Config) -> Callable[[], VoiceActivity]:
    """Makes one detector a call. Raises ConfigurationError, ModelMissing, ModelCorrupt."""
    return engine(VOICE_ACTIVITY, config.speech.voice_activity, "voice activity").load(loading_of(config))


def embedder_of(config: Config) -> BlockingEmbedder:
    """The embedding engine in this process. Raises ConfigurationError, ModelMissing, ModelCorrupt."""
    return engine(EMBEDDERS, config.speech.embedder, "embedder").load(loading_of(config))


def loading_of(config: Config) -> Loading:
    """What an engine is loaded with in this process. Raises ConfigurationError."""
    store = WeightsStore(_cache_dir(config), given=_given(config))
    return Loading(store, loudness_lufs=config.audio.loudness_lufs)


def _cache_dir(config: Config) -> Path:
    return Path(config.speech.cache_dir if config.speech.cache_dir else Path(config.store.data_dir) / "cache").resolve()


def _given(config: Config) -> dict[str, Path]:
    """Directories with weights that the operator keeps: `weights_dir/NAME` for each model that is there."""
    if not config.speech.weights_dir:
        return {}
    folder = Path(config.speech.weights_dir)
    if not folder.is_dir():
        raise ConfigurationError(f"[speech] weights_dir {folder} is not a directory")
    return {path.name: path for path in folder.iterdir() if path.is_dir()}
