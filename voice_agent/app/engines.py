"""From the configuration to engines: which are run in speech processes, and which one in the worker."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from models.catalog import VOICE_ACTIVITY, Loading, engine
from models.weights import WeightsStore
from voice_agent.config import Config
from voice_agent.ports.speech import VoiceActivity


def weights_store(config: Config) -> WeightsStore:
    """Where weights are looked for, and where assembled ones are kept."""
    explicit = Path(config.speech.weights_dir) if config.speech.weights_dir else None
    return WeightsStore(cache=Path(config.store.data_dir) / "cache" / "weights", explicit=explicit)


def voice_activity_of(config: Config) -> Callable[[], VoiceActivity]:
    """Makes one detector a call. Raises ConfigurationError, ModelMissing, ModelCorrupt."""
    return engine(VOICE_ACTIVITY, config.speech.voice_activity, "voice activity").load(Loading(weights_store(config)))
